import { crc32 } from 'node:zlib';
import { exact, printable, u64 } from '../peek.ts';
import { type GptHeader, guidAt } from './header.ts';

export interface GptEntry {
  /** From 1. */
  readonly index: number;
  readonly type: string;
  /** Sectors, both inclusive. */
  readonly first: number;
  readonly last: number;
  /** Attribute bit 2: a BIOS boot loader that knows GPT (syslinux' gptmbr) starts this partition. */
  readonly legacyBootable: boolean;
  readonly name: string | null;
  /** Byte offset of the entry inside the table, and its first bytes: GUIDs, extent, attributes. */
  readonly at: number;
  readonly bytes: Buffer;
}

const UNUSED = '00000000-0000-0000-0000-000000000000';
const LEGACY_BIOS_BOOTABLE = 1n << 2n;

/** Bytes of the table that are read at most: 512 entries of 128 bytes, four times what any tool writes. */
export const MAX_TABLE = 64 * 1024;

export function tableBytes(header: GptHeader): number {
  return header.entryCount * header.entrySize;
}

export function tableIntact(header: GptHeader, table: Buffer): boolean {
  return crc32(table.subarray(0, tableBytes(header))) === header.entriesCrc;
}

/** The used entries of a table whose bytes have been checked. Entries that end before they start are left out. */
export function parseEntries(header: GptHeader, table: Buffer): readonly GptEntry[] {
  const entries: GptEntry[] = [];
  const count = Math.min(header.entryCount, Math.floor(table.length / header.entrySize));
  for (let index = 0; index < count; index += 1) {
    const at = index * header.entrySize;
    const type = guidAt(table, at);
    const first = exact(u64(table, at + 32));
    const last = exact(u64(table, at + 40));
    if (type === UNUSED || first === undefined || last === undefined) continue;
    // 2^40 sectors of 4 KiB are 4 EiB: beyond it no disk exists and no product stays exact
    if (last < first || last > 2 ** 40) continue;
    const name = printable(table.toString('utf16le', at + 56, at + 128));
    entries.push({
      index: index + 1,
      type,
      first,
      last,
      legacyBootable: ((u64(table, at + 48) ?? 0n) & LEGACY_BIOS_BOOTABLE) !== 0n,
      name: name === '' ? null : name,
      at,
      bytes: table.subarray(at, at + 64),
    });
  }
  return entries;
}
