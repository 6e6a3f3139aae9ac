import { type ByteSource, readUpTo } from '../../bytes/index.ts';
import { type GptEntry, MAX_TABLE, parseEntries, tableBytes, tableIntact } from './entries.ts';
import { type GptHeader, parseHeader } from './header.ts';

export type { GptEntry } from './entries.ts';

/** Sector sizes in use; the header is in sector 1, so that both places have to be tried (4Kn disks). */
const SECTOR_SIZES = [512, 4096] as const;

/** Bytes at the end that hold a backup of either sector size: table of 16 KiB and one header sector of 4 KiB. */
const TAIL = 16384 + 4096;

export interface Gpt {
  readonly sectorSize: number;
  readonly diskGuid: string;
  readonly entries: readonly GptEntry[];
  /** Byte offset of the entries that were used, and of their header. */
  readonly entriesAt: number;
  readonly headerAt: number;
  /** Which copy the entries are from. */
  readonly from: 'primary' | 'backup';
  /**
   * The other copy. `elsewhere`: the header names a place that is not the last sector, as after growing an image;
   * `beyond`: a place that the disk does not have, as in a truncated image; `differs`: intact with other entries.
   */
  readonly other: 'intact' | 'damaged' | 'missing' | 'elsewhere' | 'beyond' | 'differs';
  /** More entries than are read; then the checksum of the table was not verified. */
  readonly truncatedTable: boolean;
  readonly entryCount: number;
  readonly entriesRead: number;
  /** Bytes the disk must have for the other copy to be where its header says. */
  readonly alternateEnd: number;
}

interface Copy {
  readonly header: GptHeader;
  readonly sectorSize: number;
  readonly table: Buffer;
  readonly truncated: boolean;
}

/**
 * The GUID partition table of a disk, from its primary copy or else from the backup at the end; null when neither is
 * whole. `damagedAt` tells a disk whose GPT is broken from one that never had one.
 */
export async function readGpt(source: ByteSource): Promise<Gpt | { readonly damagedAt: number } | null> {
  let damagedAt: number | null = null;
  const tail = new Tail(source);
  for (const sectorSize of SECTOR_SIZES) {
    const primary = await copyAt(source, sectorSize, sectorSize, tail);
    if (primary === 'damaged') damagedAt = sectorSize;
    if (typeof primary === 'object') return finish(primary, 'primary', await otherCopy(source, primary, tail));
  }
  for (const sectorSize of SECTOR_SIZES) {
    const lastSector = Math.floor(source.size / sectorSize) - 1;
    if (lastSector < 2) continue;
    const backup = await copyAt(source, lastSector * sectorSize, sectorSize, tail);
    if (typeof backup === 'object') return finish(backup, 'backup', damagedAt === null ? 'missing' : 'damaged');
  }
  return damagedAt === null ? null : { damagedAt };
}

function finish(copy: Copy, from: Gpt['from'], other: Gpt['other']): Gpt {
  return {
    sectorSize: copy.sectorSize,
    diskGuid: copy.header.diskGuid,
    entries: parseEntries(copy.header, copy.table),
    entriesAt: copy.header.entriesLba * copy.sectorSize,
    headerAt: copy.header.myLba * copy.sectorSize,
    from,
    other,
    truncatedTable: copy.truncated,
    entryCount: copy.header.entryCount,
    entriesRead: Math.min(copy.header.entryCount, Math.floor(copy.table.length / copy.header.entrySize)),
    alternateEnd: (copy.header.alternateLba + 1) * copy.sectorSize,
  };
}

async function copyAt(
  source: ByteSource,
  offset: number,
  sectorSize: number,
  tail: Tail,
): Promise<Copy | 'absent' | 'damaged'> {
  if (offset + sectorSize > source.size) return 'absent';
  const header = parseHeader(await tail.read(offset, sectorSize), offset / sectorSize);
  if (header === 'no-signature') return 'absent';
  if (typeof header === 'string') return 'damaged';
  const wanted = tableBytes(header);
  const length = Math.min(wanted, MAX_TABLE);
  const at = header.entriesLba * sectorSize;
  if (at + length > source.size) return 'damaged';
  const table = await tail.read(at, length);
  const truncated = length < wanted;
  return truncated || tableIntact(header, table) ? { header, sectorSize, table, truncated } : 'damaged';
}

async function otherCopy(source: ByteSource, primary: Copy, tail: Tail): Promise<Gpt['other']> {
  const { sectorSize, header } = primary;
  const at = header.alternateLba * sectorSize;
  if (at + sectorSize > source.size) return 'beyond';
  const backup = await copyAt(source, at, sectorSize, tail);
  if (backup === 'absent') return 'missing';
  if (backup === 'damaged') return 'damaged';
  if (backup.header.diskGuid !== header.diskGuid || !backup.table.equals(primary.table)) return 'differs';
  return header.alternateLba === Math.floor(source.size / sectorSize) - 1 ? 'intact' : 'elsewhere';
}

/** Serves the end of the disk from one read: backup header and table are next to each other there. */
class Tail {
  readonly #source: ByteSource;
  readonly #start: number;
  #bytes: Promise<Buffer> | undefined;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#start = Math.max(0, source.size - TAIL);
  }

  async read(offset: number, length: number): Promise<Buffer> {
    if (offset < this.#start) return readUpTo(this.#source, offset, length);
    this.#bytes ??= readUpTo(this.#source, this.#start, TAIL);
    return (await this.#bytes).subarray(offset - this.#start, offset - this.#start + length);
  }
}
