import type { Plan, Value } from '../../facts/index.ts';
import { changed, dropped, type Fate, type Fates, inexpressible, kept } from '../fates.ts';
import { textOf } from '../values.ts';
import { bootDisk, bootParts } from './boot.ts';
import { minRam, refusalOf } from './images.ts';
import { firmwareType, firstNic, imageProperties, isNovaArchitecture, osType } from './properties.ts';

const FLAVOR = 'the flavor decides it';

/** A value that is kept when a property carries it. `since` is the first release of Nova that reads the property. */
function asProperty(plan: Plan, name: string, otherwise: string, since?: string): Fate {
  const value = imageProperties(plan)[name];
  if (value === undefined) return dropped(otherwise);
  return kept(since === undefined ? `${name}=${value}` : `${name}=${value}, read by Nova since ${since}`);
}

/** A device that is absent unless a flavor or the host adds it. */
function modelFate(plan: Plan, value: Value, name: string, otherwise: string, since?: string): Fate {
  return value === 'none' && imageProperties(plan)[name] === undefined
    ? kept('no property: Nova adds none by itself')
    : asProperty(plan, name, otherwise, since);
}

/** The cards and disks of a server share one model. */
function sharedFate(plan: Plan, value: Value, name: string, of: string, since = ''): Fate {
  const shared = imageProperties(plan)[name];
  if (shared === undefined) return dropped(`Nova has no ${name} for it`);
  const read = since === '' ? '' : `, read by Nova since ${since}`;
  return shared === value ? kept(`${name}=${shared}${read}`) : changed(`${name}=${shared} of ${of} goes for all`);
}

function launchSecurity(plan: Plan, value: Value): Fate {
  if (value === 'none') return kept('no property: Nova adds none by itself');
  if (value === 'sev') return kept('hw_mem_encryption=true; the flavor must not say otherwise');
  if (value !== 'sev-snp') return inexpressible('Nova has no image property for it');
  const { hw_mem_encryption_model: model } = imageProperties(plan);
  return kept(`hw_mem_encryption_model=${model}: only Nova after 2026.1 knows it, and before 2025.2 starts plain SEV`);
}

/** How each decided key fares where images are uploaded; releases as `openstack.org` numbers them. */
export const FATES: Fates = {
  'virt-type': () => changed('img_hv_type=qemu, which is what hosts with KVM report too; the host decides on KVM'),
  architecture: (plan, value) =>
    isNovaArchitecture(String(value))
      ? asProperty(plan, 'hw_architecture', '')
      : inexpressible(`Nova has no name for ${value}`),
  os: (plan) => {
    if (plan.os === null) return dropped('unknown to the knowledge base: no os_distro or os_type to write');
    const { os_type, os_distro, os_version } = imageProperties(plan);
    const written = Object.entries({ os_type, os_distro, os_version }).filter(([, text]) => text !== undefined);
    if (written.length === 0) return dropped('the knowledge base names neither family nor distribution');
    return changed(written.map(([name, text]) => `${name}=${text}`).join(', '));
  },
  machine: (plan) => asProperty(plan, 'hw_machine_type', ''),
  firmware: (plan, value) => {
    if (firmwareType(plan) !== undefined) return asProperty(plan, 'hw_firmware_type', '');
    const note = 'the machine starts from firmware of its own';
    return value === 'bios' ? kept(`no property: ${note}`) : inexpressible(note);
  },
  'secure-boot': (plan, value) =>
    value === false && firmwareType(plan) !== 'uefi'
      ? kept('no property: there is no UEFI firmware')
      : asProperty(plan, 'os_secure_boot', '', '23.0 (Wallaby)'),
  'enrolled-keys': () => inexpressible('Nova selects the variable store itself'),
  nvram: () => inexpressible('Nova selects the variable store itself'),
  tpm: (plan, value) => modelFate(plan, value, 'hw_tpm_version', '', '22.0 (Victoria), with a key manager'),
  'tpm-model': (plan, value) => {
    if ((textOf(plan, 'tpm') ?? 'none') === 'none') return dropped('there is no TPM');
    return asProperty(plan, 'hw_tpm_model', `Nova does not know ${value}`, '22.0 (Victoria)');
  },
  'memory-mib': (plan) => {
    const minimum = minRam(plan);
    return inexpressible(minimum === 0 ? FLAVOR : `${FLAVOR}; min_ram=${minimum} keeps too small ones away`);
  },
  vcpus: () => inexpressible(FLAVOR),
  'cpu-topology': () => kept('hw_cpu_sockets, hw_cpu_cores, hw_cpu_threads; the flavor may set lower maxima'),
  'cpu-mode': () => inexpressible('the compute host decides it ([libvirt] cpu_mode)'),
  'disk-bus': (plan, value, subject) =>
    bootParts(plan).some(({ disk }) => disk?.id === subject)
      ? dropped('a kernel or RAM disk of its own is on no bus')
      : sharedFate(plan, value, 'hw_disk_bus', bootDisk(plan)?.id ?? 'the boot disk'),
  'scsi-model': (plan, value) => {
    const disk = bootDisk(plan);
    return disk !== undefined && textOf(plan, 'disk-bus', disk.id) === 'scsi'
      ? asProperty(plan, 'hw_scsi_model', `Nova does not know ${value}`)
      : dropped('the boot disk is not on bus scsi');
  },
  'cdrom-bus': (plan) => asProperty(plan, 'hw_cdrom_bus', 'there is no CD-ROM drive'),
  'disk-placement': (plan, value, subject) => {
    const disk = plan.disks.find(({ id }) => id === subject);
    if (value !== 'copy' || disk === undefined) return inexpressible('Glance and the compute host place the disk');
    return refusalOf(disk) === null
      ? dropped('the file is uploaded as it is: Glance takes it')
      : kept('the copy is uploaded');
  },
  'disk-target': () => inexpressible('Nova names the devices'),
  'nic-model': (plan, value) =>
    sharedFate(plan, value, 'hw_vif_model', firstNic(plan) ?? 'the first card', value === 'igb' ? '31.0 (2025.1)' : ''),
  'nic-mac': () => inexpressible('belongs to a Neutron port'),
  network: () => inexpressible('chosen when a server is created'),
  'video-model': (plan, value) => {
    const model = String(value);
    const since = model === 'bochs' ? '24.0 (Xena)' : model === 'none' ? '20.0 (Train)' : undefined;
    return asProperty(plan, 'hw_video_model', `Nova does not know ${model}`, since);
  },
  graphics: () => inexpressible('the compute host decides it ([vnc] and [spice])'),
  'sound-model': (plan, value) =>
    modelFate(plan, value, 'hw_sound_model', `Nova does not know ${value}`, '32.0 (2025.2)'),
  rng: (plan, value) =>
    value === 'none'
      ? changed('since 21.0 (Ussuri) Nova adds one unless the flavor has hw_rng:allowed=False')
      : asProperty(plan, 'hw_rng_model', ''),
  'guest-agent': (plan, value) =>
    value === true ? asProperty(plan, 'hw_qemu_guest_agent', '') : kept('no property: Nova adds none by itself'),
  memballoon: () => inexpressible('the compute host decides it ([libvirt] mem_stats_period_seconds)'),
  'usb-controller': (plan, value) => asProperty(plan, 'hw_usb_model', `Nova does not know ${value}`, '32.0 (2025.2)'),
  'input-bus': (plan, value) =>
    value === 'ps2'
      ? changed('no property: the compute host may add a USB tablet ([DEFAULT] pointer_model)')
      : asProperty(plan, 'hw_input_bus', 'there is no USB controller', '23.0 (Wallaby)'),
  watchdog: (plan, value) => modelFate(plan, value, 'hw_watchdog_action', 'the watchdog of Nova is an i6300esb'),
  serial: (_plan, value) =>
    value === true ? kept('Nova always adds one') : inexpressible('Nova always adds a serial port'),
  'clock-offset': (plan, value) => {
    const local = osType(plan.os) === 'windows';
    return local === (value === 'localtime')
      ? kept('Nova derives it from os_type')
      : changed(`Nova derives it from os_type and takes ${local ? 'localtime' : 'utc'}`);
  },
  hyperv: (plan, value) => {
    const windows = osType(plan.os) === 'windows';
    return windows === (value === true)
      ? kept('Nova derives it from os_type')
      : changed(`Nova derives it from os_type and turns them ${windows ? 'on' : 'off'}`);
  },
  'boot-order': (_plan, value) =>
    /^disk\d+$/.test(String(value))
      ? kept('the disk that is booted from carries the properties')
      : changed('a server boots from its image; the other devices are not tried'),
  'kernel-args': (plan) =>
    bootParts(plan).length === 0
      ? dropped('os_command_line takes effect only with kernel_id')
      : kept('os_command_line, which Nova reads beside kernel_id'),
  'launch-security': launchSecurity,
};

/** The same for an image that was uploaded before. */
export const SET_FATES: Fates = {
  ...FATES,
  'disk-placement': () => inexpressible('the image is in Glance already'),
};
