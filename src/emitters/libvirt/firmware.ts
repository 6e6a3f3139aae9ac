import type { Plan, PlanFirmware } from '../../facts/index.ts';
import { enrolsKeys, needsSmm, usesUefi } from '../machine.ts';
import { flagOf } from '../values.ts';
import type { XmlElement } from './xml.ts';

/** Firmware that the plan names by its files; null: libvirt selects it, or there is none to select. */
export const firmwareFilesOf = (plan: Plan): PlanFirmware | null => (usesUefi(plan) ? plan.firmwareFiles : null);

/** libvirt before 9.2 knows no formats, and takes every file for raw. */
const format = (file: { readonly format: string }, other = file): string | undefined =>
  file.format === 'raw' && other.format === 'raw' ? undefined : file.format;

/**
 * By its files. Without a template there is no variable store, which has to be said: libvirt would look for the template
 * that belongs to the loader.
 */
function byFiles(plan: Plan, { loader, template }: PlanFirmware): XmlElement {
  return {
    loader: {
      '@readonly': 'yes',
      '@secure': needsSmm(plan) ? 'yes' : undefined,
      '@type': loader.type,
      '@stateless': template === null ? 'yes' : undefined,
      '@format': format(loader),
      '#': loader.path,
    },
    nvram: template === null ? undefined : { '@template': template.path, '@format': format(template, loader) },
  };
}

/**
 * By description: the host knows its files. A bare `firmware='efi'` would select enforced Secure Boot wherever the
 * distribution ships it, so both features are always said.
 */
function byDescription(plan: Plan): XmlElement {
  const feature = (name: string, enabled: boolean): XmlElement => ({
    '@enabled': enabled ? 'yes' : 'no',
    '@name': name,
  });
  const secureBoot = flagOf(plan, 'secure-boot') === true;
  return {
    '@firmware': 'efi',
    firmware: { feature: [feature('secure-boot', secureBoot), feature('enrolled-keys', enrolsKeys(plan))] },
  };
}

/**
 * What stands in `os` for the firmware. For BIOS nothing is written: `firmware='bios'` needs a descriptor that Debian
 * and others do not ship.
 */
export function firmwareElements(plan: Plan): XmlElement {
  if (!usesUefi(plan)) return {};
  return plan.firmwareFiles === null ? byDescription(plan) : byFiles(plan, plan.firmwareFiles);
}
