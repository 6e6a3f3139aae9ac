import { describe, expect, it } from 'vitest';
import type { Value, Vote } from '../../src/facts/index.ts';
import * as c from './cases.ts';

interface Case {
  readonly title: string;
  readonly votes: readonly Vote[];
  readonly setting?: c.Setting;
  /** Values that must come out, by key path. */
  readonly values?: Readonly<Record<string, Value | null>>;
  /** `key value why` of losers that must be recorded. */
  readonly lost?: readonly (readonly [path: string, value: Value, why: string])[];
  /** Codes of all findings but plan/os-unknown, in any order; none when left out. */
  readonly codes?: readonly string[];
  /** Parts the one plan/unresolved finding must name. */
  readonly names?: readonly string[];
}

const cases: readonly Case[] = [
  {
    title: 'nobody votes: the defaults of the contract',
    votes: [],
    values: {
      'virt-type': 'kvm',
      architecture: 'x86_64',
      machine: 'q35',
      firmware: 'bios',
      'secure-boot': false,
      'memory-mib': 2048,
      vcpus: 2,
      'cpu-mode': 'host-model',
      'disk-bus.disk0': 'virtio',
      'nic-model.nic0': 'virtio',
      'network.nic0': 'default',
      'video-model': 'virtio',
      graphics: 'vnc',
      rng: 'virtio',
      memballoon: 'virtio',
      serial: true,
      tpm: 'none',
      'boot-order': 'disk0',
    },
  },
  {
    title: 'emulation gets the maximum CPU, not host-model',
    votes: [c.flag('virt-type', 'qemu')],
    values: { 'cpu-mode': 'maximum' },
  },
  {
    title: 'aarch64 gets virt, UEFI and a CPU mode libvirt has there',
    votes: [c.hints('architecture', 'required', ['aarch64'])],
    values: { machine: 'virt', firmware: 'uefi', 'cpu-mode': 'host-passthrough', 'tpm-model': 'tpm-tis' },
  },
  {
    title: 's390x has neither firmware, USB nor SATA to choose',
    votes: [c.flag('architecture', 's390x')],
    values: { machine: 's390-ccw-virtio', 'usb-controller': 'none', 'input-bus': 'virtio', 'cdrom-bus': 'scsi' },
  },
  {
    title: 'rule 1: architecture is settled before a machine that would need another one speaks',
    votes: [c.hints('machine', 'recommended', ['virt'])],
    values: { architecture: 'x86_64', machine: 'q35' },
    lost: [['machine', 'virt', 'incompatible']],
  },
  {
    title: 'rule 2: a forbidden value is removed, whatever rank recommends it',
    votes: [c.policyPrefer('machine', ['i440fx']), c.content('machine', 'forbidden', ['i440fx'])],
    values: { machine: 'q35' },
    lost: [['machine', 'i440fx', 'forbidden']],
    codes: ['plan/conflict'],
  },
  {
    title: 'rule 2: what content requires beats what a policy prefers',
    votes: [c.policyPrefer('firmware', ['bios']), c.content('firmware', 'required', ['uefi'])],
    values: { firmware: 'uefi' },
    lost: [
      ['firmware', 'bios', 'weaker'],
      ['firmware', 'bios', 'outranked'],
    ],
    codes: ['plan/conflict'],
  },
  {
    title: 'rule 2: bounds remove what lies outside',
    votes: [c.policyMax('memory-mib', [4096]), c.hints('memory-mib', 'recommended', [8192])],
    values: { 'memory-mib': 2048 },
    lost: [['memory-mib', 8192, 'out-of-bounds']],
    codes: ['plan/conflict'],
  },
  {
    title: 'rule 2: a bound is the last resort of a number',
    votes: [c.hints('memory-mib', 'minimum', [4096])],
    values: { 'memory-mib': 4096 },
    lost: [['memory-mib', 2048, 'out-of-bounds']],
  },
  {
    title: 'rule 2: a required value among several leaves the choice to the recommendations',
    votes: [c.hints('machine', 'required', ['q35', 'i440fx']), c.policyDefault('machine', ['i440fx'])],
    values: { machine: 'i440fx' },
    lost: [['machine', 'q35', 'outranked']],
  },
  {
    title: 'rule 2: two required lists meet in what they share',
    votes: [c.hints('firmware', 'required', ['uefi', 'bios']), c.content('firmware', 'required', ['uefi'])],
    values: { firmware: 'uefi' },
  },
  {
    title: 'rule 2: the host removes what its document does not offer',
    votes: [c.hints('graphics', 'recommended', ['spice'])],
    setting: { host: c.host(c.domain()) },
    values: { graphics: 'vnc' },
    lost: [['graphics', 'spice', 'host-cannot']],
    codes: ['plan/conflict'],
  },
  {
    title: 'rule 2: the host may not do what is required',
    votes: [c.hints('tpm', 'required', ['1.2'])],
    setting: { host: c.host(c.domain()) },
    codes: ['plan/unresolved'],
    values: { tpm: null },
    names: ['the hint document', 'host.xml', '--set tpm='],
  },
  {
    title: 'rule 2: Windows disk under a policy that prefers virtio stays on sata',
    votes: [
      c.policyPrefer('disk-bus', ['virtio']),
      c.policyPrefer('nic-model', ['virtio']),
      c.osinfo('disk-bus', 'recommended', ['sata']),
      c.osinfo('nic-model', 'recommended', ['e1000e', 'e1000']),
    ],
    setting: { drivers: c.WINDOWS_10 },
    values: { 'disk-bus.disk0': 'sata', 'nic-model.nic0': 'e1000e' },
    lost: [
      ['disk-bus.disk0', 'virtio', 'no-driver'],
      ['nic-model.nic0', 'virtio', 'no-driver'],
    ],
  },
  {
    title: 'rule 2: a hint document that proves the driver lets the policy have virtio',
    votes: [c.policyPrefer('disk-bus', ['virtio'])],
    setting: { drivers: { ...c.WINDOWS_10, claims: [{ disk: 'disk0', boot: ['virtio-blk'], running: [] }] } },
    values: { 'disk-bus.disk0': 'virtio' },
  },
  {
    title: 'rule 2: Windows XP has no AHCI: IDE, and the machine that has it',
    votes: [
      c.osinfo('disk-bus', 'recommended', ['ide', 'sata']),
      c.osinfo('machine', 'recommended', ['i440fx', 'q35']),
    ],
    setting: { drivers: c.WINDOWS_XP },
    values: { 'disk-bus.disk0': 'ide', machine: 'i440fx' },
    lost: [['disk-bus.disk0', 'sata', 'no-driver']],
  },
  {
    title: 'rule 2: only the boot disk needs a proven driver',
    votes: [c.policyPrefer('disk-bus', ['virtio']), c.osinfo('disk-bus', 'recommended', ['sata'])],
    setting: {
      drivers: c.WINDOWS_10,
      disks: [
        { id: 'disk0', bootable: true },
        { id: 'disk1', bootable: false },
      ],
    },
    values: { 'disk-bus.disk0': 'sata', 'disk-bus.disk1': 'virtio' },
  },
  {
    title: 'rule 3: a flag overrides what the image requires, and says so',
    votes: [c.flag('machine', 'i440fx'), c.hints('machine', 'required', ['q35'])],
    values: { machine: 'i440fx' },
    lost: [['machine', 'q35', 'outranked']],
    codes: ['plan/overrides-requirement'],
  },
  {
    title: 'rule 3: a flag may override proof with a warning',
    votes: [c.flag('firmware', 'bios'), c.content('firmware', 'required', ['uefi'])],
    values: { firmware: 'bios' },
    codes: ['plan/overrides-proof'],
  },
  {
    title: 'rule 3: a policy that sets a value against proof is in error',
    votes: [c.policySet('firmware', ['bios']), c.content('firmware', 'required', ['uefi'])],
    values: { firmware: 'bios' },
    codes: ['plan/overrides-proof'],
  },
  {
    title: 'rule 3: a flag overrides a missing driver with a warning',
    votes: [c.flag('disk-bus', 'virtio')],
    setting: { drivers: c.WINDOWS_10 },
    values: { 'disk-bus.disk0': 'virtio' },
    codes: ['plan/no-driver'],
  },
  {
    title: "rule 3: a policy's forbid does not yield to a flag",
    votes: [c.flag('nic-model', 'rtl8139'), c.policyForbid('nic-model', ['rtl8139'])],
    values: { 'nic-model.nic0': null },
    codes: ['plan/unresolved'],
    names: ['site.nic-model', 'rtl8139'],
  },
  {
    title: 'rule 3: a flag does not override compatibility',
    votes: [c.flag('machine', 'i440fx'), c.flag('secure-boot', true)],
    codes: ['plan/unresolved'],
    names: ['secure-boot-needs-q35', '--set machine=q35'],
  },
  {
    title: "rule 3: a policy's set outranks a flag, which is told so",
    votes: [c.policySet('machine', ['q35']), c.flag('machine', 'i440fx')],
    values: { machine: 'q35' },
    lost: [['machine', 'i440fx', 'outranked']],
    codes: ['plan/flag-overruled'],
  },
  {
    title: 'rule 3: a locked preference shuts flags out',
    votes: [c.locked(c.policyPrefer('machine', ['q35'])), c.flag('machine', 'i440fx')],
    values: { machine: 'q35' },
    codes: ['plan/flag-overruled'],
  },
  {
    title: 'rule 4: image requires i440fx while policy forbids it',
    votes: [c.hints('machine', 'required', ['i440fx']), c.policyForbid('machine', ['i440fx'])],
    values: { machine: null },
    codes: ['plan/unresolved'],
    names: ['requires i440fx', 'forbids i440fx', 'site.machine', '--set machine=q35'],
  },
  {
    title: 'rule 4: policy requires i440fx while the image forbids it',
    votes: [c.policyRequire('machine', ['i440fx']), c.hints('machine', 'forbidden', ['i440fx'])],
    values: { machine: null },
    codes: ['plan/unresolved'],
    names: ['requires i440fx', 'forbids i440fx', 'disk0.qcow2'],
  },
  {
    title: 'rule 4: required Secure Boot with required i440fx',
    votes: [c.hints('secure-boot', 'required', [true]), c.hints('machine', 'required', ['i440fx'])],
    values: { machine: null, 'secure-boot': null },
    codes: ['plan/unresolved'],
    names: ['secure-boot-needs-q35', 'requires machine i440fx', 'requires secure-boot true'],
  },
  {
    title: 'rule 4: required Secure Boot moves recommended i440fx and the default firmware',
    votes: [c.hints('secure-boot', 'required', [true]), c.policyPrefer('machine', ['i440fx'])],
    values: { machine: 'q35', 'secure-boot': true, firmware: 'uefi', 'enrolled-keys': true },
    lost: [
      ['machine', 'i440fx', 'incompatible'],
      ['firmware', 'bios', 'incompatible'],
    ],
  },
  {
    title: 'rule 4: a minimum above the maximum',
    votes: [c.hints('memory-mib', 'minimum', [8192]), c.policyMax('memory-mib', [4096])],
    values: { 'memory-mib': null },
    codes: ['plan/unresolved'],
    names: ['at least 8192', 'at most 4096'],
  },
  {
    title: 'rule 5: the highest rank is heard first, over all keys together',
    votes: [c.policyPrefer('disk-bus', ['ide']), c.hints('machine', 'recommended', ['q35'])],
    values: { 'disk-bus.disk0': 'ide', machine: 'i440fx' },
    lost: [['machine', 'q35', 'incompatible']],
  },
  {
    title: 'rule 5: the first value of a list that fits',
    votes: [c.hints('disk-bus', 'recommended', ['ide', 'scsi', 'virtio']), c.flag('machine', 'q35')],
    values: { 'disk-bus.disk0': 'scsi' },
    lost: [['disk-bus.disk0', 'ide', 'incompatible']],
  },
  {
    title: 'rule 5: no recommendation left: the first of the highest required list',
    votes: [c.hints('video-model', 'required', ['cirrus', 'qxl'])],
    values: { 'video-model': 'cirrus' },
  },
  {
    title: 'rule 5: UEFI does not boot from lsilogic',
    votes: [
      c.flag('disk-bus', 'scsi'),
      c.content('firmware', 'required', ['uefi']),
      c.hints('scsi-model', 'recommended', ['lsilogic']),
    ],
    values: { 'scsi-model': 'virtio-scsi', firmware: 'uefi' },
    lost: [['scsi-model', 'lsilogic', 'incompatible']],
  },
  {
    title: 'recommended memory below the minimum of the same document loses',
    votes: [c.hints('memory-mib', 'recommended', [512]), c.hints('memory-mib', 'minimum', [1024])],
    values: { 'memory-mib': 2048 },
    lost: [['memory-mib', 512, 'out-of-bounds']],
  },
  {
    title: 'an OS minimum warns against a hint and binds the default',
    votes: [c.hints('memory-mib', 'recommended', [512]), c.osinfo('memory-mib', 'minimum', [4096])],
    values: { 'memory-mib': 512 },
    codes: ['plan/outside-bounds'],
  },
  {
    title: 'an OS minimum above the default is what the machine gets',
    votes: [c.osinfo('memory-mib', 'minimum', [4096])],
    values: { 'memory-mib': 4096 },
    lost: [['memory-mib', 2048, 'out-of-bounds']],
  },
  {
    title: 'aarch64 image against an x86_64 KVM host',
    votes: [c.hints('architecture', 'required', ['aarch64'])],
    setting: { host: c.host(c.domain()) },
    values: { architecture: null },
    codes: ['plan/unresolved'],
    names: ['aarch64', 'x86_64', 'host.xml', '--set virt-type=qemu'],
  },
  {
    title: 'aarch64 image against a host whose capabilities list x86_64 only',
    votes: [c.hints('architecture', 'required', ['aarch64'])],
    setting: {
      host: {
        ...c.NO_HOST,
        uris: ['capabilities.xml'],
        guests: [{ uri: 'capabilities.xml', architecture: 'x86_64', virtTypes: ['kvm', 'qemu'], machines: ['q35'] }],
      },
    },
    values: { architecture: null },
    codes: ['plan/unresolved'],
    names: ['aarch64', 'capabilities.xml', 'no emulator'],
  },
  {
    title: 'a host that only emulates makes emulation the default',
    votes: [],
    setting: { host: c.host(c.domain({ virtType: 'qemu', cpuModes: ['maximum', 'host-model', 'custom'] })) },
    values: { 'virt-type': 'qemu', 'cpu-mode': 'maximum' },
  },
  {
    title: 'what a host document does not mention is unknown, not no',
    votes: [c.flag('machine', 'i440fx'), c.flag('disk-bus', 'ide')],
    setting: { host: c.host(c.domain()) },
    values: { 'disk-bus.disk0': 'ide' },
    codes: ['plan/host-silent'],
  },
  {
    title: 'two disks contradict each other and one of them is no boot disk',
    votes: [c.hints('firmware', 'required', ['uefi'], 'disk0'), c.hints('firmware', 'required', ['bios'], 'disk1')],
    setting: {
      disks: [
        { id: 'disk0', bootable: true },
        { id: 'disk1', bootable: false },
      ],
    },
    values: { firmware: 'uefi' },
    lost: [['firmware', 'bios', 'weaker']],
    codes: ['plan/disk-disagreement'],
  },
  {
    title: 'two disks contradict each other and nothing shows which boots',
    votes: [c.hints('firmware', 'required', ['uefi'], 'disk0'), c.hints('firmware', 'required', ['bios'], 'disk1')],
    setting: {
      disks: [
        { id: 'disk0', bootable: null },
        { id: 'disk1', bootable: null },
      ],
    },
    values: { firmware: null },
    codes: ['plan/unresolved'],
    names: ['disk0.qcow2', 'disk1.qcow2'],
  },
  {
    title: 'disagreement: warn takes the first disk and says so',
    votes: [c.hints('firmware', 'required', ['uefi'], 'disk0'), c.hints('firmware', 'required', ['bios'], 'disk1')],
    setting: {
      disks: [
        { id: 'disk0', bootable: null },
        { id: 'disk1', bootable: null },
      ],
      settings: { disagreement: 'warn' },
    },
    values: { firmware: 'uefi' },
    lost: [['firmware', 'bios', 'weaker']],
    codes: ['plan/disk-disagreement'],
  },
  {
    title: 'disagreement: boot-disk-wins takes the first disk as the one that boots',
    votes: [c.hints('firmware', 'required', ['uefi'], 'disk0'), c.hints('firmware', 'required', ['bios'], 'disk1')],
    setting: {
      disks: [
        { id: 'disk0', bootable: null },
        { id: 'disk1', bootable: null },
      ],
      settings: { disagreement: 'boot-disk-wins' },
    },
    values: { firmware: 'uefi' },
    codes: ['plan/disk-disagreement'],
  },
  {
    title: 'a flag on the boot order shows which disk boots',
    votes: [
      c.flag('boot-order', 'disk1'),
      c.hints('firmware', 'required', ['uefi'], 'disk0'),
      c.hints('firmware', 'required', ['bios'], 'disk1'),
    ],
    setting: {
      disks: [
        { id: 'disk0', bootable: null },
        { id: 'disk1', bootable: null },
      ],
    },
    values: { firmware: 'bios', 'boot-order': 'disk1' },
    codes: ['plan/disk-disagreement'],
  },
  {
    title: 'a key of one device wins over the same key of all devices',
    votes: [c.flag('disk-bus', 'virtio'), c.flag('disk-bus', 'sata', 'disk1')],
    setting: {
      disks: [
        { id: 'disk0', bootable: null },
        { id: 'disk1', bootable: null },
      ],
    },
    values: { 'disk-bus.disk0': 'virtio', 'disk-bus.disk1': 'sata' },
    lost: [['disk-bus.disk1', 'virtio', 'weaker']],
  },
  {
    title: 'a device the machine does not have',
    votes: [c.flag('disk-bus', 'sata', 'disk7')],
    values: { 'disk-bus.disk0': 'virtio' },
    codes: ['plan/no-such-device'],
  },
  {
    title: 'trust recommend: a requirement weighs like a recommendation, a ban counts for nothing',
    votes: [
      c.hints('machine', 'required', ['i440fx']),
      c.hints('firmware', 'forbidden', ['bios']),
      c.policyPrefer('machine', ['q35']),
    ],
    setting: { settings: { trustHints: 'recommend' } },
    values: { machine: 'q35', firmware: 'bios' },
    lost: [
      ['machine', 'i440fx', 'outranked'],
      ['firmware', 'bios', 'untrusted'],
    ],
    codes: ['plan/requirement-lost', 'plan/requirement-lost'],
  },
  {
    title: 'trust ignore: hints are listed and count for nothing',
    votes: [c.hints('machine', 'required', ['i440fx'])],
    setting: { settings: { trustHints: 'ignore' } },
    values: { machine: 'q35' },
    lost: [['machine', 'i440fx', 'untrusted']],
    codes: ['plan/conflict'],
  },
  {
    title: 'what the source hypervisor had is no recommendation',
    votes: [{ ...c.content('disk-bus', 'recommended', ['ide']), origin: 'source-hardware' }],
    values: { machine: 'q35', 'disk-bus.disk0': 'virtio' },
    lost: [['disk-bus.disk0', 'ide', 'weaker']],
  },
  {
    title: 'a topology brings its number of vCPUs with it',
    votes: [c.flag('cpu-topology', '1:3:1')],
    values: { vcpus: 3, 'cpu-topology': '1:3:1' },
  },
  {
    title: 'later flags win over earlier ones',
    votes: [
      { ...c.flag('machine', 'q35'), order: 0 },
      { ...c.flag('machine', 'i440fx'), order: -1 },
    ],
    values: { machine: 'i440fx' },
    lost: [['machine', 'q35', 'weaker']],
  },
  {
    title: 'a carrier given by hand corrects what the image requires',
    votes: [
      { ...c.hints('firmware', 'required', ['bios']), order: 3 },
      { ...c.hints('firmware', 'required', ['uefi']), order: 0, disk: null, uri: 'mine.json' },
    ],
    values: { firmware: 'uefi' },
    lost: [['firmware', 'bios', 'outranked']],
    codes: ['plan/conflict'],
  },
  {
    title: 'the stronger carrier is heard first',
    votes: [
      { ...c.hints('machine', 'recommended', ['q35']), order: 3 },
      { ...c.hints('machine', 'recommended', ['i440fx']), order: 1 },
    ],
    values: { machine: 'i440fx' },
    lost: [['machine', 'q35', 'weaker']],
  },
  {
    title: 'an image cannot undo Secure Boot by leaving the keys away',
    votes: [c.policyRequire('secure-boot', [true]), c.hints('enrolled-keys', 'recommended', [false])],
    values: { 'secure-boot': true, 'enrolled-keys': true },
    lost: [['enrolled-keys', false, 'incompatible']],
  },
  {
    title: 'an admin can, for a guest that enrols keys of its own',
    votes: [c.policyRequire('secure-boot', [true]), c.flag('enrolled-keys', false)],
    values: { 'secure-boot': true, 'enrolled-keys': false },
  },
  {
    title: 'forbidding the only default leaves the rest of the vocabulary',
    votes: [c.hints('serial', 'forbidden', [true]), c.hints('clock-offset', 'forbidden', ['utc'])],
    values: { serial: false, 'clock-offset': 'localtime' },
    lost: [['serial', true, 'forbidden']],
  },
  {
    title: 'a locked limit lets flags through that keep to it',
    votes: [c.locked(c.policyMax('memory-mib', [65536])), c.flag('memory-mib', 4096)],
    values: { 'memory-mib': 4096 },
  },
  {
    title: 'a locked limit stops the flag that would break it',
    votes: [c.locked(c.policyMax('memory-mib', [65536])), c.flag('memory-mib', 131072)],
    values: { 'memory-mib': 2048 },
    codes: ['plan/flag-overruled'],
  },
  {
    title: "a card that a data disk asks for is not the machine's business",
    votes: [c.hints('nic-model', 'required', ['rtl8139'], 'disk1')],
    setting: {
      disks: [
        { id: 'disk0', bootable: true },
        { id: 'disk1', bootable: false },
      ],
    },
    values: { 'nic-model.nic0': 'virtio' },
    lost: [['nic-model.nic0', 'rtl8139', 'weaker']],
    codes: ['plan/disk-disagreement'],
  },
  {
    title: 'what a data disk says of drivers proves nothing for the boot disk',
    votes: [c.policyPrefer('disk-bus', ['virtio'])],
    setting: {
      drivers: { ...c.WINDOWS_10, claims: [{ disk: 'disk1', boot: ['virtio-blk'], running: [] }] },
      disks: [
        { id: 'disk0', bootable: true },
        { id: 'disk1', bootable: false },
      ],
    },
    values: { 'disk-bus.disk0': 'sata', 'disk-bus.disk1': 'virtio' },
    lost: [['disk-bus.disk0', 'virtio', 'no-driver']],
  },
  {
    title: 'while nothing shows which disk boots, each one needs its driver',
    votes: [c.policyPrefer('disk-bus', ['virtio'])],
    setting: {
      drivers: c.WINDOWS_10,
      disks: [
        { id: 'disk0', bootable: null },
        { id: 'disk1', bootable: null },
      ],
    },
    values: { 'disk-bus.disk0': 'sata', 'disk-bus.disk1': 'sata' },
  },
  {
    title: 'the boot order of the policy says which disk needs its driver',
    votes: [c.policyPrefer('disk-bus', ['virtio']), c.policyPrefer('boot-order', ['disk1'])],
    setting: {
      drivers: c.WINDOWS_10,
      disks: [
        { id: 'disk0', bootable: null },
        { id: 'disk1', bootable: null },
      ],
    },
    values: { 'boot-order': 'disk1', 'disk-bus.disk0': 'virtio', 'disk-bus.disk1': 'sata' },
  },
  {
    title: 'a SCSI driver proves its own controller, not another one',
    votes: [c.hints('disk-bus', 'recommended', ['scsi'])],
    setting: { drivers: { ...c.WINDOWS_10, claims: [{ disk: 'disk0', boot: ['lsilogic'], running: [] }] } },
    values: { 'disk-bus.disk0': 'scsi', 'scsi-model': 'lsilogic' },
    lost: [['scsi-model', 'virtio-scsi', 'no-driver']],
  },
  {
    title: 'a network card is fine with a driver of the running system',
    votes: [c.hints('nic-model', 'recommended', ['virtio'])],
    setting: { drivers: { ...c.WINDOWS_10, claims: [{ disk: 'disk0', boot: [], running: ['virtio-net'] }] } },
    values: { 'nic-model.nic0': 'virtio' },
  },
  {
    title: 'a guest that knows virtio 0.9 only gets none on q35, whoever prefers that machine',
    votes: [
      c.policyPrefer('machine', ['q35']),
      c.osinfo('machine', 'recommended', ['i440fx', 'q35']),
      c.osinfo('disk-bus', 'recommended', ['virtio', 'ide', 'sata']),
      c.osinfo('nic-model', 'recommended', ['virtio', 'e1000e']),
    ],
    setting: {
      drivers: {
        os: 'centos6.10',
        profile: new Set(['virtio-blk', 'virtio-net', 'e1000e']),
        legacy: new Set(['virtio-blk', 'virtio-net']),
        claims: [],
        lacksAhci: false,
      },
    },
    values: { machine: 'q35', 'disk-bus.disk0': 'sata', 'nic-model.nic0': 'e1000e' },
    lost: [['disk-bus.disk0', 'virtio', 'no-driver']],
  },
  {
    title: 'a system whose entry knows no network card gets one that every PC had, and not virtio',
    votes: [
      c.osinfo('nic-model', 'recommended', ['e1000', 'rtl8139']),
      c.hints('nic-model', 'recommended', ['virtio']),
    ],
    setting: { drivers: { ...c.WINDOWS_10, profile: new Set(['ac97']) } },
    values: { 'nic-model.nic0': 'e1000' },
    lost: [['nic-model.nic0', 'virtio', 'no-driver']],
  },
  {
    title: 'an image for another processor does not become a guest of this one in silence',
    votes: [c.hints('architecture', 'recommended', ['aarch64'])],
    setting: { host: c.host(c.domain()) },
    values: { architecture: 'x86_64' },
    codes: ['plan/architecture-ignored'],
  },
  {
    title: 'a vmdk disk is copied, whatever anybody recommends',
    votes: [c.policyPrefer('disk-placement', ['in-place'])],
    setting: { disks: [{ id: 'disk0', bootable: null, format: 'vmdk' }] },
    values: { 'disk-placement.disk0': 'copy' },
    lost: [['disk-placement.disk0', 'in-place', 'incompatible']],
  },
  {
    title: 'three disks that cannot have what they require are all named',
    votes: [c.hints('disk-bus', 'required', ['ide']), c.flag('machine', 'q35')],
    setting: { disks: ['disk0', 'disk1', 'disk2'].map((id) => ({ id, bootable: null })) },
    values: { 'disk-bus.disk0': null, 'disk-bus.disk1': null, 'disk-bus.disk2': null },
    codes: ['plan/unresolved'],
    names: ['disk-bus.disk0', 'disk-bus.disk1', 'disk-bus.disk2', '--set machine=i440fx'],
  },
  {
    title: 'a conflict does not blame bystanders',
    votes: [
      c.hints('memory-mib', 'minimum', [4096]),
      c.hints('memory-mib', 'maximum', [1024]),
      c.policyMax('memory-mib', [1048576]),
    ],
    codes: ['plan/unresolved'],
    names: ['--set memory-mib=1024', '--set memory-mib=4096'],
  },
  {
    title: 'a topology that does not multiply to the vCPUs loses',
    votes: [c.hints('cpu-topology', 'recommended', ['1:4:1']), c.flag('vcpus', 2)],
    values: { vcpus: 2, 'cpu-topology': null },
    lost: [['cpu-topology', '1:4:1', 'incompatible']],
  },
  {
    title: 'a topology that is not trusted says nothing of the vCPUs either',
    votes: [c.hints('cpu-topology', 'required', ['64:2:1'])],
    setting: { settings: { trustHints: 'ignore' } },
    values: { vcpus: 2, 'cpu-topology': null },
    lost: [['cpu-topology', '64:2:1', 'untrusted']],
  },
];

describe('resolve', () => {
  it.each(['ppc64le', 'riscv64'])(
    '%s is emulated with the processor its machine has: QEMU has no maximum',
    (architecture) => {
      const votes = [c.flag('virt-type', 'qemu'), c.flag('architecture', architecture)];
      expect(c.valuesOf(c.decideAll(votes))).not.toHaveProperty('cpu-mode');
    },
  );

  it.each(cases)('$title', ({ votes, setting, values = {}, lost = [], codes = [], names = [] }) => {
    const resolution = c.decideAll(votes, setting);
    expect(c.valuesOf(resolution)).toMatchObject(values);
    for (const [path, value, why] of lost) {
      const losers = c.decisionOn(resolution, path).lost.map((loser) => `${loser.value} ${loser.why}`);
      expect(losers).toContain(`${value} ${why}`);
    }
    expect(resolution.findings.map(({ code }) => code).toSorted()).toEqual([...codes].toSorted());
    const unresolved = resolution.findings.filter(({ code }) => code === 'plan/unresolved');
    const text = unresolved.map(({ args }) => Object.values(args).join(' ')).join(' ');
    for (const name of names) expect(text).toContain(name);
  });

  it('overriding proof is an error for a policy and a warning for a flag', () => {
    const proof = c.content('firmware', 'required', ['uefi']);
    const severity = (setter: Vote) => c.decideAll([setter, proof]).findings.map((finding) => finding.severity);
    expect(severity(c.policySet('firmware', ['bios']))).toEqual(['error']);
    expect(severity(c.flag('firmware', 'bios'))).toEqual(['warning']);
  });

  it('carries the tightest bounds beside the value', () => {
    const resolution = c.decideAll([
      c.hints('memory-mib', 'minimum', [1024]),
      c.osinfo('memory-mib', 'minimum', [512]),
      c.policyMax('memory-mib', [65536]),
    ]);
    expect(c.decisionOn(resolution, 'memory-mib')).toMatchObject({ value: 2048, minimum: 1024, maximum: 65536 });
  });

  it('credits the strongest vote for the value and lists who agreed', () => {
    const resolution = c.decideAll([
      c.content('firmware', 'required', ['uefi']),
      c.hints('firmware', 'recommended', ['uefi']),
    ]);
    const decision = c.decisionOn(resolution, 'firmware');
    expect(decision.winner).toMatchObject({ origin: 'hints', strength: 'recommended' });
    expect(decision.agreed.map(({ origin }) => origin)).toEqual(['content', 'default']);
  });

  it('does not list a vote that got its way as losing with its later choices', () => {
    const { winner, agreed, lost } = c.decisionOn(
      c.decideAll([
        c.hints('disk-bus', 'recommended', ['sata', 'scsi']),
        c.osinfo('disk-bus', 'recommended', ['virtio', 'sata', 'usb']),
      ]),
      'disk-bus.disk0',
    );
    expect(winner?.values).toEqual(['sata', 'scsi']);
    expect(agreed.map(({ origin, values }) => [origin, values])).toEqual([
      ['osinfo', ['virtio', 'sata', 'usb']],
      ['default', ['virtio', 'sata', 'scsi', 'ide']],
    ]);
    // what they wanted before it did lose; ide could not be had on q35
    expect(lost.map(({ origin, value, why }) => [origin, value, why])).toEqual([
      ['osinfo', 'virtio', 'outranked'],
      ['default', 'virtio', 'outranked'],
    ]);
  });

  it('says what removed a value, in words and with its place', () => {
    const votes = [
      c.policyPrefer('machine', ['i440fx']),
      c.policyForbid('tpm', ['1.2']),
      c.hints('tpm', 'recommended', ['1.2']),
      c.hints('graphics', 'recommended', ['spice']),
      c.hints('secure-boot', 'required', [true]),
      c.hints('disk-bus', 'recommended', ['virtio']),
    ];
    const resolution = c.decideAll(votes, { host: c.host(c.domain()), drivers: c.WINDOWS_10 });
    const removed = (path: string, value: Value) =>
      c.decisionOn(resolution, path).lost.find((loser) => loser.value === value)?.removedBy;
    expect(removed('machine', 'i440fx')).toEqual({
      kind: 'compatibility',
      id: 'secure-boot-needs-q35',
      reason:
        'on x86, enforced Secure Boot needs SMM, which only q35 has (here: architecture x86_64, secure-boot true)',
      uri: null,
      pointer: null,
    });
    expect(removed('tpm', '1.2')).toEqual({
      kind: 'policy-prefer',
      id: 'site.tpm',
      reason: 'the policy rule site.tpm forbids 1.2',
      uri: 'site.yaml',
      pointer: '7:5',
    });
    expect(removed('graphics', 'spice')).toMatchObject({
      kind: 'host',
      uri: 'host.xml',
      reason: expect.stringContaining('for x86_64 q35 kvm the host offers graphics vnc'),
    });
    expect(removed('disk-bus.disk0', 'virtio')).toMatchObject({
      kind: 'drivers',
      id: 'win10',
      reason: expect.stringMatching(/^a boot disk on bus virtio needs virtio-blk, which nothing proves for win10; /),
    });
  });
});
