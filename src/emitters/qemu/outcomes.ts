import type { Plan } from '../../facts/index.ts';
import {
  bootOrderOf,
  calledMachine,
  changed,
  dropped,
  enrolledKeysWithoutUefi,
  type Fate,
  type Fates,
  inexpressible,
  inputBus,
  kept,
  MACHINE_FATES,
  NEEDS_HOST_VALUES,
  pluggedCard,
  secureBootWithoutUefi,
} from '../fates.ts';
import { hasBuiltInFirmware, isX86, topologyOf, usesUefi } from '../machine.ts';
import { textOf } from '../values.ts';
import { agentSocket } from './devices.ts';
import { lacksFirmware, usesTemplate, variablesFile } from './firmware.ts';
import { cpuModel, protectsGuest } from './machine.ts';

const NO_FILES = inexpressible('QEMU is told the files of UEFI firmware, and no host document names them');

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
  ...MACHINE_FATES,
  'virt-type': (_plan, value) => kept(value === 'kvm' ? 'accel=kvm' : 'accel=tcg'),
  architecture: () => kept('as the name of the emulator'),
  os: () => changed('QEMU keeps no metadata; what was decided by it stands'),
  machine: (_plan, value) => calledMachine('QEMU', value),
  firmware: (plan, value) => {
    if (value === 'bios') return kept("nothing is said: it is the machine's own default");
    return hasBuiltInFirmware(plan) ? inexpressible('the machine starts from firmware of its own') : firmware(plan);
  },
  'secure-boot': (plan, value) => {
    if (!usesUefi(plan)) return secureBootWithoutUefi(value);
    return lacksFirmware(plan) ? NO_FILES : kept('as the firmware and the template of its variables have it');
  },
  'enrolled-keys': (plan, value) => {
    if (!usesUefi(plan)) return enrolledKeysWithoutUefi(value);
    return lacksFirmware(plan) ? NO_FILES : kept('as the template of the variable store has them');
  },
  nvram: (plan) => {
    if (!usesUefi(plan)) return inexpressible('there is no UEFI variable store');
    return usesTemplate(plan)
      ? kept('copied to the variable store before the first start')
      : dropped('no firmware of the host is known that it goes with');
  },
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
  'disk-placement': () => kept('the disk is the placed file'),
  'disk-target': (plan, _value, disk) =>
    ['ide', 'sata', 'scsi'].includes(textOf(plan, 'disk-bus', disk) ?? '')
      ? kept('as the address on its bus')
      : dropped('QEMU has no target names; the disks are attached in order'),
  'nic-model': (plan, _value, nic) => pluggedCard(plan, nic),
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
  'input-bus': (plan, value) =>
    value === 'ps2' && isX86(plan) ? kept('the machine has a PS/2 mouse and keyboard') : inputBus(plan, value, false),
  watchdog: () => kept(),
  serial: (_plan, value) => (value === true ? kept('on a pseudo-terminal that QEMU names when it starts') : kept()),
  'clock-offset': () => kept(),
  'boot-order': (plan, value) => bootOrderOf(plan, value, 'as the bootindex of each device'),
  'launch-security': (plan, value) => (value === 'none' || protectsGuest(plan) ? kept() : NEEDS_HOST_VALUES),
};
