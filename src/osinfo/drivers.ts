import type { OsProfile } from '../facts/index.ts';

/** Drivers in the words of the hint document, and the libosinfo records that prove each. */
const RECORDS: Readonly<Record<string, readonly string[]>> = {
  'virtio-blk': ['virtio1.0-block', 'virtio-block'],
  'virtio-scsi': ['virtio1.0-scsi', 'virtio-scsi'],
  'virtio-net': ['virtio1.0-net', 'virtio-net'],
  'virtio-gpu': ['virtio1.0-gpu'],
  'virtio-input': ['virtio1.0-input'],
  'virtio-rng': ['virtio1.0-rng', 'virtio-rng'],
  'virtio-balloon': ['virtio1.0-balloon', 'virtio-balloon'],
  'virtio-console': ['virtio1.0-console', 'virtio-console'],
  'virtio-vsock': ['virtio1.0-vsock'],
  'virtio-fs': ['virtio1.0-fs'],
  'virtio-9p': ['virtio1.0-9p', 'virtio-9p'],
  'virtio-mem': ['virtio1.0-mem'],
  e1000e: ['e1000e'],
  e1000: ['e1000'],
  rtl8139: ['rtl8139'],
  pcnet: ['pcnet'],
  ne2k_pci: ['ne2k_pci'],
  qxl: ['qxl'],
  vga: ['vga'],
};

/** The record that proves a driver for this system, the newest virtio first; undefined when none does. */
export function recordOf(profile: OsProfile, driver: string): string | undefined {
  return RECORDS[driver]?.find((record) => profile.devices.includes(record));
}

/**
 * The drivers the profile proves. libosinfo has no record of SATA, IDE, NVMe or USB storage, so their absence here says
 * nothing; nor does an empty set, which only means that the entry lists no device.
 */
export function driverNames(profile: OsProfile): ReadonlySet<string> {
  return new Set(Object.keys(RECORDS).filter((driver) => recordOf(profile, driver) !== undefined));
}

/** Virtio drivers of the profile that speak 0.9 only, which no device on PCI Express does. */
export function legacyDrivers(profile: OsProfile): ReadonlySet<string> {
  const legacy = Object.entries(RECORDS).filter(([, records]) => {
    const [modern = '', old] = records;
    return old !== undefined && profile.devices.includes(old) && !profile.devices.includes(modern);
  });
  return new Set(legacy.map(([driver]) => driver));
}

const DOS_WINDOWS: readonly string[] = ['win9x', 'win16', 'dos', 'msdos'];

/** Windows of any line. */
export function isWindows(profile: OsProfile): boolean {
  return profile.family === 'winnt' || profile.family === 'win9x' || profile.family === 'win16';
}

/** Windows has its AHCI driver since Vista, which is NT 6.0; before, a disk on SATA stops the boot with 0x7B. */
export function lacksAhci(profile: OsProfile): boolean {
  if (profile.family === null || DOS_WINDOWS.includes(profile.family)) return profile.family !== null;
  return profile.family === 'winnt' && profile.version !== null && Number.parseInt(profile.version, 10) < 6;
}
