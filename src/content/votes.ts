import type { Architecture } from '../facts/content.ts';
import type { Key, Value } from '../facts/keys.ts';
import { type Strength, type Vote, vote } from '../facts/vote.ts';
import type { BiosPath, UefiPath } from './paths.ts';

/** Something said and the place in the guest's bytes that shows it. */
export interface Witnessed<T> {
  readonly value: T;
  readonly pointer: string;
}

export type WindowsEra = 'ntldr' | 'bootmgr';

/** What the votes rest on; every pointer is that of a proof. */
export interface Testimony {
  readonly disk: string;
  readonly uri: string;
  readonly bios: BiosPath;
  readonly biosPointer: string | null;
  readonly uefi: UefiPath;
  readonly uefiPointer: string | null;
  /** Architectures of loaders that only a boot entry starts. */
  readonly loaders: Witnessed<readonly Architecture[]> | null;
  /** The type of a root partition names its architecture. */
  readonly root: Witnessed<Architecture> | null;
  /** A boot program other than BIOS or UEFI: zipl, PReP. */
  readonly program: Witnessed<readonly Architecture[]> | null;
  /** `whole`: the machine runs it; else only this disk is known to belong to Windows. */
  readonly windows: (Witnessed<WindowsEra> & { readonly whole: boolean }) | null;
}

/** What follows from the content of one disk (contract, section 4, rank 6). */
export function contentVotes(facts: Testimony): readonly Vote[] {
  return [...firmwareVotes(facts), ...architectureVotes(facts), ...windowsVotes(facts)];
}

function say(
  facts: Testimony,
  key: Key,
  strength: Strength,
  values: readonly Value[],
  pointer: string | null,
  subject: string | null = null,
): Vote {
  const { disk, uri } = facts;
  return vote({ key, strength, values, subject, origin: 'content', disk, uri, pointer });
}

/**
 * Required only what is proven, and then all that is possible. `bios` comes first where both are proven: it is what
 * x86 machines get when nobody asks for more, and the order is only a tie-break.
 */
function firmwareVotes(facts: Testimony): readonly Vote[] {
  const { bios, uefi, biosPointer, uefiPointer } = facts;
  const required = (values: readonly Value[], pointer: string | null): Vote =>
    say(facts, 'firmware', 'required', values, pointer);
  const recommended = (value: Value, pointer: string | null): Vote =>
    say(facts, 'firmware', 'recommended', [value], pointer);
  if (bios.state === 'proven') {
    const both = uefi.state === 'proven' || uefi.state === 'likely';
    return [required(both ? ['bios', 'uefi'] : ['bios'], biosPointer)];
  }
  if (uefi.state === 'proven') {
    // code that is not understood might boot; the loader that is understood is the better choice
    if (bios.state !== 'likely') return [required(['uefi'], uefiPointer)];
    return [required(['uefi', 'bios'], uefiPointer), recommended('uefi', uefiPointer)];
  }
  if (uefi.state === 'likely' || uefi.state === 'conditional') return [recommended('uefi', uefiPointer)];
  return bios.state === 'likely' ? [recommended('bios', biosPointer)] : [];
}

/** BIOS code runs on either width of x86; only a 64-bit loader says more. */
const BIOS_ARCHITECTURES: readonly Architecture[] = ['x86_64', 'i686'];

function architectureVotes(facts: Testimony): readonly Vote[] {
  const { bios, uefi, loaders, program, root } = facts;
  const votes: Vote[] = [];
  const required = (values: readonly Architecture[], pointer: string | null): number =>
    votes.push(say(facts, 'architecture', 'required', [...new Set(values)], pointer));
  if (program !== null) required(program.value, program.pointer);
  else if (bios.state === 'proven') {
    const uefiToo = uefi.state === 'proven' ? uefi.architectures : [];
    required([...BIOS_ARCHITECTURES, ...uefiToo], facts.biosPointer);
  } else if (uefi.state === 'proven') required(uefi.architectures, facts.uefiPointer);
  else if (loaders !== null) {
    // a 32-bit loader is a question of the firmware, not of the system that it starts
    if (loaders.value.includes('i686')) {
      votes.push(say(facts, 'architecture', 'recommended', loaders.value, loaders.pointer));
    } else required(loaders.value, loaders.pointer);
  }
  if (root !== null) votes.push(say(facts, 'architecture', 'recommended', [root.value], root.pointer));
  return votes;
}

/** Devices Windows drives out of the box; NTLDR starts nothing newer than XP and Server 2003, which lack AHCI. */
export const WINDOWS_DEVICES: Readonly<Record<WindowsEra, { readonly bus: string; readonly nic: readonly string[] }>> =
  {
    ntldr: { bus: 'ide', nic: ['rtl8139', 'pcnet'] },
    bootmgr: { bus: 'sata', nic: ['e1000e'] },
  };

function windowsVotes(facts: Testimony): readonly Vote[] {
  const { windows } = facts;
  if (windows === null) return [];
  const { value: era, pointer, whole } = windows;
  const { bus, nic } = WINDOWS_DEVICES[era];
  const recommend = (key: Key, values: readonly Value[], subject: string | null = null): Vote =>
    say(facts, key, 'recommended', values, pointer, subject);
  const own = recommend('disk-bus', [bus], facts.disk);
  if (!whole) return [own];
  return [
    own,
    recommend('nic-model', nic),
    recommend('clock-offset', ['localtime']),
    ...(era === 'ntldr' ? [recommend('machine', ['i440fx'])] : [recommend('hyperv', [true])]),
    ...(mayLackXhci(era, facts) ? [recommend('usb-controller', OLD_USB)] : []),
  ];
}

/** EHCI comes with UHCI companions, and so serves every Windows that knows USB. */
const OLD_USB: readonly Value[] = ['ich9-ehci1', 'piix3-uhci'];

/**
 * Windows has a driver for xHCI since version 8. BOOTMGR is older than that, and a disk that starts through BIOS may
 * be Windows 7; one with a fallback loader for UEFI hardly is.
 */
function mayLackXhci(era: WindowsEra, { bios, uefi }: Testimony): boolean {
  return era === 'ntldr' || (bios.state === 'proven' && uefi.state !== 'proven');
}
