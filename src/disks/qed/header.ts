import { type ByteSource, readUpTo, toNumber } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { headerAt } from '../header.ts';
import { diagnostics } from './diagnostics.ts';
import { isQed } from './signature.ts';

/** The header as stored (qed_spec.txt, "Header"), checked as qemu does in `bdrv_qed_do_open`. Little endian. */
export interface Header {
  readonly clusterSize: number;
  /** Of one table, in bytes. */
  readonly tableSize: number;
  readonly headerSize: number;
  readonly features: bigint;
  readonly compatFeatures: bigint;
  readonly autoclearFeatures: bigint;
  readonly l1TableOffset: number;
  readonly size: number;
  readonly backing: { readonly offset: number; readonly length: number } | null;
  /** Bytes in whole clusters: nothing behind them is used. */
  readonly usable: number;
}

export const FEATURE = { backingFile: 1n, needCheck: 2n, backingIsRaw: 4n } as const;

const LENGTH = 64;
/** block/qed.h: QED_MIN_CLUSTER_SIZE and the rest. */
const CLUSTER = { min: 4096, max: 64 * 1024 * 1024 } as const;
/** The specification allows 1 too, but qemu's overflow check of a table's end (`qed_check_table_offset`) refuses it. */
const TABLE_CLUSTERS: readonly number[] = [2, 4, 8, 16];
/** PATH_MAX, the buffer that qemu reads the name into. */
const MAX_BACKING_NAME = 4095;

export async function readHeader(file: ByteSource): Promise<Header> {
  const { uri } = file;
  const head = await readUpTo(file, 0, LENGTH);
  if (head.length < LENGTH) {
    throw new VmImportError(diagnostics['truncated-header']({ needed: LENGTH, size: head.length }, headerAt(uri, 0)));
  }
  const refuse = (offset: number, field: string, value: string | number, rule: string): never => {
    throw new VmImportError(diagnostics['bad-header']({ field, value, rule }, headerAt(uri, offset)));
  };
  const u64 = (offset: number, field: string) =>
    toNumber(head.readBigUInt64LE(offset), field, uri, `header+0x${offset.toString(16)}`);

  // A backing file is read as the format that its overlay names, without a probe.
  if (!isQed(head)) refuse(0, 'magic', head.toString('hex', 0, 4), 'a QED image starts with 51454400');
  const features = head.readBigUInt64LE(16);
  const unknown = features & ~(FEATURE.backingFile | FEATURE.needCheck | FEATURE.backingIsRaw);
  if (unknown !== 0n) {
    throw new VmImportError(
      diagnostics['unknown-feature']({ features: `0x${unknown.toString(16)}` }, headerAt(uri, 16)),
    );
  }
  const clusterSize = head.readUInt32LE(4);
  if (clusterSize < CLUSTER.min || clusterSize > CLUSTER.max || !isPowerOfTwo(clusterSize)) {
    refuse(4, 'cluster_size', clusterSize, `it has to be a power of two from ${CLUSTER.min} to ${CLUSTER.max}`);
  }
  const tableClusters = head.readUInt32LE(8);
  if (!TABLE_CLUSTERS.includes(tableClusters)) {
    refuse(8, 'table_size', tableClusters, `qemu opens images with ${TABLE_CLUSTERS.join(', ')} clusters only`);
  }
  const headerClusters = head.readUInt32LE(12);
  // 2^32 clusters of 2^26 bytes are below 2^53 and some: the product is compared before it is used.
  if (headerClusters < 1 || headerClusters * clusterSize > file.size) {
    refuse(12, 'header_size', headerClusters, 'the header has to be at least one cluster and inside the file');
  }
  const headerSize = headerClusters * clusterSize;
  const tableSize = tableClusters * clusterSize;
  const usable = file.size - (file.size % clusterSize);
  const l1TableOffset = u64(40, 'l1_table_offset');
  if (l1TableOffset % clusterSize !== 0 || l1TableOffset < headerSize || l1TableOffset + tableSize > usable) {
    const rule = `a table of ${tableSize} bytes has to lie there, on a cluster boundary between header and end of file`;
    refuse(40, 'l1_table_offset', l1TableOffset, rule);
  }
  const size = u64(48, 'image_size');
  const entries = tableSize / 8;
  if (size % 512 !== 0 || size > entries * entries * clusterSize) {
    refuse(48, 'image_size', size, `it has to be whole sectors that ${entries} tables of ${entries} entries can hold`);
  }
  return {
    clusterSize,
    tableSize,
    headerSize,
    features,
    compatFeatures: head.readBigUInt64LE(24),
    autoclearFeatures: head.readBigUInt64LE(32),
    l1TableOffset,
    size,
    backing: (features & FEATURE.backingFile) === 0n ? null : backingOf(head, headerSize, refuse),
    usable,
  };
}

function backingOf(
  head: Buffer,
  headerSize: number,
  refuse: (offset: number, field: string, value: number, rule: string) => never,
): Header['backing'] {
  const offset = head.readUInt32LE(56);
  const length = head.readUInt32LE(60);
  // No name is no backing file to qemu, whatever the feature bit says.
  if (length === 0) return null;
  if (length > MAX_BACKING_NAME) {
    refuse(60, 'backing_filename_size', length, `at most ${MAX_BACKING_NAME} bytes are possible`);
  }
  if (offset < LENGTH || offset + length > headerSize) {
    refuse(56, 'backing_filename_offset', offset, `the name has to lie between the fields and byte ${headerSize}`);
  }
  return { offset, length };
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}
