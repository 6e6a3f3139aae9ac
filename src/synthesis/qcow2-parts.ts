/*
 * Parts of a qcow2 image byte by byte (qemu's docs/interop/qcow2.txt), sharing no code with the reader: a misread
 * specification must not hide behind itself.
 */

/** Bit 63 of an entry of L1 and L2 tables: exactly one reference. */
export const COPIED = 1n << 63n;

/** Feature bit 0 of `incompatible`. */
export const DIRTY = 1n;

export const LUKS_EXTENSION = 0x0537be77;
export const CRYPT_LUKS = 2;
const FORMAT_EXTENSION = 0xe2792aca;

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function u64(value: bigint | number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

export interface Extension {
  readonly type: number;
  readonly data: Buffer;
}

/** A header extension as stored: type, length, data, padding to 8 bytes. */
function extension({ type, data }: Extension): Buffer {
  return Buffer.concat([u32(type), u32(data.length), data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
}

/** What goes into a header besides the places of the tables. */
export interface HeaderOptions {
  readonly backing?: { readonly name: string | Buffer; readonly format?: string };
  readonly extensions?: readonly Extension[];
  readonly incompatible?: bigint;
  readonly compatible?: bigint;
  readonly autoclear?: bigint;
  readonly cryptMethod?: number;
  /** Bytes; the additional ones are zero but for the compression type. */
  readonly headerLength?: number;
  readonly compressionType?: number;
  readonly snapshots?: readonly Snapshot[];
  /** No end marker: the area ends where it ends. */
  readonly endMarker?: boolean;
}

/** Offsets in bytes. */
export interface Placed {
  readonly version: 2 | 3;
  readonly clusterBits: number;
  readonly size: number;
  readonly l1Size: number;
  readonly l1Offset: number;
  readonly refcountTable: number;
  readonly snapshotsOffset: number;
  readonly refcountOrder: number;
  readonly extendedL2: boolean;
}

/** Header, extensions and the name of the backing file; and where the end marker of the extensions stands. */
export function qcow2Header(
  options: HeaderOptions,
  placed: Placed,
): { readonly bytes: Buffer; readonly endMarker: number } {
  const length = placed.version === 2 ? 72 : (options.headerLength ?? 112);
  const format = options.backing?.format;
  const extensions = Buffer.concat([
    ...(format === undefined ? [] : [extension({ type: FORMAT_EXTENSION, data: Buffer.from(format) })]),
    ...(options.extensions ?? []).map(extension),
  ]);
  const endMarker = length + extensions.length;
  const name = Buffer.from(options.backing?.name ?? '');
  const nameOffset = options.backing === undefined ? 0 : endMarker + 8;
  const bytes = Buffer.concat([
    Buffer.alloc(length),
    extensions,
    Buffer.alloc(options.endMarker === false ? 0 : 8),
    name,
  ]);
  bytes.write('QFI\xfb', 0, 'latin1');
  bytes.writeUInt32BE(placed.version, 4);
  bytes.writeBigUInt64BE(BigInt(nameOffset), 8);
  bytes.writeUInt32BE(name.length, 16);
  bytes.writeUInt32BE(placed.clusterBits, 20);
  bytes.writeBigUInt64BE(BigInt(placed.size), 24);
  bytes.writeUInt32BE(options.cryptMethod ?? 0, 32);
  bytes.writeUInt32BE(placed.l1Size, 36);
  bytes.writeBigUInt64BE(BigInt(placed.l1Offset), 40);
  bytes.writeBigUInt64BE(BigInt(placed.refcountTable), 48);
  bytes.writeUInt32BE(1, 56);
  bytes.writeUInt32BE(options.snapshots?.length ?? 0, 60);
  bytes.writeBigUInt64BE(BigInt(placed.snapshotsOffset), 64);
  if (placed.version === 3) writeFeatures(bytes, options, placed, length);
  return { bytes, endMarker };
}

function writeFeatures(bytes: Buffer, options: HeaderOptions, placed: Placed, length: number): void {
  const compression = options.compressionType ?? 0;
  const incompatible =
    (options.incompatible ?? 0n) | (compression === 0 ? 0n : 1n << 3n) | (placed.extendedL2 ? 1n << 4n : 0n);
  bytes.writeBigUInt64BE(incompatible, 72);
  bytes.writeBigUInt64BE(options.compatible ?? 0n, 80);
  bytes.writeBigUInt64BE(options.autoclear ?? 0n, 88);
  bytes.writeUInt32BE(placed.refcountOrder, 96);
  bytes.writeUInt32BE(length, 100);
  if (length > 104) bytes.writeUInt8(compression, 104);
}

export interface Snapshot {
  readonly id: string;
  readonly name: string;
  /** Bytes. */
  readonly vmStateSize?: number;
}

/** An entry of the snapshot table, without an L1 table of its own. */
export function snapshotEntry(snapshot: Snapshot): Buffer {
  const id = Buffer.from(snapshot.id);
  const name = Buffer.from(snapshot.name);
  const fixed = Buffer.alloc(40);
  fixed.writeUInt16BE(id.length, 12);
  fixed.writeUInt16BE(name.length, 14);
  fixed.writeUInt32BE(snapshot.vmStateSize ?? 0, 32);
  fixed.writeUInt32BE(16, 36);
  const entry = Buffer.concat([fixed, u64(snapshot.vmStateSize ?? 0), u64(0), id, name]);
  return Buffer.concat([entry, Buffer.alloc((8 - (entry.length % 8)) % 8)]);
}
