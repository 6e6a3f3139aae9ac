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
import { enlightenmentsOf, usesHyperv } from '../hyperv.ts';
import { hasBuiltInFirmware, needsSmm, topologyOf, usesUefi } from '../machine.ts';
import { flagOf } from '../values.ts';
import { firmwareFilesOf } from './firmware.ts';

/** How each decided key fares in domain XML. */
export const FATES: Fates = {
  ...DOMAIN_FATES,
  'virt-type': () => kept(),
  architecture: () => kept(),
  os: (plan) =>
    plan.os === null ? dropped('unknown to the knowledge base: there is no libosinfo id to write') : kept(),
  firmware: (plan, value) => {
    if (value === 'bios') return kept("nothing is written: it is the machine's own default");
    if (hasBuiltInFirmware(plan)) {
      return inexpressible('the machine starts from firmware of its own');
    }
    return kept(
      plan.firmwareFiles === null
        ? 'by description; libvirt selects the files of the host'
        : `by its files: ${plan.firmwareFiles.reason}`,
    );
  },
  'secure-boot': (plan, value) => {
    if (!usesUefi(plan)) return secureBootWithoutUefi(value);
    return value === true && flagOf(plan, 'enrolled-keys') === false
      ? changed('without enrolled keys the firmware starts in setup mode and enforces nothing until keys are enrolled')
      : kept(needsSmm(plan) ? 'with SMM, so that the guest cannot write the variables itself' : '');
  },
  'enrolled-keys': (plan, value) => {
    if (!usesUefi(plan)) return enrolledKeysWithoutUefi(value);
    const files = firmwareFilesOf(plan);
    if (files !== null)
      return files.template === null
        ? kept('by the firmware, which keeps no variables')
        : kept('in the template of the variable store');
    return enrolledKeysByDescription(plan, value);
  },
  nvram: (plan, value) => {
    if (!usesUefi(plan)) return inexpressible('there is no UEFI variable store');
    return variablesTemplate(firmwareFilesOf(plan), value);
  },
  tpm: () => kept(),
  'memory-mib': () => kept(),
  vcpus: () => kept(),
  'cpu-topology': (plan) =>
    topologyOf(plan) === undefined ? dropped('its product is not the number of vCPUs, which libvirt refuses') : kept(),
  'cpu-mode': () => kept(),
  'disk-bus': () => kept(),
  'disk-placement': () => kept('the disk source is the placed file'),
  'disk-target': () => kept(),
  network: (_plan, value) => (value === 'none' ? kept('no network card is written') : kept()),
  'video-model': () => kept(),
  graphics: () => kept(),
  'sound-model': () => kept(),
  rng: () => kept(),
  'guest-agent': () => kept(),
  memballoon: () => kept(),
  watchdog: () => kept(),
  serial: () => kept(),
  'clock-offset': () => kept(),
  hyperv: (plan, value) =>
    usesHyperv(plan) ? kept(`as ${enlightenmentsOf(plan).join(', ')}`) : DOMAIN_FATES.hyperv(plan, value),
  'boot-order': (plan, value) => bootOrderOf(plan, value, 'as the boot order of each device'),
};
