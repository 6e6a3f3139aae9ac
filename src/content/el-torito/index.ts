import { type ByteSource, readUpTo } from '../../bytes/index.ts';
import type { IsoDetails } from '../../facts/content.ts';
import { has, printable, u8, u16, u32, u32be } from '../peek.ts';

const SECTOR = 2048;
/** ECMA-119: the primary volume descriptor is in sector 16. */
const PVD = 16 * SECTOR;
/** El Torito 1.0: the boot record is in sector 17; a few more are looked at, because some authoring tools slip. */
const BOOT_RECORDS = [17, 18, 19, 20] as const;
const ENTRY = 32;

export type IsoEntry = IsoDetails['entries'][number];

export interface Iso extends IsoDetails {
  /** Byte offset of the catalogue; null when the disc is not bootable. */
  readonly catalogAt: number | null;
  readonly catalog: Buffer;
}

/** Whether the bytes hold a primary volume descriptor whose two spellings of its size agree (ECMA-119, 8.4). */
export function looksLikeIso(head: Buffer): boolean {
  const size = u32(head, PVD + 80);
  return has(head, PVD, '\x01CD001\x01') && size !== undefined && size > 16 && size === u32be(head, PVD + 84);
}

/** Volume label and boot catalogue. `head` holds at least the volume descriptors. */
export async function readIso(source: ByteSource, head: Buffer): Promise<Iso> {
  const label = printable(head.toString('latin1', PVD + 40, PVD + 72));
  const volume = label === '' ? null : label;
  const record = BOOT_RECORDS.map((sector) => sector * SECTOR).find((at) =>
    has(head, at, '\0CD001\x01EL TORITO SPECIFICATION'),
  );
  if (record === undefined) return { volume, entries: [], catalogAt: null, catalog: Buffer.alloc(0) };
  const catalogAt = (u32(head, record + 0x47) ?? 0) * SECTOR;
  const catalog = await readUpTo(source, catalogAt, SECTOR);
  // a pointer behind the end of a cut disc leads to nothing that could be shown
  if (catalog.length === 0) return { volume, entries: [], catalogAt: null, catalog };
  return { volume, entries: parseCatalog(catalog), catalogAt, catalog };
}

/** Bootable entries of one sector of catalogue: 62 at most, which no disc comes near. */
function parseCatalog(catalog: Buffer): readonly IsoEntry[] {
  if (u8(catalog, 0) !== 1 || u16(catalog, 30) !== 0xaa55 || !sumsToZero(catalog)) return [];
  const entries: IsoEntry[] = [];
  push(entries, catalog, ENTRY, u8(catalog, 1));
  let at = 2 * ENTRY;
  while (at + ENTRY <= catalog.length) {
    const header = u8(catalog, at);
    // 0x90 another section follows, 0x91 the last one
    if (header !== 0x90 && header !== 0x91) break;
    const platform = u8(catalog, at + 1);
    let left = u16(catalog, at + 2) ?? 0;
    at += ENTRY;
    for (; left > 0 && at + ENTRY <= catalog.length; at += ENTRY) {
      // 0x44 continues the entry before it and is not counted
      if (u8(catalog, at) === 0x44) continue;
      push(entries, catalog, at, platform);
      left -= 1;
    }
    if (header === 0x91) break;
  }
  return entries;
}

function push(entries: IsoEntry[], catalog: Buffer, at: number, platform: number | undefined): void {
  if (u8(catalog, at) !== 0x88) return;
  entries.push({ platform: platformName(platform), sector: u32(catalog, at + 8) ?? 0 });
}

/** El Torito 1.0, figure 2; 0xEF is UEFI's (UEFI 2.10, section 13.3.2.1). */
function platformName(platform: number | undefined): IsoEntry['platform'] {
  switch (platform) {
    case 0:
      return 'bios';
    case 1:
      return 'ppc';
    case 2:
      return 'mac';
    case 0xef:
      return 'uefi';
    default:
      return 'unknown';
  }
}

/** The sixteen words of the validation entry add up to zero. */
function sumsToZero(catalog: Buffer): boolean {
  let sum = 0;
  for (let at = 0; at < ENTRY; at += 2) sum += u16(catalog, at) ?? 1;
  return (sum & 0xffff) === 0;
}
