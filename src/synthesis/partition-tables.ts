import type { Extent } from '../bytes/sparse.ts';

/*
 * Partition tables byte by byte, sharing no code with the readers: a misread specification must not hide behind itself.
 * All positions are in sectors.
 */

export interface GptPartition {
  /** In text form, as in the specification. */
  readonly type: string;
  readonly first: number;
  readonly last: number;
  readonly name?: string;
  readonly attributes?: bigint;
}

export interface MbrPartition {
  readonly type: number;
  readonly start: number;
  readonly sectors: number;
  readonly active?: boolean;
}

export interface TableOptions {
  readonly sectors: number;
  readonly sectorSize?: 512 | 4096;
  readonly gpt?: readonly GptPartition[];
  /** Beside the protective entry when there is a GPT. */
  readonly mbr?: readonly MbrPartition[];
  /** false leaves the protective entry away. */
  readonly protective?: boolean;
  /** First bytes of the disk: boot code, cut to what fits before the table. */
  readonly code?: Buffer;
}

/** Offset of the entries in a boot record. */
const TABLE_AT = 446;
const ENTRIES = 128;
const ENTRY = 128;

/** The sectors of a disk that hold its partition tables and boot code. */
export function partitionTables(options: TableOptions): readonly Extent[] {
  const { sectors, sectorSize = 512, gpt, mbr = [], protective = true } = options;
  const record = Buffer.alloc(512);
  options.code?.copy(record, 0, 0, TABLE_AT);
  const rows =
    gpt === undefined || !protective
      ? mbr
      : [{ type: 0xee, start: 1, sectors: Math.min(sectors - 1, 0xffffffff) }, ...mbr];
  writeMbr(record, 0, rows);
  const extents: Extent[] = [{ offset: 0, bytes: record }];
  if (gpt !== undefined) {
    const table = gptTable(gpt);
    const tableSectors = table.length / sectorSize;
    const last = sectors - 1;
    const usable = { first: 2 + tableSectors, last: last - tableSectors - 1 };
    const place = (sector: number, bytes: Buffer) => extents.push({ offset: sector * sectorSize, bytes });
    place(2, table);
    place(last - tableSectors, table);
    place(1, gptHeader({ mine: 1, other: last, entries: 2, usable, table }));
    place(last, gptHeader({ mine: last, other: 1, entries: last - tableSectors, usable, table }));
  }
  return extents;
}

/** Entries and signature of a (master or extended) boot record. */
export function writeMbr(disk: Buffer, at: number, partitions: readonly MbrPartition[]): void {
  partitions.slice(0, 4).forEach(({ type, start, sectors, active = false }, slot) => {
    const entry = at + TABLE_AT + slot * 16;
    disk.writeUInt8(active ? 0x80 : 0, entry);
    disk.writeUInt8(type, entry + 4);
    disk.writeUInt32LE(start, entry + 8);
    disk.writeUInt32LE(sectors, entry + 12);
  });
  disk.writeUInt8(0x55, at + 510);
  disk.writeUInt8(0xaa, at + 511);
}

function gptTable(partitions: readonly GptPartition[]): Buffer {
  const table = Buffer.alloc(ENTRIES * ENTRY);
  partitions.forEach(({ type, first, last, name = '', attributes = 0n }, index) => {
    const at = index * ENTRY;
    guid(type).copy(table, at);
    guid(`00000000-0000-0000-0000-${String(index + 1).padStart(12, '0')}`).copy(table, at + 16);
    table.writeBigUInt64LE(BigInt(first), at + 32);
    table.writeBigUInt64LE(BigInt(last), at + 40);
    table.writeBigUInt64LE(attributes, at + 48);
    table.write(name, at + 56, 72, 'utf16le');
  });
  return table;
}

interface HeaderFields {
  readonly mine: number;
  readonly other: number;
  readonly entries: number;
  readonly usable: { readonly first: number; readonly last: number };
  readonly table: Buffer;
}

function gptHeader({ mine, other, entries, usable, table }: HeaderFields): Buffer {
  const header = Buffer.alloc(92);
  header.write('EFI PART', 'latin1');
  header.writeUInt32LE(0x00010000, 8);
  header.writeUInt32LE(92, 12);
  header.writeBigUInt64LE(BigInt(mine), 24);
  header.writeBigUInt64LE(BigInt(other), 32);
  header.writeBigUInt64LE(BigInt(usable.first), 40);
  header.writeBigUInt64LE(BigInt(usable.last), 48);
  guid('12345678-9abc-def0-1234-56789abcdef0').copy(header, 56);
  header.writeBigUInt64LE(BigInt(entries), 72);
  header.writeUInt32LE(ENTRIES, 80);
  header.writeUInt32LE(ENTRY, 84);
  header.writeUInt32LE(crc32(table), 88);
  header.writeUInt32LE(crc32(header), 16);
  return header;
}

function guid(text: string): Buffer {
  const hex = text.replaceAll('-', '');
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  return Buffer.from(order.map((byte) => Number.parseInt(hex.slice(byte * 2, byte * 2 + 2), 16)));
}

/** Remainders of all bytes, IEEE 802.3: the reader uses zlib's. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ ((crc & 1) === 1 ? 0xedb88320 : 0);
  return crc;
});

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (REMAINDERS[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
