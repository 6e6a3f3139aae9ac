import type { DriverClaim, Key, Value, Vote } from '../facts/index.ts';
import type { Removal } from './removal.ts';

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
  /** Where that stands; null where no entry of the knowledge base says it. */
  readonly source?: { readonly uri: string; readonly pointer: string };
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

/** Drivers of which one is enough for a device on that bus, or of that model. */
function driversFor(key: Key, value: Value): readonly string[] {
  const name = String(value);
  if (key === 'nic-model') return [NIC[name] ?? name];
  return name === 'sata' ? ['ahci'] : (DISK_BUS[name] ?? []);
}

/** What was looked for, what is known, and from where. */
export function undriven(key: Key, subject: string | null, value: Value, drivers: ProvenDrivers): Removal {
  const { os, source, profile, claims, legacy } = drivers;
  const looked = driversFor(key, value).join(' or ');
  const device = key === 'nic-model' ? 'the network card' : `a boot disk on bus ${value}`;
  // only what could have served
  const kind = key === 'nic-model' ? CARDS : ['virtio-blk', 'ahci', ...SCSI_MODELS];
  const known = [...profile].filter((name) => kind.includes(name));
  const speaking = key === 'nic-model' ? claims : claims.filter(({ disk }) => disk === null || disk === subject);
  const claimed = [...new Set(speaking.flatMap(({ boot, running }) => [...boot, ...running]))];
  const listed = known.map((name) => (legacy?.has(name) ? `${name} 0.9` : name)).toSorted();
  const reason = [
    `${device} needs ${looked}, which nothing proves for ${os}`,
    listed.length === 0 ? 'what is known of it names no such driver' : `known of it: ${listed.join(', ')}`,
    claimed.length === 0
      ? 'no hint document, content or source hardware names a driver'
      : `claimed by the image: ${claimed.toSorted().join(', ')}`,
  ].join('; ');
  const { uri, pointer } = source ?? { uri: null, pointer: null };
  return { why: 'no-driver', obstacle: { kind: 'drivers', id: os, reason, uri, pointer } };
}
