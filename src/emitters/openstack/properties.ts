import { machineName, type Plan, type PlanOs } from '../../facts/index.ts';
import { cleanLine } from '../../facts/text.ts';
import { flagOf, textOf } from '../values.ts';
import { bootDisk, bootParts } from './boot.ts';
import { isGlanceText, type Properties } from './rules.ts';

/** Architectures whose machines start from UEFI or BIOS at Nova's choice; the others bring their own firmware. */
const CHOOSES_FIRMWARE: ReadonlySet<string> = new Set([
  'x86_64',
  'i686',
  'aarch64',
  'armv7l',
  'riscv64',
  'loongarch64',
]);

/** The card whose model all cards of a server get. */
export function firstNic(plan: Plan): string | undefined {
  return plan.nics.find((nic) => textOf(plan, 'nic-model', nic.id) !== undefined)?.id;
}

/** Nova tells two families apart; Hyper-V enlightenments and local time follow from windows. */
export function osType(os: PlanOs | null): 'linux' | 'windows' | undefined {
  if (os?.family === 'linux') return 'linux';
  return os?.distro === 'win' || os?.family?.startsWith('win') === true ? 'windows' : undefined;
}

/** Distributions under another name in Glance's vocabulary than in libosinfo's. */
const GLANCE_DISTRO: ReadonlyMap<string, string> = new Map([
  ['win', 'windows'],
  ['winnt', 'windows'],
  ['archlinux', 'arch'],
]);

/**
 * The family, not libosinfo's short-id: a short-id that libosinfo on a compute host knows makes Nova take the first
 * card and disk of that OS entry, which is e1000e for most Linux distributions.
 */
function osDistro(os: PlanOs | null): string | undefined {
  const distro = os?.distro ?? undefined;
  return distro === undefined ? undefined : (GLANCE_DISTRO.get(distro) ?? distro.toLowerCase());
}

function machineType(plan: Plan): string | undefined {
  const machine = textOf(plan, 'machine');
  return machine === undefined ? undefined : machineName(machine);
}

export function firmwareType(plan: Plan): string | undefined {
  return CHOOSES_FIRMWARE.has(textOf(plan, 'architecture') ?? '') ? textOf(plan, 'firmware') : undefined;
}

/** `value` if it is one of those Nova knows. */
function known(value: string | undefined, ...values: readonly string[]): string | undefined {
  return value !== undefined && values.includes(value) ? value : undefined;
}

const secureBoot = (plan: Plan): string | undefined => {
  const wanted = flagOf(plan, 'secure-boot');
  if (wanted === true) return 'required';
  return wanted === false && firmwareType(plan) === 'uefi' ? 'disabled' : undefined;
};

/** A USB tablet needs a USB controller; PS/2 is nothing one can ask Nova for. */
function inputBus(plan: Plan): string | undefined {
  const bus = known(textOf(plan, 'input-bus'), 'usb', 'virtio');
  return bus === 'usb' && textOf(plan, 'usb-controller') === 'none' ? undefined : bus;
}

/** In code points; Horizon shows it in one line. */
const MAX_DESCRIPTION = 1024;

/** What people wrote about the machine, in one line of what Glance stores. */
function description(plan: Plan): string | undefined {
  const line = cleanLine(plan.description ?? '') || cleanLine(plan.title ?? '');
  const characters = [...line].slice(0, MAX_DESCRIPTION);
  const text = characters.map((character) => (isGlanceText(character) ? character : '\ufffd')).join('');
  return text === '' ? undefined : text;
}

/** UEFI that keeps no variables. Nova cannot be told which firmware, only that it has no store. */
function isStateless({ firmwareFiles }: Plan): boolean {
  return firmwareFiles !== null && firmwareFiles.template === null;
}

/** Architectures of our vocabulary that nova.objects.fields.Architecture knows; of another one Nova takes no image. */
const NOVA_ARCHITECTURES: readonly string[] = ['x86_64', 'i686', 'aarch64', 'armv7l', 'ppc64le', 'ppc64', 's390x'];

export const isNovaArchitecture = (architecture: string): boolean => NOVA_ARCHITECTURES.includes(architecture);

/** What nova.objects.fields.VIFModel and its siblings accept of our vocabulary. */
const NOVA = {
  diskBus: ['virtio', 'scsi', 'ide', 'sata', 'usb'],
  scsiModel: ['virtio-scsi', 'lsilogic', 'lsisas1068', 'lsisas1078', 'vmpvscsi', 'ibmvscsi'],
  vifModel: ['virtio', 'e1000', 'e1000e', 'rtl8139', 'pcnet', 'ne2k_pci', 'spapr-vlan', 'vmxnet3', 'igb'],
  videoModel: ['virtio', 'vga', 'cirrus', 'qxl', 'vmvga', 'bochs', 'none'],
  soundModel: ['ich9', 'ich6', 'ac97', 'es1370', 'sb16', 'usb', 'virtio'],
  usbModel: ['qemu-xhci', 'nec-xhci', 'none'],
  tpmModel: ['tpm-tis', 'tpm-crb'],
  tpmVersion: ['1.2', '2.0'],
} as const;

const MEMORY_ENCRYPTION: { readonly [technology: string]: Properties } = {
  sev: { hw_mem_encryption: 'true', hw_mem_encryption_model: 'amd-sev' },
  'sev-snp': {
    hw_mem_encryption: 'true',
    hw_mem_encryption_model: 'amd-sev-snp',
    hw_firmware_stateless: 'true',
  },
};

/** Image properties in the vocabulary of nova.objects.image_meta.ImageMetaProps, current names. */
export function imageProperties(plan: Plan): Properties {
  const disk = bootDisk(plan);
  const nic = firstNic(plan);
  const bus = disk === undefined ? undefined : known(textOf(plan, 'disk-bus', disk.id), ...NOVA.diskBus);
  const [sockets, cores, threads] = textOf(plan, 'cpu-topology')?.split(':') ?? [];
  const tpm = known(textOf(plan, 'tpm'), ...NOVA.tpmVersion);
  const properties: { readonly [name: string]: string | undefined } = {
    hw_architecture: known(textOf(plan, 'architecture'), ...NOVA_ARCHITECTURES),
    // hosts of nova.virt.libvirt report qemu, also those with KVM
    img_hv_type: textOf(plan, 'virt-type') === undefined ? undefined : 'qemu',
    hw_vm_mode: 'hvm',
    hw_machine_type: machineType(plan),
    hw_firmware_type: firmwareType(plan),
    hw_firmware_stateless: firmwareType(plan) === 'uefi' && isStateless(plan) ? 'true' : undefined,
    os_secure_boot: secureBoot(plan),
    hw_tpm_version: tpm,
    hw_tpm_model: tpm === undefined ? undefined : known(textOf(plan, 'tpm-model'), ...NOVA.tpmModel),
    ...MEMORY_ENCRYPTION[textOf(plan, 'launch-security') ?? 'none'],
    hw_cpu_sockets: sockets,
    hw_cpu_cores: cores,
    hw_cpu_threads: threads,
    hw_disk_bus: bus,
    hw_scsi_model: bus === 'scsi' ? known(textOf(plan, 'scsi-model'), ...NOVA.scsiModel) : undefined,
    hw_cdrom_bus: plan.cdroms.length === 0 ? undefined : known(textOf(plan, 'cdrom-bus'), ...NOVA.diskBus),
    hw_vif_model: nic === undefined ? undefined : known(textOf(plan, 'nic-model', nic), ...NOVA.vifModel),
    hw_video_model: known(textOf(plan, 'video-model'), ...NOVA.videoModel),
    hw_sound_model: known(textOf(plan, 'sound-model'), ...NOVA.soundModel),
    hw_usb_model: known(textOf(plan, 'usb-controller'), ...NOVA.usbModel),
    hw_input_bus: inputBus(plan),
    hw_rng_model: known(textOf(plan, 'rng'), 'virtio'),
    hw_qemu_guest_agent: flagOf(plan, 'guest-agent') === true ? 'yes' : undefined,
    hw_watchdog_action: textOf(plan, 'watchdog') === 'i6300esb' ? 'reset' : undefined,
    os_type: osType(plan.os),
    os_distro: osDistro(plan.os),
    os_version: plan.os?.version ?? undefined,
    os_command_line: bootParts(plan).length === 0 ? undefined : textOf(plan, 'kernel-args'),
    description: description(plan),
  };
  return Object.fromEntries(
    Object.entries(properties).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
