import {
  bootOrderOf,
  changed,
  DOMAIN_FATES,
  dropped,
  enrolledKeysByDescription,
  enrolledKeysWithoutUefi,
  type Fates,
  inexpressible,
  kept,
  secureBootWithoutUefi,
  variablesTemplate,
} from '../fates.ts';
import { hasBuiltInFirmware, topologyOf, usesUefi } from '../machine.ts';
import { flagOf } from '../values.ts';

/** How each decided key fares in the command. */
export const FATES: Fates = {
  ...DOMAIN_FATES,
  'virt-type': () => kept(),
  architecture: () => kept(),
  os: (plan) =>
    plan.os === null
      ? dropped('unknown to the knowledge base: there is no libosinfo id to write')
      : kept('as metadata; the database of the host is not asked, since the plan leaves it nothing to decide'),
  firmware: (plan, value) => {
    if (value === 'bios') return kept("nothing is said: it is the machine's own default");
    if (hasBuiltInFirmware(plan)) {
      return inexpressible('the machine starts from firmware of its own');
    }
    return kept(plan.firmwareFiles === null ? 'by description; libvirt selects the files' : 'by its files');
  },
  'secure-boot': (plan, value) => {
    if (!usesUefi(plan)) return secureBootWithoutUefi(value);
    return value === true && flagOf(plan, 'enrolled-keys') === false
      ? changed('without enrolled keys the firmware starts in setup mode and enforces nothing')
      : kept();
  },
  'enrolled-keys': (plan, value) => {
    if (!usesUefi(plan)) return enrolledKeysWithoutUefi(value);
    if (plan.firmwareFiles !== null) return kept('as the template of the variable store has them');
    return enrolledKeysByDescription(plan, value);
  },
  nvram: (plan, value) =>
    usesUefi(plan) ? variablesTemplate(plan.firmwareFiles, value) : inexpressible('there is no UEFI variable store'),
  tpm: () => kept(),
  'memory-mib': () => kept(),
  vcpus: () => kept(),
  'cpu-topology': (plan) =>
    topologyOf(plan) === undefined ? dropped('its product is not the number of vCPUs, which is refused') : kept(),
  'cpu-mode': () => kept(),
  'disk-bus': () => kept(),
  'disk-placement': () => kept('the disk is the placed file, which has to exist when the command runs'),
  'disk-target': () => kept(),
  network: (_plan, value) => (value === 'none' ? kept('no network card is made') : kept()),
  'video-model': () => kept(),
  graphics: (_plan, value) =>
    value === 'spice' ? kept('without the channel and the USB redirection that virt-install adds') : kept(),
  'sound-model': () => kept(),
  rng: () => kept(),
  'guest-agent': () => kept(),
  memballoon: () => kept(),
  watchdog: () => kept(),
  serial: () => kept(),
  'clock-offset': () => kept(),
  'boot-order': (plan, value) => bootOrderOf(plan, value, 'as the boot order of each device'),
};
