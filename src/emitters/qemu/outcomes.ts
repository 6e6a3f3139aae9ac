import type { Plan } from '../../facts/index.ts';
import { inputFits } from '../devices.ts';
import { usesHyperv } from '../hyperv.ts';
import { hasBuiltInFirmware, machineName, topologyOf, usesUefi } from '../machine.ts';
import { changed, dropped, type Fate, type Fates, inexpressible, kept, textOf } from '../values.ts';
import { agentSocket } from './devices.ts';
import { lacksFirmware, usesTemplate, variablesFile } from './firmware.ts';
import { cpuModel, protectsGuest } from './machine.ts';

const NOT_PLUGGED = dropped('the card is not plugged into a network, so it is left out');
const NO_FILES = inexpressible('QEMU is told the files of UEFI firmware, and no host document names them');

const ofCard = (plan: Plan, nic: string | null): Fate =>
  textOf(plan, 'network', nic) === 'none' ? NOT_PLUGGED : kept();

function firmware(plan: Plan): Fate {
  if (lacksFirmware(plan)) return NO_FILES;
  const variables = variablesFile(plan);
  return kept(variables === undefined ? 'by its files' : `by its files; the variables are kept in ${variables.path}`);
}

function agent(plan: Plan): Fate {
  const path = agentSocket(plan);
  return path === undefined
    ? dropped('there is no short path for a socket beside a drive')
    : kept(`its socket on the host is ${path}`);
}

/** How each decided key fares on a command line. */
export const FATES: Fates = {
  'virt-type': (_plan, value) => kept(value === 'kvm' ? 'accel=kvm' : 'accel=tcg'),
  architecture: () => kept('as the name of the emulator'),
  os: () => changed('QEMU keeps no metadata; what was decided by it stands'),
  machine: (_plan, value) => {
    const name = machineName(String(value));
    return name === value ? kept() : kept(`QEMU calls it ${name}`);
  },
  firmware: (plan, value) => {
    if (value === 'bios') return kept("nothing is said: it is the machine's own default");
    return hasBuiltInFirmware(plan) ? inexpressible('the machine starts from firmware of its own') : firmware(plan);
  },
  'secure-boot': (plan, value) => {
    if (!usesUefi(plan)) {
      return value === true
        ? inexpressible('there is no UEFI firmware to enforce it')
        : kept('there is no UEFI firmware');
    }
    return lacksFirmware(plan) ? NO_FILES : kept('as the firmware and the template of its variables have it');
  },
  'enrolled-keys': (plan, value) => {
    if (!usesUefi(plan)) return value === true ? inexpressible('there is no UEFI variable store') : kept();
    return lacksFirmware(plan) ? NO_FILES : kept('as the template of the variable store has them');
  },
  nvram: (plan) =>
    usesTemplate(plan)
      ? kept('copied to the variable store before the first start')
      : dropped('no firmware of the host is known that it goes with'),
  tpm: (_plan, value) =>
    value === 'none' ? kept() : inexpressible('QEMU takes a TPM from a swtpm that has to run beside it'),
  'tpm-model': () => dropped('there is no TPM'),
  'memory-mib': () => kept(),
  vcpus: () => kept(),
  'cpu-topology': (plan) =>
    topologyOf(plan) === undefined ? dropped('its product is not the number of vCPUs, which QEMU refuses') : kept(),
  'cpu-mode': (plan, value) => {
    const model = cpuModel(plan);
    const same = (value === 'maximum' && model === 'max') || (value === 'host-passthrough' && model === 'host');
    return same ? kept(`-cpu ${model}`) : changed(`-cpu ${model}: what libvirt makes of ${value} is not known to QEMU`);
  },
  'disk-bus': () => kept(),
  'scsi-model': (plan) =>
    [...plan.disks.map((disk) => textOf(plan, 'disk-bus', disk.id)), textOf(plan, 'cdrom-bus')].includes('scsi')
      ? kept()
      : dropped('nothing is on bus scsi'),
  'cdrom-bus': (plan) => (plan.cdroms.length === 0 ? dropped('there is no CD-ROM drive') : kept()),
  'disk-placement': () => kept('the disk is the placed file'),
  'disk-target': (plan, _value, disk) =>
    ['ide', 'sata', 'scsi'].includes(textOf(plan, 'disk-bus', disk) ?? '')
      ? kept('as the address on its bus')
      : dropped('QEMU has no target names; the disks are attached in order'),
  'nic-model': (plan, _value, nic) => ofCard(plan, nic),
  'nic-mac': (plan, _value, nic) => ofCard(plan, nic),
  network: (_plan, value) =>
    value === 'none'
      ? kept('no network card is made')
      : changed('QEMU knows no networks of libvirt: the card is on a user network of its own, behind the host'),
  'video-model': () => kept(),
  graphics: (_plan, value) => {
    if (value === 'spice') return kept('on 127.0.0.1:5900, without a password');
    return value === 'vnc' ? kept('on 127.0.0.1, the first display that is free') : kept();
  },
  'sound-model': (_plan, value) => (value === 'none' ? kept() : kept('it plays to nowhere, as by libvirt beside VNC')),
  rng: () => kept(),
  'guest-agent': (plan, value) => (value === true ? agent(plan) : kept()),
  memballoon: () => kept(),
  'usb-controller': (_plan, value) =>
    value === 'ich9-ehci1' ? kept('with its three UHCI companions, for devices slower than USB 2.0') : kept(),
  'input-bus': (plan, value) => {
    if (!inputFits(plan, false)) {
      return dropped(value === 'usb' ? 'there is no USB controller' : 'the machine has no PS/2 controller');
    }
    return value === 'ps2' ? kept('the machine has a PS/2 mouse and keyboard') : kept();
  },
  watchdog: () => kept(),
  serial: (_plan, value) => (value === true ? kept('on a pseudo-terminal that QEMU names when it starts') : kept()),
  'clock-offset': () => kept(),
  hyperv: (plan, value) =>
    value === true && !usesHyperv(plan) ? inexpressible('Hyper-V enlightenments exist on x86 only') : kept(),
  'boot-order': () => kept('as the bootindex of each device'),
  'kernel-args': (plan) =>
    plan.kernel === null ? dropped('takes effect only with direct kernel boot, and no kernel was given') : kept(),
  'launch-security': (plan, value) =>
    value === 'none' || protectsGuest(plan)
      ? kept()
      : dropped('needs values of the host and of the guest owner that no plan carries'),
};
