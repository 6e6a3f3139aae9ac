import type { DescribedDisk, DescribedDrive, DescribedNic, DescribedState, DriverClaim } from '../../facts/index.ts';
import type { VoteList } from '../vote-list.ts';
import { diagnostics } from './diagnostics.ts';
import { architectureOf } from './guest-os.ts';
import type { Setting, Settings } from './settings.ts';

/** What VMware takes where a key is absent: these two defaults never changed. */
const ABSENT = ' (absent)';

export function machineVotes(settings: Settings, list: VoteList): void {
  processorVotes(settings, list);
  const memory = settings.number('memsize', 1);
  if (memory !== undefined && !list.say('memory-mib', [memory.value], memory.pointer)) {
    settings.wrong('memsize', memory, 'a size in MiB that a machine can have');
  }
  firmwareVotes(settings, list);
  const guestOs = settings.text('guestOS');
  const detailed = settings.text('guestInfo.detailed.data') ?? settings.text('guestOS.detailed.data');
  const arm = /\barchitecture='Arm'/i.test(detailed?.value ?? '');
  const architecture = arm ? 'aarch64' : architectureOf(guestOs?.value ?? '');
  const said = arm ? detailed : guestOs;
  if (architecture !== null && said !== undefined) list.say('architecture', [architecture], said.pointer);
}

function processorVotes(settings: Settings, list: VoteList): void {
  const vcpus = settings.number('numvcpus', 1);
  if (vcpus === undefined) {
    if (settings.text('numvcpus') === undefined) list.say('vcpus', [1], `numvcpus${ABSENT}`);
    return;
  }
  if (!list.say('vcpus', [vcpus.value], vcpus.pointer)) {
    settings.wrong('numvcpus', vcpus, 'a number of processors that a machine can have');
    return;
  }
  // 0 leaves the topology to the host
  const cores = settings.number('cpuid.coresPerSocket', 0);
  if (cores === undefined || cores.value === 0) return;
  if (vcpus.value % cores.value === 0) {
    list.say('cpu-topology', [`${vcpus.value / cores.value}:${cores.value}:1`], cores.pointer);
    return;
  }
  const args = { vcpus: vcpus.value, cores: cores.value };
  settings.report(diagnostics['odd-topology'](args, settings.at(cores.pointer)));
}

function firmwareVotes(settings: Settings, list: VoteList): void {
  const firmware = settings.text('firmware');
  const uefi = firmware?.value.toLowerCase() === 'efi';
  if (firmware === undefined) list.say('firmware', ['bios'], `firmware${ABSENT}`);
  else if (uefi || firmware.value.toLowerCase() === 'bios') {
    list.say('firmware', [uefi ? 'uefi' : 'bios'], firmware.pointer);
  } else settings.wrong('firmware', firmware, 'bios or efi');
  const secureBoot = settings.flag('uefi.secureBoot.enabled');
  if (secureBoot?.value === true && !uefi) {
    settings.report(diagnostics['secure-boot-without-uefi']({}, settings.at(secureBoot.pointer)));
  } else if (secureBoot !== undefined && uefi) list.say('secure-boot', [secureBoot.value], secureBoot.pointer);
  const tpm = settings.flag('vtpm.present') ?? settings.flag('managedVM.autoAddVTPM');
  if (tpm?.value !== true) return;
  list.say('tpm', ['2.0'], tpm.pointer);
  settings.report(diagnostics['tpm-secrets']({}, settings.at(tpm.pointer)));
}

/** The file that holds the firmware's variables; of a BIOS machine it is only the CMOS. */
export function readState(settings: Settings): readonly DescribedState[] {
  const nvram = settings.text('nvram');
  if (nvram === undefined) return [];
  const { value: href, pointer } = nvram;
  return [
    {
      kind: 'nvram',
      file: { href, compression: null, chunkSize: null, size: null, pointer },
      format: 'vmware',
      pointer,
    },
  ];
}

const SCSI_MODELS: Readonly<Record<string, string>> = {
  lsilogic: 'lsilogic',
  lsisas1068: 'lsisas1068',
  pvscsi: 'vmpvscsi',
};
const NIC_MODELS: Readonly<Record<string, string>> = {
  e1000: 'e1000',
  e1000e: 'e1000e',
  vmxnet3: 'vmxnet3',
  vlance: 'pcnet',
};

/** Controllers and cards as evidence of the drivers that the guest has. */
export function deviceVotes(
  settings: Settings,
  list: VoteList,
  disks: readonly DescribedDisk[],
  nics: readonly DescribedNic[],
): void {
  const controllers = new Set<string>();
  disks.forEach(({ address: { bus, controller, controllerIndex }, pointer }, index) => {
    if (bus !== null) list.device('disk-bus', [bus], pointer, `disk${index}`);
    const model = bus === 'scsi' && controller !== null ? modelOf(SCSI_MODELS, controller) : undefined;
    if (model === undefined || controllers.has(model)) return;
    controllers.add(model);
    const said = settings.text(`scsi${controllerIndex}.virtualDev`);
    list.device('scsi-model', [model], said?.pointer ?? pointer);
  });
  nics.forEach(({ model, pointer }, index) => {
    const known = model === null ? undefined : modelOf(NIC_MODELS, model);
    if (known !== undefined) list.device('nic-model', [known], pointer, `nic${index}`);
  });
  for (const [key, model] of [
    ['usb_xhci.present', 'qemu-xhci'],
    ['ehci.present', 'ich9-ehci1'],
    ['usb.present', 'piix3-uhci'],
  ] as const) {
    const present = settings.flag(key);
    if (present?.value === true) list.device('usb-controller', [model], present.pointer);
  }
  soundVote(settings, list);
}

/** VMware's ES1371 and its Sound Blaster are older than what QEMU has in their place; HD Audio is the same for both. */
function soundVote(settings: Settings, list: VoteList): void {
  const model = settings.text('sound.virtualDev');
  if (settings.isTrue('sound.present') && model?.value.toLowerCase() === 'hdaudio') {
    list.device('sound-model', ['ich9', 'ich6'], model.pointer);
  }
}

function modelOf(models: Readonly<Record<string, string>>, name: string): string | undefined {
  const lower = name.toLowerCase();
  return Object.hasOwn(models, lower) ? models[lower] : undefined;
}

/** No key names NVMe as a bus, so the driver is all that can be said of it. */
export function nvmeDrivers(disks: readonly DescribedDisk[]): readonly DriverClaim[] {
  return disks.some(({ address }) => address.bus === 'nvme') ? [{ disk: null, boot: ['nvme'], running: [] }] : [];
}

/** Words of `bios.bootOrder` for a kind of device; a card is named by itself (`ethernet0`). */
const HARD_DISKS: readonly string[] = ['hdd', 'hd', 'disk'];
const DISCS: readonly string[] = ['cdrom', 'cd'];

/** Names of the disks in the order in which the firmware tries them; empty where nothing says it. */
export function hddOrder(settings: Settings, disks: readonly DescribedDisk[]): readonly string[] {
  const listed = words(settings.text('bios.hddOrder'));
  return listed.filter((name) => disks.some((disk) => disk.name === name));
}

/**
 * The order of disks, CD-ROM drives and cards. Drives without a file are left out and not counted: most of them were
 * empty, and none of them can come along.
 */
export function bootOrderVote(
  settings: Settings,
  list: VoteList,
  disks: readonly DescribedDisk[],
  drives: readonly DescribedDrive[],
  nics: readonly DescribedNic[],
): void {
  const order = settings.text('bios.bootOrder');
  const first = hddOrder(settings, disks);
  const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
  const ofDisks = disks
    .map(({ name }, index) => ({ id: `disk${index}`, rank: rank(name) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ id }) => id);
  const classes = order === undefined ? (first.length > 0 ? ['hdd'] : []) : words(order);
  const discs = drives.filter(({ kind, file }) => kind === 'cdrom' && file !== null).map((_, index) => `cdrom${index}`);
  const devices = classes.flatMap((word) => {
    if (HARD_DISKS.includes(word)) return ofDisks;
    if (DISCS.includes(word)) return discs;
    const card = /^ethernet(\d)$/.exec(word)?.[1];
    const index = card === undefined ? -1 : cardIndex(settings, Number(card));
    return index >= 0 && index < nics.length ? [`nic${index}`] : [];
  });
  const pointer = order?.pointer ?? settings.text('bios.hddOrder')?.pointer;
  if (pointer !== undefined) list.say('boot-order', [[...new Set(devices)].slice(0, 16).join(',')], pointer);
}

/** Position of `ethernetN` among the cards that are present. */
function cardIndex(settings: Settings, card: number): number {
  const isPresent = (index: number) => settings.isTrue(`ethernet${index}.present`);
  if (!isPresent(card)) return -1;
  return Array.from({ length: card }, (_, index) => index).filter(isPresent).length;
}

function words(setting: Setting<string> | undefined): readonly string[] {
  return (setting?.value ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .slice(0, 64);
}
