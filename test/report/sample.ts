import {
  type Decision,
  type DiskEvidence,
  type Evidence,
  type FindingDocument,
  type Partition,
  type ReportDocument,
  type RuleCheck,
  unreadDisk,
  vote,
  type Winner,
} from '../../src/facts/index.ts';

/*
 * A report that has one of everything: what counts, what was waived, what is only tried; decided, bounded and
 * undecided values; every outcome of a rule and of a target; disks with partitions, without, encrypted, unreadable.
 */

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

function finding(over: Partial<FindingDocument> & Pick<FindingDocument, 'code' | 'message'>): FindingDocument {
  return {
    severity: 'warning',
    exit: 1,
    remedy: 'Look at it.',
    args: {},
    rule: null,
    waived: false,
    waiver: null,
    audited: false,
    at: [],
    ...over,
  };
}

export const FINDINGS: readonly FindingDocument[] = [
  finding({ code: 'plan/os-unknown', message: 'OS unknown: portable defaults; pass --os.' }),
  finding({
    code: 'policy/denied',
    severity: 'error',
    message: 'winxp is out of support',
    remedy: 'Ask for an exception.',
    rule: 'site.no-legacy-windows',
    at: [{ origin: 'policy', uri: 'site.yaml', pointer: '16:5' }],
  }),
  finding({
    code: 'policy/warned',
    message: 'a disk of 20 GiB',
    rule: 'site.big',
    waived: true,
    waiver: {
      reason: 'the archive is that large',
      owner: 'storage team',
      ticket: 'OPS-123',
      expires: '2027-02-01T00:00:00.000Z',
      uri: 'waivers.yaml',
      pointer: '3:5',
    },
  }),
  finding({ code: 'policy/warned', message: 'nobody signed it', rule: 'site.tried', audited: true }),
  finding({
    code: 'content/nvram-not-needed',
    severity: 'info',
    message: 'The disk has a fallback loader.',
    at: [{ origin: 'content', uri: '/images/web.qcow2', pointer: 'guest+0x102c80' }],
  }),
];

const says = (over: Partial<Winner> & Pick<Winner, 'origin'>): Winner => ({
  values: [],
  strength: 'recommended',
  uri: null,
  pointer: null,
  rule: null,
  ...over,
});
const CONTENT = says({ origin: 'content', strength: 'required', uri: '/images/web.qcow2', pointer: 'guest+0x102c80' });
const DEFAULT = says({ origin: 'default' });
const PREFER = says({ origin: 'policy-prefer', uri: 'site.yaml', pointer: '8:15', rule: 'site.q35' });

const NO_IDE = {
  kind: 'compatibility',
  id: 'no-ide-on-q35',
  reason: 'q35 has no IDE controller',
  uri: null,
  pointer: null,
} as const;

const decision = (over: Partial<Decision> & Pick<Decision, 'key' | 'value'>): Decision => ({
  subject: null,
  winner: DEFAULT,
  agreed: [],
  lost: [],
  ...over,
});

const DECISIONS: readonly Decision[] = [
  decision({ key: 'architecture', value: 'x86_64', winner: CONTENT }),
  decision({ key: 'virt-type', value: 'kvm' }),
  decision({
    key: 'firmware',
    value: 'uefi',
    winner: CONTENT,
    agreed: [says({ origin: 'osinfo', uri: 'osinfo:embedded', pointer: '/debian12/firmware' })],
    lost: [
      {
        ...DEFAULT,
        value: 'bios',
        why: 'outranked',
        by: 'the disk content (/images/web.qcow2 guest+0x102c80)',
        removedBy: {
          kind: 'content',
          id: null,
          reason: 'the disk content requires uefi',
          uri: '/images/web.qcow2',
          pointer: 'guest+0x102c80',
        },
      },
    ],
  }),
  decision({ key: 'machine', value: 'q35', winner: PREFER }),
  decision({ key: 'secure-boot', value: true }),
  decision({ key: 'enrolled-keys', value: true }),
  decision({ key: 'memory-mib', value: 4096, minimum: 512, maximum: 65536 }),
  decision({ key: 'tpm', value: null, winner: null }),
  decision({
    key: 'disk-bus',
    subject: 'disk0',
    value: 'virtio',
    lost: [{ ...PREFER, value: 'ide', why: 'incompatible', by: 'no-ide-on-q35', removedBy: NO_IDE }],
  }),
  decision({ key: 'disk-placement', subject: 'disk0', value: 'in-place' }),
  decision({ key: 'nic-model', subject: 'nic0', value: 'virtio' }),
  decision({ key: 'network', subject: 'nic0', value: 'lan' }),
];

const partition = (over: Partial<Partition> & Pick<Partition, 'index' | 'start' | 'size'>): Partition => ({
  table: 'gpt',
  typeId: '0fc63daf-8483-4772-8e79-3d69d8477de4',
  typeName: 'Linux',
  role: 'linux-data',
  name: null,
  active: false,
  filesystem: null,
  ...over,
});

const disk = (over: Partial<DiskEvidence> & Pick<DiskEvidence, 'id' | 'uri'>): DiskEvidence =>
  unreadDisk({ path: over.uri, format: 'qcow2', virtualSize: 20 * GIB, fileSize: 3 * GIB, ...over });

const DISKS: readonly DiskEvidence[] = [
  disk({
    id: 'disk0',
    uri: '/images/web.qcow2',
    bootable: true,
    partitions: [
      partition({ index: 1, start: MIB, size: 512 * MIB, role: 'esp', typeName: 'EFI System', filesystem: 'fat32' }),
      partition({ index: 2, start: 513 * MIB, size: 16 * GIB, name: 'root', filesystem: 'ext4' }),
      partition({ index: 3, start: 17 * GIB, size: MIB, typeId: '0x99', typeName: null, role: null, active: true }),
    ],
    content: {
      table: 'gpt',
      sectorSize: 512,
      hybrid: false,
      bootCode: 'none',
      volumeBootCode: null,
      loaders: [
        {
          partition: 1,
          path: 'EFI/BOOT/BOOTX64.EFI',
          architecture: 'x86_64',
          efi: true,
          signed: true,
          uki: false,
          fallback: true,
        },
      ],
      fallback: ['x86_64'],
      filesystem: null,
      kernel: null,
      ramdisk: null,
      iso: null,
    },
    proofs: [
      {
        pointer: 'guest+0x102c80',
        offset: 0x102c80,
        hex: '504500006486010000000000000000003c2f7072653e',
        what: 'EFI/BOOT/BOOTX64.EFI: PE program',
      },
    ],
    details: { version: 3, features: ['dirty'] },
  }),
  disk({
    id: 'disk1',
    uri: '/images/appliance.ova!data.vmdk',
    path: '/images/appliance.ova',
    format: 'vmdk',
    payload: 'unknown',
    encrypted: true,
    backing: [{ name: 'base.qcow2', path: null, format: null }],
    slice: { offset: 1536, size: 65536 },
    wrapping: [{ kind: 'tar', members: ['data.vmdk'] }],
  }),
];

const check = (over: Partial<RuleCheck> & Pick<RuleCheck, 'rule' | 'outcome'>): RuleCheck => ({
  title: null,
  phase: 'vote',
  message: null,
  audited: false,
  uri: 'site.yaml',
  pointer: '6:5',
  docs: null,
  tags: [],
  ...over,
});

export const REPORT: ReportDocument = {
  schema: 'vm-import/report@1',
  verdict: 'denied',
  sources: [
    { uri: '/images/web.qcow2', format: 'qcow2', size: 3 * GIB, bytesRead: 65536, digest: `sha256:${'5e'.repeat(32)}` },
    { uri: '/images/appliance.ova', format: null, size: null, bytesRead: 0, digest: null },
  ],
  findings: FINDINGS,
  decisions: DECISIONS,
  checks: [
    check({ rule: 'site.q35', outcome: 'applied', title: 'One machine type for all', tags: ['machines'] }),
    check({ rule: 'site.big', outcome: 'failed' }),
    check({ rule: 'site.tried', outcome: 'failed', audited: true }),
    check({
      rule: 'site.no-legacy-windows',
      outcome: 'failed',
      phase: 'verify',
      title: 'No Windows before 2016',
      docs: 'https://example.org/policy/windows',
    }),
    check({ rule: 'site.good', outcome: 'passed' }),
    check({ rule: 'site.idle', outcome: 'not-applied', docs: 'javascript:alert(1)' }),
    check({ rule: 'site.broken', outcome: 'error' }),
    check({ rule: 'site.later', outcome: 'skipped' }),
  ],
  targets: {
    'libvirt-xml': [{ key: 'firmware', outcome: 'kept', note: '' }],
    openstack: [
      { key: 'firmware', outcome: 'kept', note: '' },
      { key: 'memory-mib', outcome: 'inexpressible', note: 'the flavor decides it' },
      { key: 'os', outcome: 'changed', note: 'os_distro=debian' },
      { key: 'graphics', outcome: 'dropped', note: '' },
    ],
  },
};

export const EVIDENCE: Evidence = {
  machine: { name: 'web', labels: { title: 'A web server', description: 'two\nlines' } },
  sources: REPORT.sources,
  disks: DISKS,
  nics: [{ id: 'nic0', model: 'VmxNet3', mac: '00:50:56:12:34:56', network: 'VM Network', uri: null, pointer: null }],
  drivers: [],
  osNames: [],
  extensions: {},
  votes: [
    vote({ key: 'firmware', strength: 'required', values: ['uefi'], origin: 'content', uri: '/images/web.qcow2' }),
  ],
  findings: [],
};

export const OPTIONS = {
  color: false,
  verbose: false,
  version: '1.2.3',
  explain: (code: string) =>
    code === 'policy/denied' ? 'A rule of the policy says no. `vm-import policy list` shows it.' : null,
};
