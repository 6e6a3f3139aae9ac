import { type ByteSource, readUpTo } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { headerAt } from '../header.ts';
import { diagnostics } from './diagnostics.ts';
import { type Variant, variantOf } from './signature.ts';

export const SECTOR = 512;

/** The header (qemu docs/interop/parallels.txt), little endian, checked as qemu does in `parallels_open`. */
export interface Header {
  readonly variant: Variant;
  readonly heads: number;
  readonly cylinders: number;
  readonly clusterSize: number;
  readonly entries: number;
  /** Bytes of one unit of an allocation table entry: a sector in the first variant, a cluster in the second. */
  readonly unit: number;
  readonly sectors: number;
  readonly inUse: boolean;
  readonly dataOffset: number;
  readonly flags: number;
  readonly extensionOffset: bigint;
}

/** Where the block allocation table starts: right behind the header. */
export const TABLE_OFFSET = 64;
const VERSION = 2;
/** HEADER_INUSE_MAGIC of qemu block/parallels.c. */
const IN_USE = 0x746f6e59;
/** qemu keeps the size of a cluster, and some room, in 32 bits. */
const MAX_CLUSTER_SECTORS = Math.floor((2 ** 31 - 1) / 513);
const MAX_SECTORS = BigInt(Math.floor(Number.MAX_SAFE_INTEGER / SECTOR));

export async function readHeader(file: ByteSource): Promise<Header> {
  const { uri } = file;
  const head = await readUpTo(file, 0, TABLE_OFFSET);
  if (head.length < TABLE_OFFSET) {
    const args = { needed: TABLE_OFFSET, size: head.length };
    throw new VmImportError(diagnostics['truncated-header'](args, headerAt(uri, 0)));
  }
  const refuse = (offset: number, field: string, value: string | number, rule: string): never => {
    throw new VmImportError(diagnostics['bad-header']({ field, value, rule }, headerAt(uri, offset)));
  };
  const variant = variantOf(head) ?? refuse(0, 'magic', head.toString('hex', 0, 16), 'two values are defined');
  const version = head.readUInt32LE(16);
  if (version !== VERSION) throw new VmImportError(diagnostics['unsupported-version']({ version }, headerAt(uri, 16)));

  const clusterSectors = head.readUInt32LE(28);
  if (clusterSectors < 1 || clusterSectors > MAX_CLUSTER_SECTORS) {
    refuse(28, 'tracks', clusterSectors, `a cluster has 1 to ${MAX_CLUSTER_SECTORS} sectors`);
  }
  const entries = head.readUInt32LE(32);
  const tableEnd = TABLE_OFFSET + entries * 4;
  if (tableEnd > file.size) {
    refuse(32, 'bat_entries', entries, `a table of that length does not lie inside the file of ${file.size} bytes`);
  }
  const first = variant === 'WithoutFreeSpace';
  // The upper half of the field is not part of it in the first variant.
  const sectors = first ? BigInt(head.readUInt32LE(36)) : head.readBigUInt64LE(36);
  if (sectors > MAX_SECTORS) {
    refuse(36, 'nb_sectors', sectors.toString(), `at most ${MAX_SECTORS} sectors can be counted in bytes`);
  }
  const needed = Math.ceil(Number(sectors) / clusterSectors);
  if (entries < needed) refuse(32, 'bat_entries', entries, `a disk of ${sectors} sectors needs ${needed}`);
  return {
    variant,
    heads: head.readUInt32LE(20),
    cylinders: head.readUInt32LE(24),
    clusterSize: clusterSectors * SECTOR,
    entries,
    unit: first ? SECTOR : clusterSectors * SECTOR,
    sectors: Number(sectors),
    inUse: head.readUInt32LE(44) === IN_USE,
    dataOffset: head.readUInt32LE(48) * SECTOR,
    flags: head.readUInt32LE(52),
    extensionOffset: head.readBigUInt64LE(56),
  };
}
