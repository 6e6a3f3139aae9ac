import {
  type Key,
  type Plan,
  type PlanFirmware,
  parseKeyPath,
  type TargetOutcome,
  type Value,
} from '../facts/index.ts';
import { isPlugged, losesCardOrder } from './cards.ts';
import { inputFits } from './devices.ts';
import { usesHyperv } from './hyperv.ts';
import { launchSecurityOf, machineName } from './machine.ts';
import { flagOf, textOf } from './values.ts';

/** How one value fares in one target. */
export type Fate = Pick<TargetOutcome, 'outcome' | 'note'>;

export const kept = (note = ''): Fate => ({ outcome: 'kept', note });
export const changed = (note: string): Fate => ({ outcome: 'changed', note });
export const dropped = (note: string): Fate => ({ outcome: 'dropped', note });
export const inexpressible = (note: string): Fate => ({ outcome: 'inexpressible', note });

/** What a target makes of a key. Typed over every key, so that a new one cannot be forgotten. */
export type Fates = { readonly [K in Key]: (plan: Plan, value: Value, subject: string | null) => Fate };

export function outcomesOf(plan: Plan, fates: Fates): readonly TargetOutcome[] {
  return Object.entries(plan.values).map(([path, value]) => {
    const parsed = parseKeyPath(path);
    const fate =
      parsed === undefined
        ? inexpressible('not a key of the vocabulary')
        : fates[parsed.key](plan, value, parsed.subject);
    return { key: path, ...fate };
  });
}

export const NEEDS_HOST_VALUES = dropped('needs values of the host and of the guest owner that no plan carries');

/** `program` has names of its own for machines. */
export function calledMachine(program: string, value: Value): Fate {
  const name = machineName(String(value));
  return name === value ? kept() : kept(`${program} calls it ${name}`);
}

/** `how` devices are put in order. */
export function bootOrderOf(plan: Plan, value: Value, how: string): Fate {
  const missing = plan.nics.filter(({ id }) => String(value).split(',').includes(id) && !isPlugged(plan, id));
  return missing.length === 0
    ? kept(how)
    : changed(`without ${missing.map(({ id }) => id).join(', ')}, which is plugged into no network`);
}

export function secureBootWithoutUefi(value: Value): Fate {
  return value === true ? inexpressible('there is no UEFI firmware to enforce it') : kept('there is no UEFI firmware');
}

export function enrolledKeysWithoutUefi(value: Value): Fate {
  return value === true ? inexpressible('there is no UEFI variable store') : kept();
}

/** Where libvirt selects the firmware. */
export function enrolledKeysByDescription(plan: Plan, value: Value): Fate {
  return value === true && flagOf(plan, 'secure-boot') !== true
    ? dropped('libvirt refuses enrolled keys where Secure Boot is off')
    : kept();
}

/** `files` is the firmware that libvirt is told; null where it selects one. */
export function variablesTemplate(files: PlanFirmware | null, value: Value): Fate {
  return files?.template?.path === value
    ? kept('as the template of the variable store')
    : dropped(
        'no firmware of the host is known that it goes with, and libvirt refuses it beside firmware that it selects itself',
      );
}

/** `usbByDefault`: as `inputFits` has it. */
export function inputBus(plan: Plan, value: Value, usbByDefault: boolean): Fate {
  if (inputFits(plan, usbByDefault)) return kept();
  return dropped(value === 'usb' ? 'there is no USB controller' : 'the machine has no PS/2 controller');
}

export function pluggedCard(plan: Plan, nic: string | null): Fate {
  return isPlugged(plan, nic) ? kept() : dropped('the card is not plugged into a network, so it is left out');
}

/**
 * Of targets that describe the machine itself, and not an image of its disk: the keys of which they all make the same. A
 * key that is merely written down is not among them, since every target has to say itself that it does so.
 */
export const MACHINE_FATES = {
  'scsi-model': (plan) =>
    [...plan.disks.map((disk) => textOf(plan, 'disk-bus', disk.id)), textOf(plan, 'cdrom-bus')].includes('scsi')
      ? kept()
      : dropped('nothing is on bus scsi'),
  'cdrom-bus': (plan) => (plan.cdroms.length === 0 ? dropped('there is no CD-ROM drive') : kept()),
  'nic-mac': (plan, _value, nic) => pluggedCard(plan, nic),
  'usb-controller': (_plan, value) =>
    value === 'ich9-ehci1' ? kept('with its three UHCI companions, for devices slower than USB 2.0') : kept(),
  hyperv: (plan, value) =>
    value === true && !usesHyperv(plan) ? inexpressible('Hyper-V enlightenments exist on x86 only') : kept(),
  'kernel-args': (plan) =>
    plan.kernel === null ? dropped('takes effect only with direct kernel boot, and no kernel was given') : kept(),
} satisfies Partial<Fates>;

/** The same of targets that make a domain of libvirt. */
export const DOMAIN_FATES = {
  ...MACHINE_FATES,
  machine: (_plan, value) => calledMachine('libvirt', value),
  'tpm-model': (plan) => ((textOf(plan, 'tpm') ?? 'none') === 'none' ? dropped('there is no TPM') : kept()),
  'nic-model': (plan, _value, nic) =>
    isPlugged(plan, nic) && losesCardOrder(plan)
      ? changed('guests find the cards of PCI Express before the others')
      : pluggedCard(plan, nic),
  'input-bus': (plan, value) => inputBus(plan, value, true),
  'launch-security': (plan, value) => {
    if (value === 'none') return kept();
    if (launchSecurityOf(plan) === undefined) return NEEDS_HOST_VALUES;
    return value === 'sev' ? kept('with policy 0x03: no debugging, no key sharing') : kept();
  },
} satisfies Partial<Fates>;
