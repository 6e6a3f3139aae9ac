import { cleanLine } from '../text.ts';
import { type Context, devicesOf } from './context.ts';
import { diagnostics } from './diagnostics.ts';
import { isFalse, isTrue } from './names.ts';

/** What hypervisors of this family write only when it is not BIOS. */
const SILENT_BIOS = new Set(['vmware', 'vcloud', 'cisco']);
const MAX_KEYS = 100;

/** Firmware, Secure Boot and what else VMware puts into `Config` and `ExtraConfig`. */
export function voteVmware(context: Context): void {
  voteFirmware(context);
  voteSecureBoot(context);
  const { settings, details } = context;
  const flags = [
    'flags.vbsenabled',
    'flags.vvtdenabled',
    'nestedhvenabled',
    'sevenabled',
    'tdxenabled',
    'efi.legacyboot.enabled',
  ];
  const on = flags.filter((key) => isTrue(settings.get(key)?.value ?? null));
  if (on.length > 0) details['vmwareFlags'] = on.map((key) => settings.get(key)?.key ?? key);
  // values are left out: guestinfo and the like hold secrets
  const extra = [...settings.values()].filter(({ element }) => element.local === 'ExtraConfig');
  if (extra.length > 0) details['vmwareExtraConfig'] = extra.slice(0, MAX_KEYS).map(({ key }) => cleanLine(key));
}

/** Machines of VMware that say nothing have a BIOS; a form that was copied from VMware's proves nothing. */
function voteFirmware({ settings, ballot, scope, hardware }: Context): void {
  const firmware = settings.get('firmware');
  if (firmware !== undefined) {
    const value = firmware.value.toLowerCase();
    if (value === 'efi' || value === 'bios')
      ballot.say('firmware', value === 'efi' ? 'uefi' : 'bios', firmware.element);
    return;
  }
  const signed = settings.size > 0 || scope.document.root.attributes.some(({ local }) => local === 'buildId');
  if (hardware !== undefined && SILENT_BIOS.has(scope.dialect) && signed && !ballot.has('firmware')) {
    ballot.say('firmware', 'bios', hardware);
  }
}

function voteSecureBoot({ settings, ballot, report }: Context): void {
  const setting = settings.get('bootoptions.efisecurebootenabled') ?? settings.get('uefi.secureboot.enabled');
  if (setting === undefined) return;
  const uefi = ballot.votes.some(({ key, values }) => key === 'firmware' && values[0] === 'uefi');
  if (uefi && (isTrue(setting.value) || isFalse(setting.value))) {
    ballot.say('secure-boot', isTrue(setting.value), setting.element);
  } else if (isTrue(setting.value)) {
    const said = settings.get('firmware')?.value ?? 'not named, which means bios';
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
