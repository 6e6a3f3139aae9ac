import { type Key, keySpec, type OsProfile, type OsResources, type Value, type Vote, vote } from '../facts/index.ts';
import { isWindows, lacksAhci, recordOf } from './drivers.ts';

const X86: readonly string[] = ['x86_64', 'i686'];
const MACHINES: Readonly<Record<string, string>> = {
  aarch64: 'virt',
  armv7l: 'virt',
  riscv64: 'virt',
  loongarch64: 'virt',
  ppc64: 'pseries',
  ppc64le: 'pseries',
  s390x: 's390-ccw-virtio',
};
const Q35 = 'qemu-x86-q35';
/** libosinfo's device and our model, best first. */
const SOUND = [
  ['ich9-hda', 'ich9'],
  ['ich6', 'ich6'],
  ['ac97', 'ac97'],
] as const;
/** What every system of the PCI era on x86 has a driver for, where its entry lists no network card. */
const FALLBACK_NICS: readonly string[] = ['e1000', 'rtl8139'];
const NICS = ['e1000e', 'e1000', 'rtl8139', 'pcnet', 'ne2k_pci'] as const;

/**
 * What libosinfo has no words for, by id. Windows 11 refuses to install without a TPM 2.0; its need for UEFI is in the
 * database, as "bios not supported".
 */
const BEYOND_OSINFO: Readonly<Record<string, { readonly tpm: '2.0' }>> = {
  'http://microsoft.com/win/11': { tpm: '2.0' },
};

/**
 * What the profile recommends for one architecture, best first. It follows virt-install but for its traps: nothing
 * takes a recommendation below the minimum, and no graphics adapter is chosen for the sake of SPICE. What libosinfo has
 * no concept of is never concluded from silence.
 */
export function profileVotes(profile: OsProfile, architecture: string): readonly Vote[] {
  const teller = new Teller(profile);
  // an entry that lists no device at all describes a system that nobody has tried with virtio: it gets what every PC had
  const described = profile.devices.length > 0 || (profile.family !== null && X86.includes(architecture));
  if (described) deviceVotes(teller, architecture);
  firmwareVotes(teller, architecture);
  resourceVotes(teller, architecture);
  familyVotes(teller, architecture);
  return teller.votes;
}

class Teller {
  readonly votes: Vote[] = [];
  readonly profile: OsProfile;

  constructor(profile: OsProfile) {
    this.profile = profile;
  }

  has(driver: string): boolean {
    return recordOf(this.profile, driver) !== undefined;
  }

  lists(record: string): boolean {
    return this.profile.devices.includes(record);
  }

  /** `place` is the part of the entry that says so. */
  recommend(key: Key, values: readonly Value[], place: string): void {
    const spec = keySpec(key);
    // a database that somebody else wrote can say anything
    const usable =
      spec.type === 'integer'
        ? values.filter((value) => Number(value) >= spec.min && Number(value) <= spec.max)
        : values;
    if (usable.length > 0) this.#add(key, 'recommended', usable, place);
  }

  bound(key: Key, strength: 'minimum' | 'maximum', value: number, place: string): void {
    const spec = keySpec(key);
    // a limit beyond the vocabulary's own limits nothing
    if (spec.type !== 'integer' || value < spec.min || value > spec.max) return;
    this.#add(key, strength, [value], place);
  }

  #add(key: Key, strength: Vote['strength'], values: readonly Value[], place: string): void {
    const { database, pointer } = this.profile;
    this.votes.push(
      vote({ key, strength, values, origin: 'osinfo', uri: `osinfo:${database}`, pointer: `${pointer}/${place}` }),
    );
  }
}

/** Where the profile says that it has this driver; the device list as a whole when it does not. */
function placeOf({ profile }: Teller, driver: string): string {
  const record = recordOf(profile, driver);
  return record === undefined ? 'devices' : `devices/${record}`;
}

function deviceVotes(teller: Teller, architecture: string): void {
  const { profile } = teller;
  const x86 = X86.includes(architecture);
  const pci = architecture !== 's390x';
  const q35 = x86 && prefersQ35(teller);
  machineVote(teller, architecture, q35);

  const buses = [teller.has('virtio-blk') ? 'virtio' : [], teller.has('virtio-scsi') ? 'scsi' : []].flat();
  const others = x86 ? (q35 ? ['sata', 'ide'] : lacksAhci(profile) ? ['ide'] : ['ide', 'sata']) : ['usb', 'sata'];
  const first = buses[0] === 'scsi' ? 'virtio-scsi' : 'virtio-blk';
  teller.recommend('disk-bus', pci ? [...buses, ...others] : buses, placeOf(teller, first));
  if (teller.has('virtio-scsi')) teller.recommend('scsi-model', ['virtio-scsi'], placeOf(teller, 'virtio-scsi'));

  const listed = NICS.filter((model) => pci && teller.has(model));
  const virtioNet = teller.has('virtio-net');
  const nics = x86 && listed.length === 0 && !virtioNet ? FALLBACK_NICS : listed;
  teller.recommend(
    'nic-model',
    virtioNet ? ['virtio', ...nics] : nics,
    placeOf(teller, virtioNet ? 'virtio-net' : (nics[0] ?? '')),
  );

  videoVote(teller, architecture);
  // none comes first: a server has no loudspeaker, and whoever asks for sound gets the best that the system can play
  const sound = SOUND.flatMap(([record, model]) => (teller.lists(record) ? [model] : []));
  if (x86 && sound.length > 0) teller.recommend('sound-model', ['none', ...sound], 'devices');
  virtioVote(teller, 'rng', 'virtio-rng', 'virtio', 'none');
  virtioVote(teller, 'memballoon', 'virtio-balloon', 'virtio', 'none');
  virtioVote(teller, 'guest-agent', 'virtio-console', true, false);
  if (!pci) return;
  usbVote(teller, x86);
  if (teller.lists('tablet')) teller.recommend('input-bus', ['usb'], 'devices/tablet');
}

/**
 * q35 puts devices on PCI Express, where virtio speaks 1.0 only: an OS whose virtio-net is known as 0.9 only would lose
 * its network there.
 */
function prefersQ35(teller: Teller): boolean {
  return teller.lists(Q35) && (teller.lists('virtio1.0-net') || !teller.lists('virtio-net'));
}

function machineVote(teller: Teller, architecture: string, q35: boolean): void {
  const machine = MACHINES[architecture];
  if (machine !== undefined) teller.recommend('machine', [machine], 'devices');
  if (!X86.includes(architecture)) return;
  // without AHCI there is nothing to boot from on q35
  const families = q35 ? ['q35', 'i440fx'] : lacksAhci(teller.profile) ? ['i440fx'] : ['i440fx', 'q35'];
  teller.recommend('machine', families, q35 ? `devices/${Q35}` : 'devices');
}

function videoVote(teller: Teller, architecture: string): void {
  const x86 = X86.includes(architecture);
  const virtio = teller.has('virtio-gpu') ? ['virtio'] : [];
  // every x86 system drives plain VGA through its firmware, and UEFI without VGA as well; elsewhere neither can be counted on
  const plain = runsOnUefiOnly(teller, architecture) ? ['bochs', 'vga'] : ['vga'];
  // Windows on Arm draws into the frame buffer of its firmware
  const firmware = architecture === 'aarch64' && isWindows(teller.profile) ? ['ramfb'] : [];
  const models = x86 ? [...virtio, ...plain, ...(teller.lists('qxl') ? ['qxl'] : [])] : [...virtio, ...firmware];
  teller.recommend('video-model', models, placeOf(teller, virtio.length > 0 ? 'virtio-gpu' : 'vga'));
}

function runsOnUefiOnly({ profile }: Teller, architecture: string): boolean {
  return profile.firmware.some(
    (record) => record.architecture === architecture && record.type === 'bios' && !record.supported,
  );
}

/**
 * An entry without any virtio device describes a system without those drivers (Windows). One that lists some but not
 * this one is merely incomplete (FreeBSD has had the balloon for years), and says nothing.
 */
function virtioVote(teller: Teller, key: Key, driver: string, yes: Value, no: Value): void {
  if (teller.has(driver)) teller.recommend(key, [yes], placeOf(teller, driver));
  else if (!teller.profile.devices.some((record) => record.startsWith('virtio')))
    teller.recommend(key, [no], 'devices');
}

function usbVote(teller: Teller, x86: boolean): void {
  const xhci = ['qemu-xhci', 'nec-xhci'].filter((model) => teller.lists(model));
  const place = xhci[0] === undefined ? 'devices' : `devices/${xhci[0]}`;
  if (x86) teller.recommend('usb-controller', [...xhci, 'ich9-ehci1'], place);
  else teller.recommend('usb-controller', ['qemu-xhci'], place);
}

function firmwareVotes(teller: Teller, architecture: string): void {
  const records = teller.profile.firmware.filter((record) => record.architecture === architecture);
  const says = (type: 'bios' | 'efi', supported: boolean): boolean =>
    records.some((record) => record.type === type && record.supported === supported);
  const bios = X86.includes(architecture) && !says('bios', false);
  // an image that needs UEFI shows it on its disk; the OS alone is no reason to leave the BIOS, unless it says so
  const values = [bios && (says('bios', true) || says('efi', true)) ? 'bios' : [], says('efi', true) ? 'uefi' : []];
  const prefersUefi = records.some((record) => record.type === 'efi' && record.supported && record.recommended);
  teller.recommend('firmware', prefersUefi ? values.flat().reverse() : values.flat(), 'firmware');
}

function resourceVotes(teller: Teller, architecture: string): void {
  for (const [key, field] of [
    ['memory-mib', 'memoryMib'],
    ['vcpus', 'vcpus'],
  ] as const) {
    const minimum = resource(teller.profile, architecture, 'minimum', field);
    const recommended = resource(teller.profile, architecture, 'recommended', field);
    const maximum = resource(teller.profile, architecture, 'maximum', field);
    const least = minimum?.value ?? 0;
    // a recommendation can be lower than the minimum: many aarch64 entries take it from `all`
    const wanted = recommended === undefined ? 2 * least : Math.max(recommended.value, least);
    const value = Math.min(wanted, maximum?.value ?? Number.POSITIVE_INFINITY);
    const place = recommended !== undefined && recommended.value >= least ? recommended.place : minimum?.place;
    if (place !== undefined) teller.recommend(key, [value], place);
    if (minimum !== undefined) teller.bound(key, 'minimum', minimum.value, minimum.place);
    if (maximum !== undefined) teller.bound(key, 'maximum', maximum.value, maximum.place);
  }
}

/** The architecture's own entry first, then the one for all, figure by figure. */
function resource(
  profile: OsProfile,
  architecture: string,
  kind: 'minimum' | 'recommended' | 'maximum',
  field: keyof OsResources,
): { readonly value: number; readonly place: string } | undefined {
  const own = [architecture, 'all'];
  // what only ran on 32 bits needs no more on 64
  const older = architecture === 'x86_64' && own.every((entry) => profile.resources[entry] === undefined);
  const entries = older ? ['i686'] : own;
  for (const entry of entries) {
    const value = profile.resources[entry]?.[kind]?.[field];
    if (value !== undefined) return { value, place: `resources/${entry}/${kind}/${field}` };
  }
  return undefined;
}

function familyVotes(teller: Teller, architecture: string): void {
  const { profile } = teller;
  const x86 = X86.includes(architecture);
  if (profile.family !== null) {
    const local = isWindows(profile) || profile.family === 'solaris';
    teller.recommend('clock-offset', [local ? 'localtime' : 'utc'], 'family');
  }
  // QEMU has no Hyper-V enlightenments but on x86; virt-install writes them everywhere, and the guest does not start
  if (isWindows(profile) && x86) teller.recommend('hyperv', [true], 'family');
  const beyond = BEYOND_OSINFO[profile.id];
  if (beyond === undefined || !['x86_64', 'aarch64'].includes(architecture)) return;
  teller.recommend('tpm', [beyond.tpm], 'beyond-osinfo/tpm');
  teller.recommend('tpm-model', x86 ? ['tpm-crb', 'tpm-tis'] : ['tpm-tis'], 'beyond-osinfo/tpm');
}
