import { crc32 } from 'node:zlib';
import { exact, has, u32, u64 } from '../peek.ts';

/** What a header must say before its numbers are used (UEFI 2.10, section 5.3.2). Sectors, not bytes. */
export interface GptHeader {
  readonly myLba: number;
  readonly alternateLba: number;
  readonly firstUsable: number;
  readonly lastUsable: number;
  readonly diskGuid: string;
  readonly entriesLba: number;
  readonly entryCount: number;
  readonly entrySize: number;
  readonly entriesCrc: number;
}

export type HeaderProblem = 'no-signature' | 'bad-size' | 'bad-crc' | 'wrong-place' | 'bad-entries';

const MIN_HEADER = 92;
const CRC_FIELD = 16;

/** Reads a header that stands in sector `lba`; every field that is used later has been checked. */
export function parseHeader(sector: Buffer, lba: number): GptHeader | HeaderProblem {
  if (!has(sector, 0, 'EFI PART')) return 'no-signature';
  const size = u32(sector, 12) ?? 0;
  if (size < MIN_HEADER || size > sector.length) return 'bad-size';
  const checked = Buffer.from(sector.subarray(0, size));
  checked.writeUInt32LE(0, CRC_FIELD);
  if (crc32(checked) !== u32(sector, CRC_FIELD)) return 'bad-crc';
  if (exact(u64(sector, 24)) !== lba) return 'wrong-place';
  const alternateLba = exact(u64(sector, 32));
  const firstUsable = exact(u64(sector, 40));
  const lastUsable = exact(u64(sector, 48));
  const entriesLba = exact(u64(sector, 72));
  const entryCount = u32(sector, 80) ?? 0;
  const entrySize = u32(sector, 84) ?? 0;
  const numbers = [alternateLba, firstUsable, lastUsable, entriesLba];
  // an entry is 128 x 2^n bytes; the cap keeps products far below 2^53
  const sizeFits = entrySize >= 128 && entrySize <= 4096 && (entrySize & (entrySize - 1)) === 0;
  if (!sizeFits || entryCount === 0 || numbers.some((number) => number === undefined || number > 2 ** 40)) {
    return 'bad-entries';
  }
  return {
    myLba: lba,
    alternateLba: alternateLba ?? 0,
    firstUsable: firstUsable ?? 0,
    lastUsable: lastUsable ?? 0,
    diskGuid: guidAt(sector, 56),
    entriesLba: entriesLba ?? 0,
    entryCount,
    entrySize,
    entriesCrc: u32(sector, 88) ?? 0,
  };
}

/** A GUID in text form; the first three fields are stored little-endian (UEFI 2.10, appendix A). */
export function guidAt(bytes: Buffer, offset: number): string {
  const raw = bytes.subarray(offset, offset + 16);
  const swapped = Buffer.concat([
    Buffer.from(raw.subarray(0, 4)).reverse(),
    Buffer.from(raw.subarray(4, 6)).reverse(),
    Buffer.from(raw.subarray(6, 8)).reverse(),
    raw.subarray(8),
  ]).toString('hex');
  return swapped.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
