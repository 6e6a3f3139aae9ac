import fc from 'fast-check';
import { XmlDocument, type XmlElement } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { planDisk, planOf } from '../../../fixtures/emitters/plans.ts';
import { domainXml, emitLibvirt } from '../skeletons.ts';

/** The text of the first node an XPath finds, read by libxml2, which is what libvirt reads with. */
function readBack(xml: string, ...xpaths: readonly string[]): readonly (string | undefined)[] {
  const document = XmlDocument.fromString(xml);
  try {
    return xpaths.map((xpath) => document.get(xpath)?.content);
  } finally {
    document.dispose();
  }
}

/** Text with more than its share of markup, entities and quotes. */
const nasty = fc
  .array(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('&amp;', '&#65;', '<!--', ']]>', '"', "'", '&', '<b/>')),
  )
  .map((parts) => parts.join(''));

const writable = nasty.filter((text) => !/\p{Cc}|\p{Cs}|\p{Noncharacter_Code_Point}/u.test(text));

/** Marks that make a text read as another one: direction, embeddings, isolates, what has no width. */
const HIDDEN = /[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\u{e0000}-\u{e0fff}]/gu;
const ESCAPE = /\p{Cc}/u;

describe('domain XML parses back to the values of the plan', () => {
  it('paths, names and kernel arguments arrive unchanged', () => {
    fc.assert(
      fc.property(writable, writable, (path, name) => {
        const plan = planOf(
          { 'kernel-args': 'a=&amp; "b" <c>' },
          {
            name: `n${Array.from(name.replaceAll('/', '')).slice(0, 40).join('')}`,
            disks: [planDisk('disk0', { path: `/srv/${path}` })],
            kernel: `/boot/${path}`,
          },
        );
        const [source, kernel, cmdline, found] = readBack(
          domainXml(plan),
          '/domain/devices/disk/source/@file',
          '/domain/os/kernel',
          '/domain/os/cmdline',
          '/domain/name',
        );
        expect(source).toBe(`/srv/${path}`);
        expect(kernel).toBe(`/boot/${path}`);
        expect(cmdline).toBe('a=&amp; "b" <c>');
        expect(found).toBe(plan.name);
      }),
    );
  });

  it('a title stays one line of text, a description stays text, whatever is in them', () => {
    fc.assert(
      fc.property(nasty, nasty, (title, description) => {
        const xml = domainXml(planOf({}, { title: `t${title}`, description: `d${description}` }));
        const [oneLine, text, injected] = readBack(xml, '/domain/title', '/domain/description', '/domain/os[2]');
        expect(oneLine).not.toMatch(/\p{Cc}/u);
        expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
        expect(injected).toBeUndefined();
        expect(`${oneLine}${text}`).not.toMatch(HIDDEN);
        const visible = (of: string): string => of.replace(/[\p{Cc}\p{Cs}\p{Z}]|\p{Noncharacter_Code_Point}/gu, '');
        // an escape sequence goes as a whole, and what follows the start of one may be taken for it
        if (!ESCAPE.test(title)) expect(visible(oneLine ?? '')).toBe(visible(`t${title.replace(HIDDEN, '')}`));
        if (!ESCAPE.test(description)) expect(visible(text ?? '')).toBe(visible(`d${description.replace(HIDDEN, '')}`));
      }),
    );
  });

  it('numbers and words arrive in the elements of libvirt', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 16_777_216 }),
        fc.integer({ min: 1, max: 4096 }),
        fc.constantFrom('virtio', 'sata', 'scsi', 'usb', 'ide'),
        fc.constantFrom('virtio', 'e1000e', 'rtl8139'),
        (memory, vcpus, bus, nic) => {
          const xml = domainXml(
            planOf({
              'memory-mib': memory,
              vcpus,
              'disk-bus.disk0': bus,
              'nic-model.nic0': nic,
              'scsi-model': 'lsilogic',
            }),
          );
          expect(
            readBack(
              xml,
              '/domain/memory[@unit="MiB"]',
              '/domain/vcpu',
              '/domain/devices/disk/target/@bus',
              '/domain/devices/interface/model/@type',
              '/domain/devices/controller[@type="scsi"]/@model',
            ),
          ).toEqual([String(memory), String(vcpus), bus, nic, bus === 'scsi' ? 'lsilogic' : undefined]);
        },
      ),
    );
  });

  it('every path and the name arrive as they are, or the domain is not written', () => {
    const hostile = fc
      .array(
        fc.oneof(
          nasty,
          fc.constantFrom(
            '\ud800',
            '\udfff',
            '\ufffe',
            '\ufdd0',
            '\u0000',
            '\u0085',
            '\n',
            '\t',
            '\r',
            ' ',
            '%s',
            ',',
            '..',
          ),
        ),
        { maxLength: 4 },
      )
      .map((parts) => parts.join(''));
    const where = [
      ['/domain/name', ''],
      ['/domain/os/loader', '/fw/'],
      ['/domain/os/nvram/@template', '/vars/'],
      ['/domain/devices/disk[1]/source/@file', '/top/'],
      ['/domain/devices/disk[1]/backingStore/source/@file', '/below/'],
      ['/domain/devices/disk[2]/source/@file', '/copy/'],
      ['/domain/devices/disk[3]/source/@file', '/iso/'],
    ] as const;
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 7, maxLength: 7 }), (texts) => {
        const [name, loader, template, top, below, copied, iso] = where.map(
          ([, prefix], index) => prefix + texts[index],
        );
        const file = (path = '') => ({ path, format: 'qcow2', command: [], alternatives: [] });
        const plan = planOf(
          { firmware: 'uefi', 'disk-bus.disk1': 'sata', 'cdrom-bus': 'sata' },
          {
            name: name ?? '',
            disks: [
              planDisk('disk0', { path: below ?? '', overlay: file(top), slice: { offset: 512, size: 1024 } }),
              planDisk('disk1', { copy: file(copied) }),
            ],
            cdroms: [{ id: 'cdrom0', path: iso ?? '', slice: null, bootOrder: null }],
            firmwareFiles: {
              loader: { path: loader ?? '', format: 'raw', type: 'pflash' },
              template: { path: template ?? '', format: 'raw' },
              reason: 'it was asked for',
            },
          },
        );
        const { text, findings } = emitLibvirt(plan);
        if (text === null) {
          const errors = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
          expect(errors).not.toEqual([]);
          for (const code of errors) expect(['libvirt/name', 'libvirt/path']).toContain(code);
          return;
        }
        const arrived = readBack(text, ...where.map(([xpath]) => xpath));
        expect(arrived).toEqual([name, loader, template, top, below, copied, iso]);
      }),
    );
  });

  it('cards arrive in their order, each with its model, network and address', () => {
    const card = fc.record({
      model: fc.constantFrom('virtio', 'e1000', 'e1000e', 'rtl8139', 'vmxnet3'),
      network: fc.constantFrom('default', 'none', 'br-1.lab'),
      mac: fc.option(fc.constantFrom('52:54:00:00:00:01', '02:00:00:ff:ff:ff')),
    });
    fc.assert(
      fc.property(fc.array(card, { maxLength: 12 }), (cards) => {
        const nics = cards.map((_, index) => ({ id: `nic${index}`, bootOrder: null }));
        const values = cards.flatMap(({ model, network, mac }, index): [string, string][] => [
          [`nic-model.nic${index}`, model],
          [`network.nic${index}`, network],
          ...(mac === null ? [] : [[`nic-mac.nic${index}`, mac] as [string, string]]),
        ]);
        const document = XmlDocument.fromString(domainXml(planOf(Object.fromEntries(values), { nics })));
        try {
          const found = document.find('/domain/devices/interface').map((element) => {
            const at = (xpath: string) => (element as XmlElement).get(xpath)?.content;
            return { mac: at('mac/@address') ?? null, network: at('source/@network'), model: at('model/@type') };
          });
          expect(found).toEqual(
            cards
              .filter(({ network }) => network !== 'none')
              .map(({ mac, network, model }) => ({ mac, network, model })),
          );
        } finally {
          document.dispose();
        }
      }),
    );
  });
});
