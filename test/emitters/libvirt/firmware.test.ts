import { describe, expect, it } from 'vitest';
import { planOf } from '../../../fixtures/emitters/plans.ts';
import type { PlanFirmware, Value } from '../../../src/facts/index.ts';
import { domainXml, emitLibvirt } from '../skeletons.ts';

type Format = 'raw' | 'qcow2';
const files = (loader: Format, template: Format | null, type: 'pflash' | 'rom' = 'pflash'): PlanFirmware => ({
  loader: { path: '/usr/share/code', format: loader, type },
  template: template === null ? null : { path: '/srv/vars', format: template },
  reason: 'it was asked for',
});
const osOf = (xml: string) => /<os[\s\S]*<\/os>/.exec(xml)?.[0].replace(/\n */g, '');
const UEFI = { firmware: 'uefi', 'secure-boot': false } as const;

/** The `os` element of a domain whose firmware is named by its files. */
const withFiles = (firmwareFiles: PlanFirmware, values: { readonly [path: string]: Value } = {}) =>
  osOf(domainXml(planOf({ ...UEFI, ...values }, { firmwareFiles })));

const os = (...elements: readonly string[]) =>
  `<os><type arch="x86_64" machine="q35">hvm</type>${elements.join('')}</os>`;

describe('firmware by its files', () => {
  it.each<[string, PlanFirmware, readonly string[]]>([
    [
      'raw flash, in the words of libvirt 9.0',
      files('raw', 'raw'),
      ['<loader readonly="yes" type="pflash">/usr/share/code</loader>', '<nvram template="/srv/vars"/>'],
    ],
    [
      'qcow2 flash, whose format is said',
      files('qcow2', 'qcow2'),
      [
        '<loader readonly="yes" type="pflash" format="qcow2">/usr/share/code</loader>',
        '<nvram template="/srv/vars" format="qcow2"/>',
      ],
    ],
    [
      'raw variables beside a qcow2 loader, whose format libvirt would take for theirs',
      files('qcow2', 'raw'),
      [
        '<loader readonly="yes" type="pflash" format="qcow2">/usr/share/code</loader>',
        '<nvram template="/srv/vars" format="raw"/>',
      ],
    ],
    [
      'a ROM without variables',
      files('raw', null, 'rom'),
      ['<loader readonly="yes" type="rom" stateless="yes">/usr/share/code</loader>'],
    ],
    [
      'flash without variables',
      files('raw', null),
      ['<loader readonly="yes" type="pflash" stateless="yes">/usr/share/code</loader>'],
    ],
  ])('%s', (_title, firmware, elements) => {
    expect(withFiles(firmware)).toBe(os(...elements));
  });

  it('Secure Boot takes SMM on x86, and has none on arm', () => {
    expect(withFiles(files('raw', 'raw'), { 'secure-boot': true })).toContain('secure="yes"');
    expect(domainXml(planOf({ ...UEFI, 'secure-boot': true }, { firmwareFiles: files('raw', 'raw') }))).toContain(
      '<smm state="on"/>',
    );
    const arm = planOf(
      { ...UEFI, 'secure-boot': true, architecture: 'aarch64', machine: 'virt' },
      { firmwareFiles: files('raw', 'raw') },
    );
    expect(domainXml(arm)).not.toMatch(/secure="|<smm/);
  });

  it('is left alone where the firmware is a BIOS', () => {
    const bios = planOf({}, { firmwareFiles: files('raw', 'raw') });
    expect(domainXml(bios)).toBe(domainXml({ ...bios, firmwareFiles: null }).replace(/digest=".*"/, digestOf(bios)));
  });

  it.each<[string, PlanFirmware | null, string]>([
    ['is kept as the template', files('raw', 'raw'), 'kept'],
    ['is dropped where another file is the template', { ...files('raw', null) }, 'dropped'],
    ['is dropped where libvirt selects the firmware', null, 'dropped'],
  ])('a given NVRAM %s', (_title, firmwareFiles, outcome) => {
    const { outcomes } = emitLibvirt(planOf({ ...UEFI, nvram: '/srv/vars' }, { firmwareFiles }));
    expect(outcomes.find(({ key }) => key === 'nvram')?.outcome).toBe(outcome);
  });
});

const digestOf = (plan: ReturnType<typeof planOf>) => /digest=".*"/.exec(domainXml(plan))?.[0] ?? '';

describe('Hyper-V enlightenments', () => {
  const BASE = ['relaxed', 'vapic', 'spinlocks'];
  const written = (enlightenments: readonly string[] | null, values: { readonly [path: string]: Value } = {}) => {
    const xml = domainXml(planOf({ hyperv: true, ...values }, { enlightenments }));
    const found = /<hyperv>([\s\S]*)<\/hyperv>/.exec(xml)?.[1] ?? '';
    return [...found.matchAll(/^ {6}<(\w+)/gm)].map(([, name]) => name);
  };

  it.each<[string, readonly string[] | null, readonly string[]]>([
    ['no host document: those that every hypervisor has', null, BASE],
    ['a list that is known to be incomplete: the same', ['spinlocks', 'vendor_id'], BASE],
    ['what a timer needs comes with it', ['vpindex', 'synic', 'stimer'], [...BASE, 'vpindex', 'synic', 'stimer']],
    ['a timer without what it needs stays away, or QEMU would not start', ['stimer', 'vpindex'], [...BASE, 'vpindex']],
    ['so do the others that need vpindex', ['synic', 'tlbflush', 'ipi', 'stimer'], BASE],
    ['what depends on the processor or misleads is left out', ['evmcs', 'vendor_id', 'reset', 'passthrough'], BASE],
    [
      'all of them, in the order of libvirt',
      ['avic', 'ipi', 'tlbflush', 'frequencies', 'stimer', 'synic', 'runtime', 'vpindex'],
      [...BASE, 'vpindex', 'runtime', 'synic', 'stimer', 'frequencies', 'tlbflush', 'ipi', 'avic'],
    ],
  ])('%s', (_title, listed, names) => {
    expect(written(listed)).toEqual(names);
  });

  it('are nothing of a guest that wants none, or is not x86', () => {
    expect(written(['vpindex'], { hyperv: false })).toEqual([]);
    expect(written(['vpindex'], { architecture: 'ppc64le', machine: 'pseries' })).toEqual([]);
  });
});
