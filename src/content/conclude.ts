import type { Finding } from '../diagnostics/index.ts';
import type { Architecture, ContentDetails } from '../facts/content.ts';
import { diagnostics } from './diagnostics.ts';
import { type FoundLoader, fallbackPath } from './loaders.ts';
import { type BiosPath, fallbacks, type UefiPath, uefiPath } from './paths.ts';
import type { Contribution, Place } from './place.ts';
import { contentVotes, type Testimony, WINDOWS_DEVICES } from './votes.ts';

/** What was seen of the ways into one disk. */
export interface Ways {
  readonly bios: BiosPath;
  readonly biosPointer: string | null;
  /** Loaders of EFI system partitions or what stands for one; null: there is none that can be read. */
  readonly inEsp: readonly FoundLoader[] | null;
  readonly elsewhere: readonly FoundLoader[];
  readonly root: Testimony['root'];
  readonly program: Testimony['program'];
  readonly windows: Testimony['windows'];
  /** Nothing at all that any firmware would start: neither code nor a partition meant for a loader. */
  readonly barren: boolean;
}

const MAX_LISTED = 6;

/** Findings, votes and the verdict that follow from the ways into a disk. */
export function conclude(
  place: Place,
  ways: Ways,
): Omit<Contribution, 'payload'> & { details: Partial<ContentDetails> } {
  const { bios, biosPointer, elsewhere, root, program, windows } = ways;
  const found = ways.inEsp ?? [];
  const all = [...found, ...elsewhere];
  const loaders = all.map(({ loader }) => loader);
  const uefi = uefiPath({
    inEsp: found.map(({ loader }) => loader),
    elsewhere: elsewhere.map(({ loader }) => loader),
  });
  const uefiPointer = witness(uefi, all);
  const conditional = all.filter(({ loader, pointer }) => loader.architecture !== null && pointer !== null);
  const votes = contentVotes({
    disk: place.context.disk,
    uri: place.context.uri,
    bios,
    biosPointer,
    uefi,
    uefiPointer,
    loaders: uefi.state === 'conditional' ? architecturesOf(conditional) : null,
    root,
    program,
    windows,
  });
  const proven = bios.state === 'proven' || uefi.state === 'proven' || program !== null;
  return {
    bootable: proven ? true : ways.barren && loaders.length === 0 ? false : null,
    votes,
    findings: [...uefiFindings(place, uefi, all), ...windowsFindings(place, windows)],
    details: { loaders: ways.inEsp === null && elsewhere.length === 0 ? null : loaders, fallback: fallbacks(loaders) },
  };
}

/** The first loader that makes the path what it is. */
function witness(uefi: UefiPath, all: readonly FoundLoader[]): string | null {
  const [architecture] = uefi.architectures;
  const shown = all.find(({ loader, pointer }) => {
    if (pointer === null) return false;
    return architecture === undefined ? loader.efi : loader.fallback && loader.architecture === architecture;
  });
  return shown?.pointer ?? null;
}

function architecturesOf(found: readonly FoundLoader[]): Testimony['loaders'] {
  const [first] = found;
  if (first === undefined || first.pointer === null) return null;
  const architectures = found.flatMap(({ loader: { architecture } }) => (architecture === null ? [] : [architecture]));
  // 64-bit firmware starts no 32-bit loader: beside a 64-bit one it says nothing
  const wide = architectures.filter((architecture) => architecture !== 'i686');
  const value: readonly Architecture[] = [...new Set(wide.length > 0 ? wide : architectures)];
  return { value, pointer: first.pointer };
}

function uefiFindings(place: Place, uefi: UefiPath, all: readonly FoundLoader[]): readonly Finding[] {
  const [start] = all.map(({ pointer }) => pointer).filter((pointer) => pointer !== null);
  const at = [{ origin: 'content' as const, uri: place.context.uri, pointer: witness(uefi, all) ?? start ?? null }];
  const [first] = all.filter(({ loader }) => loader.fallback).map(({ loader }) => loader);
  if (uefi.need === 'ia32-firmware' && first !== undefined)
    return [diagnostics['ia32-loader']({ path: first.path }, at)];
  const others = all.filter(({ loader }) => loader.efi && !loader.fallback).map(({ loader }) => loader);
  if (uefi.need === 'nvram') {
    const architecture = others.find((loader) => loader.architecture !== null)?.architecture ?? 'x86_64';
    const listed = others.slice(0, MAX_LISTED).map(({ path }) => path);
    const more = others.length > MAX_LISTED ? ` and ${others.length - MAX_LISTED} more` : '';
    const args = { fallback: fallbackPath(architecture), loaders: `${listed.join(', ')}${more}` };
    return [diagnostics['needs-nvram'](args, at)];
  }
  const vendors = others.filter(({ path }) => !/^efi\/boot\//i.test(path));
  if (uefi.state !== 'proven' || first === undefined || vendors.length === 0) return [];
  return [diagnostics['nvram-not-needed']({ fallback: first.path }, at)];
}

function windowsFindings(place: Place, windows: Ways['windows']): readonly Finding[] {
  if (windows === null) return [];
  const { bus, nic } = WINDOWS_DEVICES[windows.value];
  const devices = windows.whole ? `disk bus ${bus} and network card ${nic[0]}` : `disk bus ${bus}`;
  const at = [{ origin: 'content' as const, uri: place.context.uri, pointer: windows.pointer }];
  return [diagnostics['windows-drivers-unproven']({ devices }, at)];
}
