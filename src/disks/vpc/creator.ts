import type { Footer } from './footer.ts';

/** "Creator Application" of the specification and of the programs that came after it. */
const APPLICATIONS: ReadonlyMap<string, string> = new Map([
  ['vpc ', 'Virtual PC'],
  ['vs  ', 'Virtual Server'],
  ['win ', 'Windows (Hyper-V)'],
  ['wa\0\0', 'Azure'],
  ['d2v ', 'Disk2vhd'],
  ['qemu', 'qemu'],
  ['qem2', 'qemu with force_size'],
  ['tap\0', 'XenServer (blktap)'],
  ['CTXS', 'XenConvert'],
  ['vbox', 'VirtualBox'],
]);

export function creatorName({ creatorApplication }: Footer): string {
  return APPLICATIONS.get(creatorApplication) ?? 'an unknown program';
}

/** Text of a fixed width from a hostile file: what is not printable ASCII becomes `\xNN`, padding goes. */
export function printable(text: string): string {
  return text
    .replace(/[ \0]+$/, '')
    .replaceAll(/[^\x20-\x7e]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
