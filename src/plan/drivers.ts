import type { DriverClaim, Key, Value, Vote } from '../facts/index.ts';

/**
 * Which driver a device needs in the guest. Contract, section 4, rule 2: for a known OS the bus of the boot disk and
 * the network card need a driver that something proves.
 */
const SCSI_MODELS = ['virtio-scsi', 'lsilogic', 'lsisas1068', 'lsisas1078', 'vmpvscsi', 'ibmvscsi'];
const DISK_BUS: { readonly [bus: string]: readonly string[] } = {
  virtio: ['virtio-blk'],
  scsi: SCSI_MODELS,
};
const NIC: { readonly [model: string]: string } = { virtio: 'virtio-net' };

/** Every network card that a profile or a claim can prove. */
const CARDS: readonly string[] = [
  'virtio-net',
  'e1000e',
  'e1000',
  'rtl8139',
  'pcnet',
  'ne2k_pci',
  'vmxnet3',
  'spapr-vlan',
];

/** What is proven about the guest of a known OS. */
export interface ProvenDrivers {
  /** Name of the OS, for messages. */
  readonly os: string;
  /** Drivers every installation of the OS has. Names as in the hint document: virtio-blk, virtio-net, e1000e, ... */
  readonly profile: ReadonlySet<string>;
  /** Those of them that know virtio 0.9 only. */
  readonly legacy?: ReadonlySet<string>;
  /** What hint documents and content say of the guest on one disk. */
  readonly claims: readonly DriverClaim[];
  /** Windows before Vista has no AHCI driver. osinfo-db has no record of AHCI, so silence proves nothing elsewhere. */
  readonly lacksAhci: boolean;
}

/**
 * The driver that a device of the source hypervisor proves: the guest ran with it. A bus without a controller model
 * (ide, sata) proves nothing that would be asked for.
 */
export function sourceDrivers(vote: Vote): DriverClaim[] {
  if (vote.origin !== 'source-hardware') return [];
  const names = vote.values.map(String);
  if (vote.key === 'scsi-model') return [{ disk: vote.disk, boot: names, running: [] }];
  if (vote.key === 'nic-model') return [{ disk: null, boot: names.map((name) => NIC[name] ?? name), running: [] }];
  return [];
}

/** Cards that some Windows since 2000 has a driver for out of the box; none of them has virtio. */
const WINDOWS_CARDS = new Set(['e1000e', 'e1000', 'rtl8139', 'pcnet']);

/**
 * What can be said of a Windows whose version nobody names, when the content of the disk shows that it is one: the
 * votes it casts then are those of a disk without virtio drivers. Null when the content shows no Windows.
 */
export function windowsDrivers(votes: readonly Vote[], claims: readonly DriverClaim[]): ProvenDrivers | null {
  const byContent = votes.filter(({ origin }) => origin === 'content');
  const windows = byContent.some(({ key, values }) => key === 'clock-offset' && values[0] === 'localtime');
  if (!windows) return null;
  const lacksAhci = byContent.some(({ key, values }) => key === 'disk-bus' && values[0] === 'ide');
  return { os: 'Windows', profile: WINDOWS_CARDS, claims, lacksAhci };
}

const speaksFor = (claim: DriverClaim, disks: readonly string[]) => claim.disk === null || disks.includes(claim.disk);

function bootDrivers(drivers: ProvenDrivers, disks: readonly string[]): ReadonlySet<string> {
  const claimed = drivers.claims.filter((claim) => speaksFor(claim, disks)).flatMap((claim) => claim.boot);
  return new Set([...drivers.profile, ...claimed]);
}

/** Whether nothing proves the driver that a boot disk on that bus needs. */
function diskLacksDriver(bus: Value, disk: string, drivers: ProvenDrivers): boolean {
  const proven = bootDrivers(drivers, [disk]);
  if (bus === 'sata') return drivers.lacksAhci && !proven.has('ahci');
  const needed = DISK_BUS[String(bus)];
  return needed !== undefined && !needed.some((name) => proven.has(name));
}

/** Whether nothing proves the driver of the controller that a boot disk on bus scsi hangs on. */
export function controllerLacksDriver(model: Value, disk: string, drivers: ProvenDrivers): boolean {
  return !bootDrivers(drivers, [disk]).has(String(model));
}

/** Whether nothing proves the driver of a network card; it is enough that the running system has it. */
function nicLacksDriver(model: Value, bootDisks: readonly string[], drivers: ProvenDrivers): boolean {
  const running = drivers.claims.filter((claim) => speaksFor(claim, bootDisks)).flatMap((claim) => claim.running);
  const needed = NIC[String(model)] ?? String(model);
  const proven = new Set([...bootDrivers(drivers, bootDisks), ...running]);
  // an entry without any card is incomplete, which is no word against the cards that every PC had
  if (needed !== 'virtio-net' && !CARDS.some((card) => proven.has(card))) return false;
  return !proven.has(needed);
}

/** Whether a value of one slot needs a driver that nothing proves. */
export function lacksDriver(
  key: Key,
  subject: string | null,
  value: Value,
  bootDisks: readonly string[],
  drivers: ProvenDrivers | null,
): boolean {
  if (drivers === null) return false;
  if (key === 'disk-bus' && subject !== null && bootDisks.includes(subject)) {
    return diskLacksDriver(value, subject, drivers);
  }
  return key === 'nic-model' && nicLacksDriver(value, bootDisks, drivers);
}
