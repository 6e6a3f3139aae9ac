import { losesCardOrder } from '../cards.ts';
import { inputFits } from '../devices.ts';
import { usesHyperv } from '../hyperv.ts';
import { hasBuiltInFirmware, launchSecurityOf, machineName, topologyOf, usesUefi } from '../machine.ts';
import { changed, dropped, type Fates, flagOf, inexpressible, kept, textOf } from '../values.ts';

const NOT_PLUGGED = dropped('the card is not plugged into a network, so it is left out');

/** How each decided key fares in the command. */
export const FATES: Fates = {
  'virt-type': () => kept(),
  architecture: () => kept(),
  os: (plan) =>
    plan.os === null
      ? dropped('unknown to the knowledge base: there is no libosinfo id to write')
      : kept('as metadata; the database of the host is not asked, since the plan leaves it nothing to decide'),
  machine: (_plan, value) => {
    const name = machineName(String(value));
    return name === value ? kept() : kept(`libvirt calls it ${name}`);
  },
  firmware: (plan, value) => {
    if (value === 'bios') return kept("nothing is said: it is the machine's own default");
    if (hasBuiltInFirmware(plan)) {
      return inexpressible('the machine starts from firmware of its own');
    }
    return kept(plan.firmwareFiles === null ? 'by description; libvirt selects the files' : 'by its files');
  },
  'secure-boot': (plan, value) => {
    if (usesUefi(plan)) {
      return value === true && flagOf(plan, 'enrolled-keys') === false
        ? changed('without enrolled keys the firmware starts in setup mode and enforces nothing')
        : kept();
    }
    return value === true
      ? inexpressible('there is no UEFI firmware to enforce it')
      : kept('there is no UEFI firmware');
  },
  'enrolled-keys': (plan, value) => {
    if (!usesUefi(plan)) return value === true ? inexpressible('there is no UEFI variable store') : kept();
    if (plan.firmwareFiles !== null) return kept('as the template of the variable store has them');
    return value === true && flagOf(plan, 'secure-boot') !== true
      ? dropped('libvirt refuses enrolled keys where Secure Boot is off')
      : kept();
  },
  nvram: (plan, value) =>
    plan.firmwareFiles?.template?.path === value
      ? kept('as the template of the variable store')
      : dropped(
          'no firmware of the host is known that it goes with, and libvirt refuses it beside firmware that it selects itself',
        ),
  tpm: () => kept(),
  'tpm-model': (plan) => ((textOf(plan, 'tpm') ?? 'none') === 'none' ? dropped('there is no TPM') : kept()),
  'memory-mib': () => kept(),
  vcpus: () => kept(),
  'cpu-topology': (plan) =>
    topologyOf(plan) === undefined ? dropped('its product is not the number of vCPUs, which is refused') : kept(),
  'cpu-mode': () => kept(),
  'disk-bus': () => kept(),
  'scsi-model': (plan) =>
    [...plan.disks.map((disk) => textOf(plan, 'disk-bus', disk.id)), textOf(plan, 'cdrom-bus')].includes('scsi')
      ? kept()
      : dropped('nothing is on bus scsi'),
  'cdrom-bus': (plan) => (plan.cdroms.length === 0 ? dropped('there is no CD-ROM drive') : kept()),
  'disk-placement': () => kept('the disk is the placed file, which has to exist when the command runs'),
  'disk-target': () => kept(),
  'nic-model': (plan, _value, nic) => {
    if (textOf(plan, 'network', nic) === 'none') return NOT_PLUGGED;
    return losesCardOrder(plan) ? changed('guests find the cards of PCI Express before the others') : kept();
  },
  'nic-mac': (plan, _value, nic) => (textOf(plan, 'network', nic) === 'none' ? NOT_PLUGGED : kept()),
  network: (_plan, value) => (value === 'none' ? kept('no network card is made') : kept()),
  'video-model': () => kept(),
  graphics: (_plan, value) =>
    value === 'spice' ? kept('without the channel and the USB redirection that virt-install adds') : kept(),
  'sound-model': () => kept(),
  rng: () => kept(),
  'guest-agent': () => kept(),
  memballoon: () => kept(),
  'usb-controller': (_plan, value) =>
    value === 'ich9-ehci1' ? kept('with its three UHCI companions, for devices slower than USB 2.0') : kept(),
  'input-bus': (plan, value) =>
    inputFits(plan, true)
      ? kept()
      : dropped(value === 'usb' ? 'there is no USB controller' : 'the machine has no PS/2 controller'),
  watchdog: () => kept(),
  serial: () => kept(),
  'clock-offset': () => kept(),
  hyperv: (plan, value) =>
    value === true && !usesHyperv(plan) ? inexpressible('Hyper-V enlightenments exist on x86 only') : kept(),
  'boot-order': () => kept('as the boot order of each device'),
  'kernel-args': (plan) =>
    plan.kernel === null ? dropped('takes effect only with direct kernel boot, and no kernel was given') : kept(),
  'launch-security': (plan, value) => {
    if (value === 'none') return kept();
    if (launchSecurityOf(plan) === undefined) {
      return dropped('needs values of the host and of the guest owner that no plan carries');
    }
    return value === 'sev' ? kept('with policy 0x03: no debugging, no key sharing') : kept();
  },
};
