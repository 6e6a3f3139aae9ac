import fc from 'fast-check';
import { XmlDocument } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { planDisk, planOf } from '../../../fixtures/emitters/plans.ts';
import { domainXml } from '../skeletons.ts';

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

const writable = nasty.filter((text) => !/\p{Cc}|\p{Cs}|[\ufffe\uffff]/u.test(text));

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
        const visible = (of: string): string => of.replace(/[\p{Cc}\p{Cs}\p{Z}\ufffe\uffff]/gu, '');
        expect(visible(oneLine ?? '')).toBe(visible(`t${title}`));
        expect(visible(text ?? '')).toBe(visible(`d${description}`));
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
});
