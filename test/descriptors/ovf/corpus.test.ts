import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DescribedMachine, DescriptorReading } from '../../../src/facts/index.ts';
import { outcome } from './readings.ts';

/**
 * Descriptors that real products wrote, or that the test suites of other readers hold. They are not part of this
 * repository; each row of their manifest says what a reading must find.
 */
const CORPUS = new URL('../../../../shared/data/ovf/', import.meta.url);
const MANIFEST = new URL('MANIFEST.tsv', CORPUS);
const present = existsSync(MANIFEST);

interface Row {
  readonly file: string;
  readonly notes: string;
}

function rows(): readonly Row[] {
  if (!present) return [];
  const [, ...lines] = readFileSync(MANIFEST, 'utf8').split('\n');
  return lines
    .map((line) => line.split('\t'))
    .map((cells) => ({ file: cells[0] ?? '', notes: (cells[8] ?? '').replace(/^"|"$/g, '').replaceAll('""', '"') }))
    .filter(({ file }) => file.endsWith('.ovf'));
}

const bytesOf = (file: string) => readFileSync(new URL(file, CORPUS));

function reading(file: string, configuration: string | null = null): DescriptorReading {
  const result = outcome(bytesOf(file), configuration);
  if ('code' in result) throw new Error(`${file} was refused with ${result.code}`);
  return result;
}

/** One reading for each configuration that is offered, or the one there is. */
function readings(file: string): readonly DescriptorReading[] {
  const { configurations } = reading(file);
  return configurations.length === 0 ? [reading(file)] : configurations.map(({ id }) => reading(file, id));
}

/** How many different devices all configurations have together, as the manifest counts elements. */
function distinct(file: string, pick: (machine: DescribedMachine) => readonly { readonly pointer: string }[]): number {
  return new Set(readings(file).flatMap(({ machines }) => machines.flatMap(pick).map(({ pointer }) => pointer))).size;
}

/** Names of disks: attached, built upon, or told of. */
function accountedFor(file: string): readonly string[] {
  return readings(file).flatMap(({ machines, findings }) => [
    ...machines.flatMap(({ disks }) => disks.flatMap(({ name, parent }) => [name, parent ?? ''])),
    ...findings
      .flatMap(({ args }) => [args['names'], args['disk'], args['id']].map(String))
      .flatMap((names) => names.split(', ')),
  ]);
}

const number = (notes: string, pattern: RegExp) => {
  const found = pattern.exec(notes)?.[1];
  return found === undefined ? undefined : Number(found);
};

const codes = ({ machines, findings }: DescriptorReading) =>
  [...findings, ...machines.flatMap((machine) => machine.findings)].map(({ code }) => code);

/** The finding that a descriptor deserves instead of a reading. */
const REFUSED: Readonly<Record<string, string>> = {
  'neg__corrupted-jeos.ovf': 'ovf/malformed',
  'neg__wrong-envelope-namespace.ovf': 'ovf/wrong-namespace',
};

/**
 * Findings that a reading must carry. An error among them keeps the machine from being imported: the extension that IBM
 * and VMware mark as required, the file without a machine, the disk that is listed twice.
 */
const FINDINGS: Readonly<Record<string, readonly string[]>> = {
  'ibm-zvm__sampleovf.ovf': ['ovf/required-not-understood', 'ovf/disks-not-attached'],
  'neg__bound-non-integer.ovf': ['ovf/bad-number'],
  'neg__duplicate-diskid.ovf': ['ovf/duplicate-id'],
  'neg__envelope3.ovf': ['ovf/unknown-version'],
  'neg__required-unknown-section.ovf': ['ovf/required-not-understood'],
  'neg__wrong-ns-ovf-envelope.ovf': ['ovf/unknown-version', 'ovf/no-machine'],
  'ovftool__external-msg-bundles.ovf': ['ovf/no-machine'],
  'ovftool__parentref-delta.ovf': ['ovf/delta-disk'],
  'ovftool__sles11-elements-in-no-namespace.ovf': ['ovf/unknown-version'],
  'ovftool__two-hardware-sections.ovf': ['ovf/several-hardware-sections'],
  'ovftool__unknown-sections-vapp.ovf': ['ovf/left-out'],
  'ovirt3__engine-3.3-lundisk.ovf': ['ovf/lun-disk'],
  'rpath__xenova-vpc-targz.ovf': ['ovf/bad-number'],
  'vsphere__complete-vs-bootorder.ovf': ['ovf/required-not-understood'],
  'vsphere__complete-vsc.ovf': ['ovf/required-not-understood'],
  'vsphere__nvdimm.ovf': ['ovf/not-understood'],
  'vsphere__pci-passthrough-dvx.ovf': ['ovf/passthrough'],
  'vsphere__vgpu-win2019.ovf': ['ovf/passthrough'],
  'vsphere__virtual-device-group.ovf': ['ovf/passthrough', 'ovf/not-understood'],
  'xencenter__sample-app-declared-utf16.ovf': ['ovf/encoding-differs'],
};

/** Errors may only come from the rows above. */
const ERRORS = new Set([
  'ibm-zvm__sampleovf.ovf',
  'neg__duplicate-diskid.ovf',
  'neg__required-unknown-section.ovf',
  'neg__wrong-ns-ovf-envelope.ovf',
  'ovftool__external-msg-bundles.ovf',
  'vsphere__complete-vs-bootorder.ovf',
  'vsphere__complete-vsc.ovf',
]);

/**
 * Where the manifest counts otherwise. It counts elements of the file as text; a reading counts devices of machines.
 */
const DISK_ITEMS: Readonly<Record<string, number>> = {
  // ResourceType 31: blank disks that the manifest has no column for
  'dmtf__virtualsystemcollection-2.0.ovf': 2,
  'ibm-zvm__sampleovf.ovf': 7,
};
/** What somebody votes for: `uefi`, `16384`. */
const said = (machine: DescribedMachine, key: string, strength = 'recommended') =>
  machine.votes.find((vote) => vote.key === key && vote.strength === strength)?.values[0];
const models = ({ votes }: DescribedMachine, key: string) =>
  votes.filter((vote) => vote.key === key && vote.origin === 'source-hardware').flatMap(({ values }) => values);
const sizes = ({ disks }: DescribedMachine) => disks.map(({ capacity }) => capacity);
const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** What the notes and the page of facts say of single files, beyond what can be parsed. */
const FACTS: readonly (readonly [
  file: string,
  title: string,
  fact: (machine: DescribedMachine, machines: readonly DescribedMachine[]) => void,
])[] = [
  [
    'cisco__iosv-16nic-virtio.ovf',
    'virtio is a bus of its own',
    (m) => expect(models(m, 'disk-bus')).toEqual(['virtio', 'virtio']),
  ],
  [
    'cisco__iosv-16nic-virtio.ovf',
    'the largest profile has 16 cards',
    () => expect(reading('cisco__iosv-16nic-virtio.ovf', '1CPU-3GB-16NIC').machines[0]?.nics).toHaveLength(16),
  ],
  [
    'cisco__iosv-16nic-virtio.ovf',
    'memory in GiB overrides memory in MiB',
    () =>
      expect(reading('cisco__iosv-16nic-virtio.ovf', '1CPU-1GB-8NIC').machines[0]?.votes[0]?.values).toEqual([1024]),
  ],
  [
    'cisco__c8000v-bootdisk-profiles.ovf',
    'the default profile has one of two disks',
    (m) => expect(sizes(m)).toEqual([16 * GIB]),
  ],
  [
    'dmtf__virtualsystemcollection-2.0.ovf',
    'a MAC with dashes',
    (m) => expect(m.nics[0]?.mac).toBe('00:16:8b:db:00:5e'),
  ],
  ['ganeti__export.ovf', 'no capacity', (m) => expect(sizes(m)).toEqual([null])],
  ['gce__missing-disk-units.ovf', 'bytes without a unit', (m) => expect(sizes(m)).toEqual([10 * GIB])],
  ['govmomi__disk-capacity-property.ovf', 'a capacity out of a property', (m) => expect(sizes(m)).toEqual([5 * GIB])],
  ['govmomi__disk-capacity-property.ovf', 'a blank disk', (m) => expect(m.disks[0]?.file).toBeNull()],
  [
    'govmomi__configspec-everything.ovf',
    'every bus in order',
    (m) => expect(m.disks.map(({ address }) => address.bus)).toEqual(['scsi', 'scsi', 'sata', 'sata', 'nvme']),
  ],
  ['homeassistant__ova-pc.ovf', 'UEFI', (m) => expect(said(m, 'firmware')).toBe('uefi')],
  [
    'homeassistant__ova-pc.ovf',
    'a card whose model only VirtualBox names',
    (m) => expect(models(m, 'nic-model')).toEqual(['virtio']),
  ],
  ['ibm-zvm__sampleovf.ovf', 'two processors of five can run Linux', (m) => expect(said(m, 'vcpus')).toBe(2)],
  [
    'neg__bound-non-integer.ovf',
    'only the bound is a number',
    (m) => expect([said(m, 'memory-mib'), said(m, 'memory-mib', 'minimum')]).toEqual([undefined, 512]),
  ],
  ['neg__populated-size-int64max.ovf', 'the capacity counts', (m) => expect(sizes(m)).toEqual([2 * MIB])],
  ['nova__vmwareapi-test.ovf', 'Items of another namespace', (m) => expect(said(m, 'memory-mib')).toBe(256)],
  ['nova__vmwareapi-test.ovf', 'a format that is one word', (m) => expect(m.disks[0]?.format).toBe('vmdk')],
  [
    'olvm__ovirt-ova-style.ovf',
    'qcow2 on virtio',
    (m) =>
      expect([m.disks[0]?.format, m.disks[0]?.address.bus, m.disks[0]?.bootable]).toEqual(['qcow2', 'virtio', true]),
  ],
  ['open-vmdk__hw11-uefi.ovf', 'UEFI', (m) => expect(said(m, 'firmware')).toBe('uefi')],
  [
    'oraclelinux__vbox7-uefi-virtioscsi.ovf',
    'UEFI on virtio-scsi',
    (m) => expect([said(m, 'firmware'), models(m, 'scsi-model')[0]]).toEqual(['uefi', 'virtio-scsi']),
  ],
  [
    'oraclelinux__vbox7-uefi-virtioscsi.ovf',
    'the MAC of the adapter',
    (m) => expect(m.nics[0]?.mac).toBe('08:00:27:96:4c:c1'),
  ],
  [
    'oraclelinux__vbox71-arm.ovf',
    'ARM',
    (m) => expect([said(m, 'architecture'), said(m, 'firmware')]).toEqual(['aarch64', 'uefi']),
  ],
  [
    'ovftool__bound-min-max.ovf',
    'three sizes of memory',
    (m) =>
      expect([said(m, 'memory-mib'), said(m, 'memory-mib', 'minimum'), said(m, 'memory-mib', 'maximum')]).toEqual([
        512, 384, 1024,
      ]),
  ],
  ['ovftool__disk-allocationUnits-attr.ovf', 'units under a wrong name', (m) => expect(sizes(m)).toEqual([MIB])],
  ['ovftool__format-uri-typo.ovf', 'a misspelled format', (m) => expect(m.disks[0]?.format).toBe('vmdk')],
  ['ovftool__parentref-delta.ovf', 'the parent of a delta', (m) => expect(m.disks[0]?.parent).not.toBeNull()],
  ['ovftool__remote-http-href.ovf', 'a URL stays one', (m) => expect(m.disks[0]?.file?.href).toMatch(/^http:\/\//)],
  [
    'ovftool__ttylinux-vmxnet3-lower.ovf',
    'a card in lower case',
    (m) => expect(models(m, 'nic-model')).toEqual(['vmxnet3']),
  ],
  [
    'ovftool09__section-xsitype-prefix-unbound.ovf',
    'the first known subtype of a list',
    (m) => expect(models(m, 'scsi-model')).toEqual(['lsilogic']),
  ],
  [
    'ovftool09__esx-0.9.ovf',
    'memory and card of OVF 0.9',
    (m) => expect([said(m, 'memory-mib'), models(m, 'nic-model')[0]]).toEqual([8192, 'pcnet']),
  ],
  [
    'ovirt3__engine-3.3-lundisk.ovf',
    'GiB, raw whatever the URI says, qxl',
    (m) => expect([sizes(m), m.disks[0]?.format, models(m, 'video-model')]).toEqual([[GIB], 'raw', ['qxl']]),
  ],
  [
    'ovirt4__virt-v2v-2.3.4-win2019.ovf',
    'BiosType 2',
    (m) => expect([said(m, 'firmware'), said(m, 'secure-boot')]).toEqual(['uefi', false]),
  ],
  [
    'ovirt4__virt-v2v-2.3.4-win2019.ovf',
    'sockets and cores without a quantity',
    (m) => expect([said(m, 'vcpus'), said(m, 'cpu-topology')]).toEqual([8, '1:8:1']),
  ],
  [
    'ovirt4__virt-v2v-2.3.4-win2019.ovf',
    'IDE, rtl8139 and VGA',
    (m) =>
      expect([models(m, 'disk-bus'), models(m, 'nic-model'), models(m, 'video-model')]).toEqual([
        ['ide'],
        ['rtl8139'],
        ['vga'],
      ]),
  ],
  ['rhevm3__image-uploader-sample.ovf', 'a disk without capacity', (m) => expect(sizes(m)).toEqual([8 * GIB])],
  [
    'powervc__pvsadm-template.ovf',
    'attributes without a prefix',
    (m) =>
      expect([m.disks[0]?.bootable, said(m, 'architecture'), said(m, 'firmware')]).toEqual([
        true,
        'ppc64le',
        undefined,
      ]),
  ],
  [
    'redhat__agentvm-empty-scsi-subtype.ovf',
    'boots from its disc',
    (m) => expect(m.drives.map(({ file }) => file?.href.endsWith('.iso'))).toEqual([true]),
  ],
  [
    'rpath__iso-only.ovf',
    'nothing but a disc',
    (m) => expect([m.disks.length, m.drives[0]?.kind, m.drives[0]?.file === null]).toEqual([0, 'cdrom', false]),
  ],
  ['rpath__raw-hd-wiki-format.ovf', 'a raw disk', (m) => expect(m.disks[0]?.format).toBe('raw')],
  ['rpath__xenova-vpc-targz.ovf', 'a compressed file', (m) => expect(m.disks[0]?.file?.compression).toBe('gzip')],
  [
    'vcloud__vcd-two-vms.ovf',
    'sizes without a DiskSection',
    (_m, all) => expect(all.map(sizes)).toEqual([[16 * GIB], [40 * GIB]]),
  ],
  [
    'vcloud__vcd-two-vms.ovf',
    'the network none is none',
    (m) => expect([m.nics[0]?.network, m.nics[0]?.mac]).toEqual([null, '00:50:56:01:00:4d']),
  ],
  [
    'vcloud__vcd-leading-newline.ovf',
    'two machines behind an empty line',
    (_m, all) => expect(all.map(({ id }) => id)).toEqual(['VM1', 'VM2']),
  ],
  [
    'virtualbox__ovf2.0-buslogic.ovf',
    'a StorageItem and an EthernetPortItem',
    (m) => expect([sizes(m), m.nics[0]?.mac]).toEqual([[10 * GIB], '08:00:27:70:1a:a4']),
  ],
  [
    'virtualbox__virtio-nic-no-subtype.ovf',
    'only the card with a subtype has a model',
    (m) => expect(m.nics.map(({ model }) => model)).toEqual(['E1000', null]),
  ],
  [
    'vmoperator__uber-nvram-configs.ovf',
    'the default configuration, a property for a blank disk',
    (m) => expect(sizes(m)).toEqual([40, 50, 60, 20].map((mib) => mib * MIB)),
  ],
  [
    'vmoperator__uber-nvram-configs.ovf',
    'NVRAM in References',
    (m) => expect(m.state.map(({ kind, file }) => [kind, file?.href])).toEqual([['nvram', 'uber.nvram']]),
  ],
  ['vsphere__bootorder-bom.ovf', 'a boot order', (m) => expect(said(m, 'boot-order')).toBe('disk0')],
  [
    'vsphere__chinese-names.ovf',
    'names as they are',
    (m) => expect([m.name, m.disks[0]?.file?.href.includes('虚拟机')]).toEqual(['虚拟机', true]),
  ],
  [
    'vsphere__efi-vbs-enabled.ovf',
    'Secure Boot and VBS',
    (m) =>
      expect([said(m, 'secure-boot'), m.details['vmwareFlags']]).toEqual([
        true,
        expect.arrayContaining(['flags.vbsEnabled']),
      ]),
  ],
  [
    'vsphere__mixed-ide-sas-many-disks.ovf',
    'IDE and SAS',
    (m) => expect([models(m, 'disk-bus'), models(m, 'scsi-model')]).toEqual([['ide', 'scsi'], ['lsisas1068']]),
  ],
  [
    'vsphere__nested-esxi-vapp-cap-property.ovf',
    'capacities out of properties of the vApp',
    (_m, all) => expect(all.map(sizes)).toEqual(Array(3).fill([2 * GIB, 4 * GIB, 8 * GIB])),
  ],
  [
    'vsphere__nested-vapp.ovf',
    'machines of nested collections',
    (_m, all) => expect(all.map(({ id }) => id)).toEqual(['grandVm', 'childVm', 'nestedRootVm']),
  ],
  [
    'vsphere__nvram-and-iso-files.ovf',
    'the disk is not the first file',
    (m) =>
      expect([
        m.disks[0]?.file?.href.endsWith('.vmdk'),
        m.drives[0]?.file?.href.endsWith('.iso'),
        said(m, 'firmware'),
        said(m, 'secure-boot'),
      ]).toEqual([true, true, 'bios', undefined]),
  ],
  [
    'vsphere__read-only-disk-vmx22.ovf',
    'a read-only disk',
    (m) => expect(m.disks.filter(({ readOnly }) => readOnly).length).toBeGreaterThan(0),
  ],
  ['vsphere__spaces-in-href.ovf', 'no escape is left', (m) => expect(m.disks[0]?.file?.href).not.toContain('%20')],
  [
    'vsphere__url-encoded-href.ovf',
    'escapes are decoded, what is none stays',
    (m) => expect(m.disks[0]?.file?.href).toBe('url$encoded%a-1.vmdk'),
  ],
  [
    'vsphere__vic-properties.ovf',
    'no password is shown',
    (m) =>
      expect(
        Object.entries(m.labels).filter(([name, value]) => /pwd|password/.test(name) && value !== '********'),
      ).toEqual([]),
  ],
  [
    'vsphere__win2019-vtpm-nvram-name.ovf',
    'TPM, Secure Boot, UEFI, NVRAM without a File',
    (m) =>
      expect([
        said(m, 'tpm'),
        said(m, 'secure-boot'),
        said(m, 'firmware'),
        m.state.map(({ kind, file }) => [kind, file]),
      ]).toEqual([
        '2.0',
        true,
        'uefi',
        [
          ['nvram', null],
          ['tpm', null],
        ],
      ]),
  ],
  [
    'vsphere__xp-delta.ovf',
    'plain disks in spite of the name',
    (m) => expect(m.disks.map(({ parent }) => parent)).toEqual([null, null, null]),
  ],
  [
    'xencenter__sample-app-declared-utf16.ovf',
    'a disk of type 19, no OS',
    (m) =>
      expect([sizes(m), m.disks[0]?.format, m.disks[0]?.bootable, m.osNames.map(({ scheme }) => scheme)]).toEqual([
        [10 * MIB],
        'vpc',
        true,
        ['text'],
      ]),
  ],
];

describe.skipIf(!present)(`descriptors of the corpus${present ? '' : ' (absent: ../shared/data/ovf)'}`, () => {
  const all = rows();
  const readable = all.filter(({ file }) => REFUSED[file] === undefined);

  it.each(Object.entries(REFUSED))('%s is refused with %s', (file, code) => {
    expect(outcome(bytesOf(file))).toMatchObject({ code, severity: 'error', exit: 3 });
  });

  it.each(readable.map((row) => [row.file, row.notes] as const))('%s gives the facts of its row', (file, notes) => {
    const first = reading(file);
    const { machines } = first;
    const systems = number(notes, /\bVS=(\d+)/);
    if (systems !== undefined) expect(machines).toHaveLength(systems);

    const items = DISK_ITEMS[file] ?? number(notes, /\((\d+) items\)/);
    if (items !== undefined) expect(distinct(file, ({ disks }) => disks)).toBe(items);

    // every Disk of the file is a disk of a machine or named by a finding
    const ids = [
      ...bytesOf(file)
        .toString()
        .matchAll(/\bdiskId\s*=\s*["']([^"']*)/g),
    ].map(([, id]) => id ?? '');
    expect(ids).toHaveLength(number(notes, /\bdisks=(\d+)/) ?? ids.length);
    expect(accountedFor(file)).toEqual(expect.arrayContaining(ids));

    const nics = number(notes, /\bnics=(\d+)/);
    if (nics !== undefined) expect(distinct(file, (machine) => machine.nics)).toBe(nics);

    // the manifest counts the configurations that some element is restricted to
    const configurations = number(notes, /\bconfigs=(\d+)/) ?? 0;
    expect(first.configurations.length).toBeGreaterThanOrEqual(configurations);
    expect(first.configurations.filter(({ isDefault }) => isDefault).length).toBe(
      first.configurations.length > 0 ? 1 : 0,
    );

    for (const code of FINDINGS[file] ?? []) expect(codes(first)).toContain(code);
    const errors = [...first.findings, ...machines.flatMap(({ findings }) => findings)].filter(
      ({ severity }) => severity === 'error',
    );
    expect(errors.length > 0).toBe(ERRORS.has(file));
  });

  it.each(readable.flatMap(({ file, notes }) => types(notes).map((type) => [file, type] as const)))(
    '%s is for %s',
    (file, type) => {
      const said = reading(file).machines.flatMap(({ details }) => [details['virtualSystemTypes']].flat());
      const words = type.startsWith('ENGINE') || type.startsWith('RHEVM') ? [type] : type.split(/[\s,/]+/);
      // of alternatives only the one taken is there
      const wanted = file === 'ovftool__two-hardware-sections.ovf' ? words.slice(0, 1) : words;
      expect(said).toEqual(expect.arrayContaining(wanted));
    },
  );

  it.each(readable.flatMap(({ file, notes }) => systemsOf(notes).map((os) => [file, os] as const)))(
    '%s runs %s',
    (file, os) => {
      const id = os.slice(0, os.indexOf(':'));
      const name = os.slice(os.indexOf(':') + 1);
      const { machines, dialect } = reading(file);
      const said = machines.flatMap(({ osNames, details }) => [
        ...osNames.map((one) => one.name),
        String(details['osId']),
        String(details['osDescription']),
      ]);
      expect(said).toContain(id);
      // the manifest's word for a description that is missing, or for a place holder
      if (name !== '' && !/[{$]/.test(name)) expect([dialect, ...said]).toContain(name);
    },
  );

  it.each(FACTS)('%s: %s', (file, _title, fact) => {
    const { machines } = reading(file);
    const [machine] = machines;
    if (machine === undefined) throw new Error('no machine');
    fact(machine, machines);
  });
});

/** `type=a b c os=...`: several machines are separated by a slash. */
function types(notes: string): readonly string[] {
  const type = /\btype=(.*?)(?: os=| configs=| \[| \||$)/.exec(notes)?.[1]?.trim() ?? '';
  return type === '' ? [] : [type];
}

/** `os=79:rhel6Guest; 105:windows7Guest`, one for each kind of machine. */
function systemsOf(notes: string): readonly string[] {
  const list = /\bos=(.*?)(?: configs=| \[| \||$)/.exec(notes)?.[1]?.trim() ?? '';
  return list === '' ? [] : list.split('; ').filter((os) => !/[{$%]/.test(os.slice(0, os.indexOf(':'))));
}
