import { cleanLine } from '../text.ts';
import { type Context, devicesOf } from './context.ts';
import { diagnostics } from './diagnostics.ts';
import { isFalse, isTrue } from './names.ts';
import type { Setting, Settings } from './settings.ts';

/** What hypervisors of this family write only when it is not BIOS. */
const SILENT_BIOS = new Set(['vmware', 'vcloud', 'cisco']);
const MAX_KEYS = 100;

/** Settings that change what the guest finds, in lower case. */
const FLAGS = [
  'flags.vbsenabled',
  'flags.vvtdenabled',
  'nestedhvenabled',
  'sevenabled',
  'sevsnpenabled',
  'tdxenabled',
  'efi.legacyboot.enabled',
];

/** What VMware puts into `Config` and `ExtraConfig`, as far as it is said outright. */
export function voteVmware({ settings, details, ballot }: Context): void {
  const firmware = settings.get('firmware');
  const value = firmware?.value.toLowerCase();
  if (firmware !== undefined && (value === 'efi' || value === 'bios')) {
    ballot.say('firmware', value === 'efi' ? 'uefi' : 'bios', firmware.element);
  }
  const on = FLAGS.filter((key) => isTrue(settings.get(key)?.value ?? null));
  if (on.length > 0) details['vmwareFlags'] = on.map((key) => settings.get(key)?.key ?? key);
  // values are left out: guestinfo and the like hold secrets
  const extra = [...settings.values()].filter(({ element }) => element.local === 'ExtraConfig');
  if (extra.length > 0) details['vmwareExtraConfig'] = extra.slice(0, MAX_KEYS).map(({ key }) => cleanLine(key));
}

/**
 * What follows from the rest: machines of VMware that nothing says otherwise of have a BIOS (a form that was only copied
 * from VMware's proves nothing), and Secure Boot needs UEFI, whoever named it.
 */
export function concludeVmware(context: Context): void {
  const { settings, ballot, scope, hardware } = context;
  const signed = settings.size > 0 || scope.document.root.attributes.some(({ local }) => local === 'buildId');
  const silent = !ballot.has('firmware') && !isTrue(secureBoot(settings)?.value ?? null);
  if (hardware !== undefined && SILENT_BIOS.has(scope.dialect) && signed && silent) {
    ballot.say('firmware', 'bios', hardware);
  }
  voteSecureBoot(context);
}

/** Older products keep it in ExtraConfig. */
function secureBoot(settings: Settings): Setting | undefined {
  return settings.get('bootoptions.efisecurebootenabled') ?? settings.get('uefi.secureboot.enabled');
}

/** false stands in machines with a BIOS too. */
function voteSecureBoot({ settings, ballot, report }: Context): void {
  const setting = secureBoot(settings);
  if (setting === undefined) return;
  const uefi = ballot.votes.some(({ key, values }) => key === 'firmware' && values[0] === 'uefi');
  if (uefi && (isTrue(setting.value) || isFalse(setting.value))) {
    ballot.say('secure-boot', isTrue(setting.value), setting.element);
  } else if (isTrue(setting.value)) {
    const said = settings.get('firmware')?.value ?? 'not named';
    report.add(diagnostics['secure-boot-without-uefi']({ firmware: cleanLine(said) }, report.at(setting.element)));
  }
}

/** Items that every VMware export has, as details: QEMU has no device of the same kind. */
export function vmwareVideo(context: Context): void {
  for (const item of devicesOf(context, 'video')) {
    const settings = [...item.settings]
      .slice(0, MAX_KEYS)
      .map(([key, value]) => [cleanLine(key), cleanLine(value)] as const);
    if (settings.length > 0) context.details['vmwareVideo'] = Object.fromEntries(settings);
  }
}
