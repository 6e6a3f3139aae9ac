import type { FoundLoader } from './loaders.ts';
import type { BiosPath } from './paths.ts';
import type { Proofs } from './proofs.ts';
import type { SeenVolume } from './volumes.ts';
import type { Testimony, WindowsEra } from './votes.ts';

/**
 * What shows that a disk belongs to Windows, the strongest sign first: its EFI boot manager; boot code of the volume
 * that the BIOS path ends in; a Microsoft reserved partition; a volume that Windows has formatted. The last one tells
 * about this disk only, and beside partitions of Linux about nothing: it may be the data partition that two share.
 */
export function windowsSigns(
  volumes: readonly SeenVolume[],
  bios: BiosPath,
  loaders: readonly FoundLoader[],
  proofs: Proofs,
): Testimony['windows'] {
  const manager = loaders.find(({ loader }) => loader.efi && /\/microsoft\/boot\/bootmgfw\.efi$/i.test(loader.path));
  if (manager !== undefined && manager.pointer !== null) {
    return { value: 'bootmgr', pointer: manager.pointer, whole: true };
  }
  const started = volumes.find(({ partition }) => partition.index === bios.through?.partition.index);
  const era = started === undefined ? null : eraOf(started);
  if (started !== undefined && era !== null && bios.state === 'proven') {
    return { value: era, pointer: codeProof(started, proofs), whole: true };
  }
  const reserved = volumes.find(({ partition }) => partition.role === 'msr');
  if (reserved !== undefined) {
    const pointer = proofs.add(reserved.row.entryAt, reserved.row.entry, 'GPT entry: Microsoft reserved partition');
    return { value: 'bootmgr', pointer, whole: !volumes.some(isLinux) };
  }
  const formatted = volumes.find((volume) => eraOf(volume) !== null);
  if (formatted === undefined || volumes.some(isLinux)) return null;
  const pointer = codeProof(formatted, proofs);
  return { value: eraOf(formatted) ?? 'bootmgr', pointer, whole: false };
}

function eraOf({ code }: SeenVolume): WindowsEra | null {
  if (code?.kind === 'windows-ntldr') return 'ntldr';
  return code?.kind === 'windows-bootmgr' ? 'bootmgr' : null;
}

function isLinux({ partition: { role } }: SeenVolume): boolean {
  return role !== null && /^(linux|root|usr)-/.test(role);
}

function codeProof({ partition, head, code }: SeenVolume, proofs: Proofs): string {
  const at = code?.offset ?? 0;
  const bytes = head?.subarray(at, at + (code?.length ?? 0)) ?? Buffer.alloc(0);
  return proofs.add(partition.start + at, bytes, `boot code of partition ${partition.index}: ${code?.kind ?? 'none'}`);
}
