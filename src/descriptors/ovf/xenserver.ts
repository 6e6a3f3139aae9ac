import { cleanLine } from '../text.ts';
import type { XmlElement } from '../xml.ts';
import type { Context } from './context.ts';
import { anyAttribute, children, textOf } from './names.ts';
import { lookUp } from './tables.ts';

/** `VirtualSystemOtherConfigurationData`: settings of XenServer by name. */
function parameters({ hardware }: Context): ReadonlyMap<string, { readonly text: string; readonly at: XmlElement }> {
  const found = children(hardware, 'VirtualSystemOtherConfigurationData').map(
    (at) => [anyAttribute(at, 'Name') ?? '', { text: textOf(at, 'Value') ?? '', at }] as const,
  );
  return new Map(found);
}

/** `a=b;c=d;` */
function pairs(text: string): ReadonlyMap<string, string> {
  const entries = text.split(';').map((pair) => pair.split('=', 2).map((part) => part.trim()));
  return new Map(entries.map(([key = '', value = '']) => [key, value]));
}

/** Firmware and Secure Boot of a XenServer export. One that has no boot parameters says nothing. */
export function voteXenServer(context: Context): void {
  const { ballot, details } = context;
  const named = parameters(context);
  const boot = named.get('HVM_boot_params');
  const platform = named.get('platform');
  if (boot !== undefined) {
    const firmware = pairs(boot.text).get('firmware') ?? 'bios';
    ballot.say('firmware', firmware === 'uefi' ? 'uefi' : 'bios', boot.at);
    if (platform !== undefined && firmware === 'uefi') {
      const secure = pairs(platform.text).get('secureboot');
      if (secure === 'true' || secure === 'false') ballot.say('secure-boot', secure === 'true', platform.at);
    }
  }
  const loader = named.get('PV_bootloader');
  if (loader !== undefined) details['xenPvBootloader'] = cleanLine(loader.text);
}

const LETTERS: Readonly<Record<string, 'disk' | 'cdrom' | 'nic'>> = { c: 'disk', d: 'cdrom', n: 'nic' };

/** `order=dc` of the boot parameters. */
export function xenBoot(
  context: Context,
): readonly { readonly kind: 'disk' | 'cdrom' | 'nic'; readonly at: XmlElement }[] {
  const boot = parameters(context).get('HVM_boot_params');
  if (boot === undefined) return [];
  const letters = pairs(boot.text).get('order') ?? '';
  return [...letters.slice(0, 8).toLowerCase()].flatMap((letter) => {
    const kind = lookUp(LETTERS, letter);
    return kind === undefined ? [] : [{ kind, at: boot.at }];
  });
}
