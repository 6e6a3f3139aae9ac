import { has, u8, u16, u32 } from '../peek.ts';

export interface FatEntry {
  readonly name: string;
  /** The 8.3 name; the same file answers to both. */
  readonly shortName: string;
  readonly directory: boolean;
  readonly size: number;
  readonly cluster: number;
}

const ENTRY = 32;
const END = 0x00;
const DELETED = 0xe5;
const ATTRIBUTE = { volume: 0x08, directory: 0x10, long: 0x0f } as const;
/** 255 characters of 13 each (FAT specification, section 7). */
const MAX_LONG_PARTS = 20;
const LOWER = { base: 0x08, extension: 0x10 } as const;

/**
 * The entries of a directory's bytes, without `.`, `..` and the volume label. Damaged long names are left out.
 * `wide`: FAT32, where the upper half of the cluster number counts; before it those bytes meant something else.
 */
export function parseDirectory(bytes: Buffer, wide: boolean): readonly FatEntry[] {
  const entries: FatEntry[] = [];
  let long = new Map<number, string>();
  let longChecksum = -1;
  for (let at = 0; at + ENTRY <= bytes.length; at += ENTRY) {
    const first = u8(bytes, at);
    if (first === END) break;
    const attributes = u8(bytes, at + 11) ?? 0;
    if (first === DELETED) {
      long = new Map();
      continue;
    }
    if ((attributes & 0x3f) === ATTRIBUTE.long) {
      const order = (first ?? 0) & 0x1f;
      if (((first ?? 0) & 0x40) !== 0) {
        long = new Map();
        longChecksum = u8(bytes, at + 13) ?? -1;
      }
      if (order >= 1 && order <= MAX_LONG_PARTS && u8(bytes, at + 13) === longChecksum) {
        long.set(order, longPart(bytes, at));
      }
      continue;
    }
    if ((attributes & ATTRIBUTE.volume) === 0 && !has(bytes, at, '.')) {
      const shortName = shortNameAt(bytes, at);
      entries.push({
        name: longName(long, longChecksum, bytes, at) ?? shortName,
        shortName,
        directory: (attributes & ATTRIBUTE.directory) !== 0,
        size: u32(bytes, at + 28) ?? 0,
        cluster: (wide ? (u16(bytes, at + 20) ?? 0) * 65536 : 0) + (u16(bytes, at + 26) ?? 0),
      });
    }
    long = new Map();
  }
  return entries;
}

/** A long name counts only when all of its parts are there and its checksum is that of the 8.3 name. */
function longName(parts: ReadonlyMap<number, string>, checksum: number, bytes: Buffer, at: number): string | undefined {
  if (parts.size === 0 || checksum !== shortChecksum(bytes, at)) return undefined;
  const names = Array.from({ length: parts.size }, (_, index) => parts.get(index + 1));
  if (names.some((part) => part === undefined)) return undefined;
  const name = names.join('').split('\0', 1)[0];
  return name === undefined || name === '' || name.includes('/') ? undefined : name;
}

/** 13 UTF-16 units in three pieces; NUL ends, 0xFFFF pads. */
function longPart(bytes: Buffer, at: number): string {
  return [
    [1, 10],
    [14, 12],
    [28, 4],
  ]
    .map(([offset = 0, length = 0]) => bytes.toString('utf16le', at + offset, at + offset + length))
    .join('')
    .replace(/\uffff+$/, '');
}

function shortChecksum(bytes: Buffer, at: number): number {
  return bytes.subarray(at, at + 11).reduce((sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff, 0);
}

/** `BOOTX64 EFI` is BOOTX64.EFI; byte 12 says which half Windows NT shows in lower case. */
function shortNameAt(bytes: Buffer, at: number): string {
  const flags = u8(bytes, at + 12) ?? 0;
  // 0x05 stands for a first byte of 0xE5, which would mean a deleted entry
  const stored = bytes.toString('latin1', at, at + 8).trimEnd();
  const base = u8(bytes, at) === 0x05 ? `\xe5${stored.slice(1)}` : stored;
  const extension = bytes.toString('latin1', at + 8, at + 11).trimEnd();
  const shownBase = (flags & LOWER.base) !== 0 ? base.toLowerCase() : base;
  const shownExtension = (flags & LOWER.extension) !== 0 ? extension.toLowerCase() : extension;
  return shownExtension === '' ? shownBase : `${shownBase}.${shownExtension}`;
}
