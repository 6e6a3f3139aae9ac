import type { ByteSource } from '../bytes/index.ts';
import { sliceSource } from '../bytes/index.ts';
import type { Finding } from '../diagnostics/index.ts';
import type { Architecture, EspLoader } from '../facts/content.ts';
import { diagnostics } from './diagnostics.ts';
import { openFat } from './fat/index.ts';
import type { FileSystem } from './filesystem.ts';
import { PE_HEAD, parsePe } from './pe/index.ts';
import { printable } from './peek.ts';
import type { Proofs } from './proofs.ts';

/** A volume that firmware looks for loaders in. */
export interface EspVolume {
  readonly partition: number | null;
  readonly start: number;
  readonly size: number;
}

/** A loader and the proof of what it is. */
export interface FoundLoader {
  readonly loader: EspLoader;
  readonly pointer: string | null;
}

export interface LoaderReading {
  /** null: the volume is no FAT file system that can be read. */
  readonly loaders: readonly FoundLoader[] | null;
  readonly findings: readonly Finding[];
}

/** Vendor directories below EFI, and loaders in each: more than any installation has. */
const MAX_DIRECTORIES = 24;
const MAX_LOADERS = 16;
const MAX_NAME = 100;

/** Removable-media file names (UEFI 2.10, section 3.5.1.1). */
const FALLBACK_NAMES: Readonly<Record<string, Architecture>> = {
  'bootx64.efi': 'x86_64',
  'bootia32.efi': 'i686',
  'bootaa64.efi': 'aarch64',
  'bootarm.efi': 'armv7l',
  'bootriscv64.efi': 'riscv64',
  'bootloongarch64.efi': 'loongarch64',
};

/** The file that firmware of an architecture starts when it has no boot entry. */
export function fallbackPath(architecture: Architecture): string {
  const name = Object.keys(FALLBACK_NAMES).find((file) => FALLBACK_NAMES[file] === architecture);
  return `EFI/BOOT/${(name ?? 'boot*.efi').toUpperCase()}`;
}

/** Lists the EFI programs of one volume: `EFI/<vendor>/*.efi`, and Windows' one level deeper. */
export async function readLoaders(guest: ByteSource, volume: EspVolume, proofs: Proofs): Promise<LoaderReading> {
  const size = Math.min(volume.size, guest.size - volume.start);
  if (size <= 0) return { loaders: null, findings: [] };
  const files = await openFat(sliceSource(guest, volume.start, size));
  if (files === null) return { loaders: null, findings: [] };
  const loaders: FoundLoader[] = [];
  const findings: Finding[] = [];
  for (const directory of await directories(files)) {
    const entries = (await files.list(directory)) ?? [];
    const programs = entries.filter((entry) => !entry.directory && /\.efi$/i.test(entry.name));
    for (const entry of programs.slice(0, MAX_LOADERS)) {
      const path = `${directory}/${entry.name}`;
      const head = await files.read(path, PE_HEAD);
      const image = head === null ? null : parsePe(head, entry.size);
      const wanted = /^efi\/boot$/i.test(directory) ? FALLBACK_NAMES[entry.name.toLowerCase()] : undefined;
      const efi = image?.efi === true;
      const architecture = efi ? image.architecture : null;
      const shown = printable(path).slice(0, MAX_NAME);
      // only the first sector of a file is sure to lie where the file begins; what follows may be elsewhere
      const within = image !== null && image.at + 64 <= 512 ? image.at : 0;
      const place = volume.start + (entry.at ?? 0) + within;
      if (wanted !== undefined && architecture !== wanted) {
        findings.push(diagnostics['not-a-loader']({ path: shown, expected: wanted }, proofs.at(place)));
      }
      const what = `${shown}: PE program, machine 0x${(image?.machine ?? 0).toString(16)}, for EFI`;
      loaders.push({
        loader: {
          partition: volume.partition,
          path: shown,
          architecture,
          efi,
          signed: efi && image.signed,
          uki: efi && image.uki,
          fallback: wanted !== undefined && architecture === wanted,
        },
        pointer: efi && head !== null ? proofs.add(place, head.subarray(within, within + 64), what) : null,
      });
    }
  }
  return { loaders, findings };
}

/** `EFI/BOOT`, `EFI/debian`, ..., spelt as on the disk; `EFI/Microsoft/Boot` in place of `EFI/Microsoft`. */
async function directories(files: FileSystem): Promise<readonly string[]> {
  const root = (await files.list(''))?.find(({ name, directory }) => directory && /^efi$/i.test(name));
  if (root === undefined) return [];
  const vendors = (await files.list(root.name)) ?? [];
  return (
    vendors
      .filter(({ name, directory }) => directory && !name.startsWith('.'))
      .map(({ name }) => `${root.name}/${name}${/^microsoft$/i.test(name) ? '/Boot' : ''}`)
      // firmware's own directory first, so that a long list cannot push it out
      .sort((one, other) => Number(/\/boot$/i.test(other)) - Number(/\/boot$/i.test(one)))
      .slice(0, MAX_DIRECTORIES)
  );
}
