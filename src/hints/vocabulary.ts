import type { Strength } from '../facts/index.ts';
import type { HardwareKey } from './document.ts';

/** Members at the top of a document. `$schema` is for editors and says nothing. */
export const TOP_MEMBERS = [
  'vmHints',
  '$schema',
  'title',
  'description',
  'os',
  'image',
  'hardware',
  'drivers',
  'kernel-args',
  'extensions',
] as const;

export const IMAGE_MEMBERS = ['uuid', 'sha256'] as const;
export const DRIVER_MEMBERS = ['boot', 'running'] as const;

/** Drivers, named after the device they drive. */
export const DRIVERS = [
  'virtio-blk',
  'virtio-scsi',
  'virtio-net',
  'virtio-gpu',
  'virtio-input',
  'virtio-rng',
  'virtio-balloon',
  'virtio-console',
  'virtio-vsock',
  'virtio-fs',
  'virtio-9p',
  'virtio-mem',
  'ahci',
  'ide',
  'nvme',
  'usb-storage',
  'lsilogic',
  'lsisas1068',
  'lsisas1078',
  'vmpvscsi',
  'ibmvscsi',
  'e1000e',
  'e1000',
  'igb',
  'rtl8139',
  'pcnet',
  'ne2k_pci',
  'vmxnet3',
  'spapr-vlan',
  'qxl',
  'vga',
  'bochs',
  'cirrus',
  'vmvga',
] as const;
export type Driver = (typeof DRIVERS)[number];

export function isDriver(name: string): name is Driver {
  return DRIVERS.some((driver) => driver === name);
}

/** A flat name stands for a key; with a fixed strength (`min-ram-MB`) or with any (`machine-types.forbidden`). */
export interface FlatName {
  readonly key: HardwareKey;
  readonly strength: Strength | null;
}

/**
 * The registered flat names, in the style of the proposal on qemu-devel in 2018, which named the first two. The prefix
 * is `qemu.`; lists take plural names, sizes carry their unit (MB there meant 2^20 bytes).
 */
export const QEMU_NAMES: ReadonlyMap<string, FlatName> = new Map<string, FlatName>([
  ['machine-types', { key: 'machine', strength: null }],
  ['min-ram-MB', { key: 'memory-mib', strength: 'minimum' }],
  ['max-ram-MB', { key: 'memory-mib', strength: 'maximum' }],
  ['ram-MB', { key: 'memory-mib', strength: 'recommended' }],
  ['min-vcpus', { key: 'vcpus', strength: 'minimum' }],
  ['max-vcpus', { key: 'vcpus', strength: 'maximum' }],
  ['vcpus', { key: 'vcpus', strength: 'recommended' }],
  ['architectures', { key: 'architecture', strength: null }],
  ['firmwares', { key: 'firmware', strength: null }],
  ['secure-boot', { key: 'secure-boot', strength: null }],
  ['tpms', { key: 'tpm', strength: null }],
  ['disk-buses', { key: 'disk-bus', strength: null }],
  ['scsi-models', { key: 'scsi-model', strength: null }],
  ['nic-models', { key: 'nic-model', strength: null }],
  ['video-models', { key: 'video-model', strength: null }],
  ['sound-models', { key: 'sound-model', strength: null }],
]);

/** Names of the submitter's own: a domain name backwards. */
export const REVERSE_DNS = /^[A-Za-z][A-Za-z0-9-]{1,62}(?:\.[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)+$/;

export function isReverseDns(name: string): boolean {
  return name.length <= 253 && REVERSE_DNS.test(name);
}
