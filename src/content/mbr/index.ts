import { type ByteSource, readUpTo } from '../../bytes/index.ts';
import { u8, u16, u32 } from '../peek.ts';

/** Offsets in the first sector (UEFI 2.10, section 5.2.1, "Legacy Master Boot Record"). */
const TABLE = 446;
const ENTRY = 16;
const SIGNATURE = 510;
const PROTECTIVE = 0xee;

/** Types of extended partitions: CHS, LBA, and Linux' own. */
const EXTENDED: readonly number[] = [0x05, 0x0f, 0x85];

/** Linux numbers at most 60 logical partitions; each costs a read, so that only the first records are followed here. */
const MAX_LOGICAL = 6;

export interface MbrEntry {
  /** 1 to 4 primary, 5 and up logical. */
  readonly index: number;
  readonly active: boolean;
  readonly type: number;
  /** In sectors from the start of the disk. */
  readonly start: number;
  readonly sectors: number;
  /** Byte offset of the entry on the disk, for pointers. */
  readonly at: number;
  readonly bytes: Buffer;
}

export interface Mbr {
  /** Entries in use: a type and a length. */
  readonly entries: readonly MbrEntry[];
  /** The protective entry that makes firmware look for a GPT: type 0xEE that starts at sector 1. */
  readonly protective: MbrEntry | null;
  /** All but the protective entry and those of extended partitions. */
  readonly real: readonly MbrEntry[];
}

/**
 * The partition table of a first sector, or null when this is none. The signature 0xAA55 alone proves little, since
 * kernels and file systems carry it too; every status byte must also be one of the two that firmware accepts.
 */
export function parseMbr(sector: Buffer): Mbr | null {
  if (u16(sector, SIGNATURE) !== 0xaa55) return null;
  const rows = [0, 1, 2, 3].map((slot) => entryAt(sector, slot, 0));
  const status = [0, 1, 2, 3].map((slot) => u8(sector, TABLE + slot * ENTRY));
  if (status.some((byte) => byte !== 0 && byte !== 0x80)) return null;
  const entries = rows.filter((entry) => entry.type !== 0 && entry.sectors > 0);
  const protective = entries.find((entry) => entry.type === PROTECTIVE && entry.start === 1) ?? null;
  return {
    entries,
    protective,
    real: entries.filter((entry) => entry.type !== PROTECTIVE && !EXTENDED.includes(entry.type)),
  };
}

/**
 * Whether an entry of any type, even the empty one that isohybrid writes, spans byte 32768: the table of a CD image
 * that is also a disk image. The protective entry and the old first track (sector 63) do not count.
 */
export function spansIsoArea(sector: Buffer): boolean {
  return [0, 1, 2, 3].some((slot) => {
    const { start, sectors, type } = entryAt(sector, slot, 0);
    return type !== PROTECTIVE && start !== 63 && start <= 64 && start + sectors > 64;
  });
}

export function isExtended(entry: MbrEntry): boolean {
  return EXTENDED.includes(entry.type);
}

export interface LogicalPartitions {
  readonly entries: readonly MbrEntry[];
  /** Why the chain was left before its end; null when all of it was read. */
  readonly stopped: 'loop' | 'too-many' | 'outside' | 'no-signature' | null;
  /** Byte offset of the extended boot record where it stopped. */
  readonly at: number;
}

/**
 * Follows the chain of extended boot records. The first entry of a record is a logical partition, relative to the
 * record; the second one the next record, relative to the extended partition. A chain must move forward: that is
 * what every tool writes, and it excludes loops.
 */
export async function readLogical(source: ByteSource, extended: MbrEntry, sector: number): Promise<LogicalPartitions> {
  const entries: MbrEntry[] = [];
  let record = extended.start;
  for (let records = 0; ; records += 1) {
    const at = record * sector;
    if (records >= MAX_LOGICAL) return { entries, stopped: 'too-many', at };
    if (at + 512 > source.size) return { entries, stopped: 'outside', at };
    const bytes = await readUpTo(source, at, 512);
    if (u16(bytes, SIGNATURE) !== 0xaa55) return { entries, stopped: 'no-signature', at };
    const own = entryAt(bytes, 0, at);
    if (own.type !== 0 && own.sectors > 0) {
      entries.push({ ...own, index: 5 + entries.length, start: record + own.start });
    }
    const link = entryAt(bytes, 1, at);
    if (!isExtended(link) || link.sectors === 0) return { entries, stopped: null, at };
    const next = extended.start + link.start;
    if (next <= record) return { entries, stopped: 'loop', at };
    record = next;
  }
}

function entryAt(sector: Buffer, slot: number, base: number): MbrEntry {
  const offset = TABLE + slot * ENTRY;
  return {
    index: slot + 1,
    active: u8(sector, offset) === 0x80,
    type: u8(sector, offset + 4) ?? 0,
    start: u32(sector, offset + 8) ?? 0,
    sectors: u32(sector, offset + 12) ?? 0,
    at: base + offset,
    bytes: sector.subarray(offset, offset + ENTRY),
  };
}
