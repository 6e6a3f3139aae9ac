import type { ByteSource } from '../../bytes/index.ts';
import type { Finding } from '../../diagnostics/index.ts';
import { discAt } from './descriptors.ts';
import { diagnostics } from './diagnostics.ts';
import { SECTOR } from './signature.ts';

/** One boot image of the catalog. */
export interface BootEntry {
  readonly platform: string;
  readonly bootable: boolean;
  readonly media: string;
  /** Sector of the image, and how many 512-byte sectors of it firmware loads. */
  readonly sector: number;
  readonly loadSectors: number;
}

export interface BootCatalog {
  readonly entries: readonly BootEntry[];
  readonly findings: readonly Finding[];
}

/** "El Torito" Bootable CD-ROM Format Specification 1.0, 2.0; 0xEF is UEFI's (UEFI 2.10, 13.3.2.1). */
const PLATFORMS: ReadonlyMap<number, string> = new Map([
  [0, 'bios'],
  [1, 'powerpc'],
  [2, 'mac'],
  [0xef, 'efi'],
]);
const MEDIA = ['none', 'floppy-1.2', 'floppy-1.44', 'floppy-2.88', 'hard-disk'] as const;
const ENTRY = 32;
const BOOTABLE = 0x88;
const SECTION = 0x90;
const LAST_SECTION = 0x91;
const EXTENSION = 0x44;

/** Reads one sector of catalog, 64 entries; real ones have two to six. */
export async function readBootCatalog(source: ByteSource, sector: number): Promise<BootCatalog> {
  const at = discAt(source.uri, sector * SECTOR);
  const bad = (problem: string, entries: readonly BootEntry[] = []): BootCatalog => ({
    entries,
    findings: [diagnostics['bad-boot-catalog']({ problem }, at)],
  });
  if (sector * SECTOR + SECTOR > source.size) return bad(`sector ${sector} is not in the file`);
  const bytes = await source.read(sector * SECTOR, SECTOR);
  if (bytes.readUInt8(0) !== 1 || bytes.readUInt16BE(30) !== 0x55aa) return bad('it has no validation entry');
  let sum = 0;
  for (let word = 0; word < ENTRY; word += 2) sum += bytes.readUInt16LE(word);
  if ((sum & 0xffff) !== 0) return bad('the checksum of its validation entry is wrong');

  const entries = [entryAt(bytes, ENTRY, bytes.readUInt8(1))];
  let next = 2 * ENTRY;
  let last = false;
  while (!last && next + ENTRY <= SECTOR) {
    const indicator = bytes.readUInt8(next);
    // Zeros behind the first entry: a catalog without sections.
    if (indicator !== SECTION && indicator !== LAST_SECTION) break;
    last = indicator === LAST_SECTION;
    const platform = bytes.readUInt8(next + 1);
    const count = bytes.readUInt16LE(next + 2);
    next += ENTRY;
    for (let index = 0; index < count; index++) {
      if (next + ENTRY > SECTOR) return bad('it goes on behind its first 64 entries', entries);
      entries.push(entryAt(bytes, next, platform));
      next += ENTRY;
      while (next + ENTRY <= SECTOR && bytes.readUInt8(next) === EXTENSION) next += ENTRY;
    }
  }
  return { entries, findings: [] };
}

function entryAt(bytes: Buffer, at: number, platform: number): BootEntry {
  const media = bytes.readUInt8(at + 1) & 0x0f;
  return {
    platform: PLATFORMS.get(platform) ?? `0x${platform.toString(16)}`,
    bootable: bytes.readUInt8(at) === BOOTABLE,
    media: MEDIA[media] ?? `0x${media.toString(16)}`,
    sector: bytes.readUInt32LE(at + 8),
    loadSectors: bytes.readUInt16LE(at + 6),
  };
}
