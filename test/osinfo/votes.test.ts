import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Key, keySpec, type OsProfile, parseValue, type Value, type Vote } from '../../src/facts/index.ts';
import { profileVotes } from '../../src/osinfo/index.ts';
import { embedded } from './embedded.ts';
import { emptySystem } from './media/knowledge.ts';

const knowledge = await embedded();
const systems = knowledge.list();

function profileOf(name: string): OsProfile {
  const profile = knowledge.find(name);
  if (profile === undefined) throw new Error(`the snapshot has no ${name}`);
  return profile;
}

function recommended(name: string, architecture = 'x86_64'): Readonly<Record<string, readonly Value[]>> {
  const votes = profileVotes(profileOf(name), architecture);
  return Object.fromEntries(
    votes.filter((vote) => vote.strength === 'recommended').map((vote) => [vote.key, vote.values]),
  );
}

const LINUX = {
  machine: ['q35', 'i440fx'],
  firmware: ['bios', 'uefi'],
  'disk-bus': ['virtio', 'scsi', 'sata', 'ide'],
  'scsi-model': ['virtio-scsi'],
  'nic-model': ['virtio', 'e1000e'],
  'video-model': ['virtio', 'vga', 'qxl'],
  'sound-model': ['none', 'ich9', 'ich6', 'ac97'],
  rng: ['virtio'],
  memballoon: ['virtio'],
  'guest-agent': [true],
  'usb-controller': ['qemu-xhci', 'nec-xhci', 'ich9-ehci1'],
  'input-bus': ['usb'],
  'clock-offset': ['utc'],
};
const WINDOWS = {
  machine: ['q35', 'i440fx'],
  'disk-bus': ['sata', 'ide'],
  'nic-model': ['e1000e', 'e1000'],
  'video-model': ['vga', 'qxl'],
  'sound-model': ['none', 'ich9', 'ich6', 'ac97'],
  rng: ['none'],
  memballoon: ['none'],
  'guest-agent': [false],
  'usb-controller': ['qemu-xhci', 'nec-xhci', 'ich9-ehci1'],
  'input-bus': ['usb'],
  'clock-offset': ['localtime'],
  hyperv: [true],
};

describe('recommendations, best first', () => {
  it.each([
    ['a current Linux', 'debian12', 'x86_64', { ...LINUX, 'memory-mib': [2048], vcpus: [2] }],
    [
      'Ubuntu 22.04, whose virtio GPU is taken back',
      'ubuntu22.04',
      'x86_64',
      { ...LINUX, 'video-model': ['vga'], 'sound-model': ['none', 'ich9'], 'memory-mib': [4096], vcpus: [2] },
    ],
    [
      'CentOS 6, which knows q35 but not virtio 1.0',
      'centos6.10',
      'x86_64',
      {
        machine: ['i440fx', 'q35'],
        firmware: ['bios', 'uefi'],
        'disk-bus': ['virtio', 'ide', 'sata'],
        'nic-model': ['virtio', 'e1000e'],
        'video-model': ['vga'],
        'sound-model': ['none', 'ich9', 'ich6'],
        'guest-agent': [true],
        'usb-controller': ['ich9-ehci1'],
        'input-bus': ['usb'],
        'clock-offset': ['utc'],
        'memory-mib': [1024],
        vcpus: [2],
      },
    ],
    [
      'FreeBSD, whose entry lists little and has no resources',
      'freebsd14.1',
      'x86_64',
      {
        machine: ['i440fx', 'q35'],
        'disk-bus': ['virtio', 'ide', 'sata'],
        'nic-model': ['virtio', 'e1000', 'ne2k_pci'],
        'video-model': ['vga'],
        'usb-controller': ['ich9-ehci1'],
        'clock-offset': ['utc'],
      },
    ],
    ['Windows Server', 'win2k22', 'x86_64', { ...WINDOWS, 'memory-mib': [2048], vcpus: [2] }],
    ['Windows without recommended memory', 'win10', 'x86_64', { ...WINDOWS, 'memory-mib': [4096], vcpus: [2] }],
    [
      'Windows 11, which needs UEFI and a TPM',
      'win11',
      'x86_64',
      {
        ...WINDOWS,
        firmware: ['uefi'],
        'video-model': ['bochs', 'vga', 'qxl'],
        'memory-mib': [8192],
        vcpus: [4],
        tpm: ['2.0'],
        'tpm-model': ['tpm-crb', 'tpm-tis'],
      },
    ],
    [
      'Windows XP, which has no AHCI driver',
      'winxp',
      'x86_64',
      {
        ...WINDOWS,
        machine: ['i440fx'],
        'disk-bus': ['ide'],
        'nic-model': ['e1000'],
        'sound-model': ['none', 'ac97'],
        'usb-controller': ['ich9-ehci1'],
        'memory-mib': [512],
        vcpus: [2],
      },
    ],
    [
      'a system without any device in its entry',
      'solaris11',
      'x86_64',
      {
        machine: ['i440fx', 'q35'],
        'disk-bus': ['ide', 'sata'],
        'nic-model': ['e1000', 'rtl8139'],
        'video-model': ['vga'],
        rng: ['none'],
        memballoon: ['none'],
        'guest-agent': [false],
        'usb-controller': ['ich9-ehci1'],
        'clock-offset': ['localtime'],
      },
    ],
    [
      'RHEL on aarch64, where the recommended memory for all is below the minimum',
      'rhel9.4',
      'aarch64',
      {
        machine: ['virt'],
        'disk-bus': ['virtio', 'scsi', 'usb', 'sata'],
        'scsi-model': ['virtio-scsi'],
        'nic-model': ['virtio', 'e1000e'],
        'video-model': ['virtio'],
        rng: ['virtio'],
        memballoon: ['virtio'],
        'guest-agent': [true],
        'usb-controller': ['qemu-xhci'],
        'input-bus': ['usb'],
        'clock-offset': ['utc'],
        'memory-mib': [2048],
        vcpus: [2],
      },
    ],
    [
      'RHEL on s390x, which has no PCI to speak of',
      'rhel9.4',
      's390x',
      {
        machine: ['s390-ccw-virtio'],
        'disk-bus': ['virtio', 'scsi'],
        'scsi-model': ['virtio-scsi'],
        'nic-model': ['virtio'],
        'video-model': ['virtio'],
        rng: ['virtio'],
        memballoon: ['virtio'],
        'guest-agent': [true],
        'clock-offset': ['utc'],
        'memory-mib': [1536],
        vcpus: [2],
      },
    ],
    [
      'Windows 11 on aarch64, without enlightenments that only x86 has',
      'win11',
      'aarch64',
      {
        machine: ['virt'],
        firmware: ['uefi'],
        'memory-mib': [8192],
        vcpus: [4],
        'disk-bus': ['usb', 'sata'],
        'nic-model': ['e1000e', 'e1000'],
        'video-model': ['ramfb'],
        rng: ['none'],
        memballoon: ['none'],
        'guest-agent': [false],
        'usb-controller': ['qemu-xhci'],
        'input-bus': ['usb'],
        'clock-offset': ['localtime'],
        tpm: ['2.0'],
        'tpm-model': ['tpm-tis'],
      },
    ],
  ])('%s', (_, name, architecture, values) => {
    expect(recommended(name, architecture)).toEqual(values);
  });

  it('say nothing for an entry that is no system', () => {
    const empty = emptySystem({ id: 'http://libosinfo.org/unknown', shortIds: ['unknown'], name: 'Unknown' });
    expect(profileVotes(empty, 'x86_64')).toEqual([]);
  });
});

describe('every vote', () => {
  const architectures = ['x86_64', 'i686', 'aarch64', 'armv7l', 'ppc64le', 's390x', 'riscv64', 'loongarch64'];

  it('is recommended or a bound, in the vocabulary, and points into its entry', () => {
    const wrong = systems.flatMap((profile) =>
      architectures
        .flatMap((architecture) => profileVotes(profile, architecture))
        .flatMap((each) => problemOf(profile, each) ?? []),
    );
    expect(wrong).toEqual([]);
  });

  it('stands once for its key and strength', () => {
    for (const profile of systems) {
      for (const architecture of architectures) {
        const said = profileVotes(profile, architecture).map(({ key, strength }) => `${key} ${strength}`);
        expect(new Set(said).size).toBe(said.length);
      }
    }
  });

  it('of memory lies between its bounds', () => {
    for (const profile of systems) {
      for (const architecture of architectures) {
        const votes = profileVotes(profile, architecture);
        const of = (key: Key, strength: string): number | undefined =>
          votes
            .filter((each) => each.key === key && each.strength === strength)
            .map(({ values }) => Number(values[0]))[0];
        for (const key of ['memory-mib', 'vcpus'] as const) {
          expect(keySpec(key).type).toBe('integer');
          const value = of(key, 'recommended');
          if (value === undefined) continue;
          expect(value).toBeGreaterThanOrEqual(of(key, 'minimum') ?? 1);
          expect(value).toBeLessThanOrEqual(of(key, 'maximum') ?? value);
        }
      }
    }
  });
});

/** What is wrong with a vote; undefined when nothing is. */
function problemOf(profile: OsProfile, vote: Vote): string | undefined {
  const { key, strength, values, origin, uri, subject, disk, pointer } = vote;
  const told = `${key} ${strength} ${values} ${uri} ${pointer}`;
  if (!['recommended', 'minimum', 'maximum'].includes(strength)) return `strength: ${told}`;
  if (origin !== 'osinfo' || uri !== `osinfo:${profile.database}` || subject !== null || disk !== null) {
    return `provenance: ${told}`;
  }
  if (values.some((value) => parseValue(key, value) !== value)) return `vocabulary: ${told}`;
  if (new Set(values).size !== values.length) return `twice: ${told}`;
  return pointsInto(profile, pointer ?? '') ? undefined : `pointer: ${told}`;
}

/** Whether the pointer names something that is really in the entry, or what libosinfo has no words for. */
function pointsInto(profile: OsProfile, pointer: string): boolean {
  if (!pointer.startsWith(`${profile.pointer}/`)) return false;
  const [member = '', first, kind, figure] = pointer.slice(profile.pointer.length + 1).split('/');
  if (member === 'beyond-osinfo') return true;
  if (member === 'devices') return first === undefined || profile.devices.includes(first);
  if (member !== 'resources') return Object.hasOwn(profile, member);
  const amounts = Object.entries(profile.resources[first ?? ''] ?? {}).find(([name]) => name === kind)?.[1];
  return amounts !== undefined && Object.hasOwn(amounts, figure ?? '');
}

const VIRT_INSTALL = new URL('../../../shared/data/libvirt/virt-install/', import.meta.url);
const measured = existsSync(VIRT_INSTALL);

/** What virt-install 4.1.0 wrote, in our words. */
function virtInstall(name: string): Readonly<Record<string, Value>> {
  const xml = readFileSync(new URL(`${name}.qemu.xml`, VIRT_INSTALL), 'utf8');
  const first = (pattern: RegExp): string => pattern.exec(xml)?.[1] ?? 'none';
  return {
    machine: first(/machine="([^"]*)"/).includes('q35') ? 'q35' : 'i440fx',
    firmware: /<os firmware="efi"/.test(xml) ? 'uefi' : 'bios',
    'memory-mib': Number(first(/<memory>(\d+)</)) / 1024,
    vcpus: Number(first(/<vcpu>(\d+)</)),
    'disk-bus': first(/<disk [\s\S]*?<target [^>]*bus="([^"]*)"/),
    'nic-model': first(/<interface [\s\S]*?<model type="([^"]*)"/),
    'video-model': first(/<video>\s*<model type="([^"]*)"/),
    rng: first(/<rng model="([^"]*)"/),
    memballoon: first(/<memballoon model="([^"]*)"/),
    'guest-agent': xml.includes('org.qemu.guest_agent.0'),
    'usb-controller': first(/<controller type="usb" model="([^"]*)"/),
    'input-bus': first(/<input type="tablet" bus="([^"]*)"/),
    'clock-offset': first(/<clock offset="([^"]*)"/),
    hyperv: /<hyperv>|<hyperv /.test(xml),
    tpm: xml.includes('<tpm') ? '2.0' : 'none',
  };
}

/** Where our first choice is another on purpose: key, ours (undefined: no vote), and why. */
type Difference = readonly [key: Key, ours: Value | undefined, why: string];
const NO_SPICE: Difference = ['video-model', 'vga', 'virt-install takes qxl for SPICE, which we do not set up'];
const NO_FIRMWARE: Difference = ['firmware', undefined, 'the entry has no firmware record; the default decides'];
const INCOMPLETE = 'the entry lists virtio devices but not this one, which the system has had for years';

describe.skipIf(!measured)(
  `like virt-install${measured ? '' : ' (skipped: its outputs are not on this machine)'}`,
  () => {
    it.each<readonly [string, readonly Difference[]]>([
      ['debian11', [['memory-mib', 2048, 'virt-install had the database of 2022, which recommended 1 GiB']]],
      ['fedora37', []],
      ['rhel9.1', []],
      ['linux2022', []],
      ['ubuntu22.04', [NO_SPICE]],
      ['win10', [NO_SPICE, NO_FIRMWARE]],
      ['win11', [['video-model', 'bochs', 'no SPICE: without it virt-install takes bochs under UEFI']]],
      ['win2k22', [NO_SPICE, NO_FIRMWARE]],
      ['winxp', [NO_SPICE, NO_FIRMWARE]],
      ['centos6.10', [NO_SPICE, ['rng', undefined, INCOMPLETE], ['memballoon', undefined, INCOMPLETE]]],
      [
        'freebsd13.1',
        [
          NO_SPICE,
          NO_FIRMWARE,
          ['rng', undefined, INCOMPLETE],
          ['memballoon', undefined, INCOMPLETE],
          ['guest-agent', undefined, INCOMPLETE],
          ['input-bus', undefined, 'the entry does not list the tablet; virt-install does not ask it'],
          ['memory-mib', undefined, 'no resources: virt-install stopped until it was given --memory'],
          ['vcpus', undefined, 'no resources: virt-install falls back to 1'],
        ],
      ],
    ])('%s', (name, differences) => {
      const ours = recommended(name);
      const theirs = virtInstall(name);
      const unsaid: Readonly<Record<string, Value>> = { hyperv: false, tpm: 'none' };
      const chosen = Object.fromEntries(Object.keys(theirs).map((key) => [key, ours[key]?.[0] ?? unsaid[key]]));
      const expected = { ...theirs, ...Object.fromEntries(differences.map(([key, value]) => [key, value])) };
      expect(chosen).toEqual(expected);
      // a difference that is none any more must leave the table
      for (const [key, value] of differences) expect(theirs[key]).not.toBe(value);
    });
  },
);
