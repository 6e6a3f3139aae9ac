import type { Key, Value } from '../facts/index.ts';

/**
 * Which driver a device needs in the guest. Contract, section 4, rule 2: for a known OS the bus of the boot disk and
 * the network card need a driver that something proves.
 */
const DISK_BUS: { readonly [bus: string]: readonly string[] } = {
  virtio: ['virtio-blk'],
  scsi: ['virtio-scsi', 'lsilogic', 'lsisas1068', 'lsisas1078', 'vmpvscsi', 'ibmvscsi'],
};

const NIC: { readonly [model: string]: string } = {
  virtio: 'virtio-net',
};

/** What is proven about the guest of a known OS. */
export interface ProvenDrivers {
  /** Name of the OS, for messages. */
  readonly os: string;
  /** Names as in the hint document: virtio-blk, virtio-net, e1000e, ... */
  readonly boot: ReadonlySet<string>;
  /** Drivers that are there once the system runs; enough for a network card. */
  readonly running: ReadonlySet<string>;
  /** Windows before Vista has no AHCI driver. osinfo-db has no record of AHCI, so silence proves nothing elsewhere. */
  readonly lacksAhci: boolean;
}

/** Whether nothing proves the driver that `value` needs. `boots` tells whether the disk is booted from. */
export function lacksDriver(key: Key, value: Value, boots: boolean, drivers: ProvenDrivers): boolean {
  if (key === 'disk-bus' && boots) {
    if (value === 'sata') return drivers.lacksAhci && !drivers.boot.has('ahci');
    const needed = DISK_BUS[String(value)];
    return needed !== undefined && !needed.some((name) => drivers.boot.has(name));
  }
  if (key === 'nic-model') {
    const needed = NIC[String(value)] ?? String(value);
    return !drivers.boot.has(needed) && !drivers.running.has(needed);
  }
  return false;
}
