import { toNumber } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { headerAt } from '../header.ts';
import { diagnostics } from './diagnostics.ts';
import { INCOMPATIBLE } from './features.ts';

/** The header as stored, checked as far as it can be without looking at anything else (qcow2.txt, "Header"). */
export interface Header {
  readonly version: 2 | 3;
  readonly backingFileOffset: number;
  readonly backingFileSize: number;
  readonly clusterBits: number;
  readonly clusterSize: number;
  readonly size: number;
  readonly cryptMethod: 'none' | 'aes' | 'luks';
  readonly l1Size: number;
  readonly l1TableOffset: number;
  readonly refcountTableOffset: number;
  readonly refcountTableClusters: number;
  readonly snapshotCount: number;
  readonly snapshotsOffset: number;
  readonly incompatibleFeatures: bigint;
  readonly compatibleFeatures: bigint;
  readonly autoclearFeatures: bigint;
  readonly refcountBits: number;
  /** Where header extensions start. */
  readonly headerLength: number;
  readonly compressionType: 'deflate' | 'zstd';
  readonly extendedL2: boolean;
}

/** Version 2 ends here; the fields from here on exist in version 3 only. */
const V2_LENGTH = 72;
/** Version 3 without the additional fields; `compression_type` is the byte at this offset. */
const V3_LENGTH = 104;

const CRYPT_METHODS = ['none', 'aes', 'luks'] as const;
const COMPRESSION_TYPES = ['deflate', 'zstd'] as const;

/** Limits of qemu's qcow2 driver (block/qcow2.h): QCOW_MAX_L1_SIZE, QCOW_MAX_REFTABLE_SIZE, QCOW_MAX_SNAPSHOTS. */
const MAX_L1_ENTRIES = (32 * 1024 * 1024) / 8;
const MAX_REFCOUNT_TABLE_BYTES = 8 * 1024 * 1024;
const MAX_SNAPSHOTS = 65536;
/** A backing file name has at most this many bytes (qcow2.txt). */
const MAX_BACKING_NAME = 1023;

/**
 * Parses the fixed part of the header and makes the checks qemu makes when it opens an image (`qcow2_do_open`).
 * `head` is the start of the file; unknown feature bits are not refused here, since their names stand in an extension.
 */
export function parseHeader(head: Buffer, uri: string): Header {
  need(head, V2_LENGTH, uri);
  const version = head.readUInt32BE(4);
  if (version !== 2 && version !== 3) {
    throw new VmImportError(diagnostics['unsupported-version']({ version }, headerAt(uri, 4)));
  }
  if (version === 3) need(head, V3_LENGTH, uri);
  const u64 = (offset: number, field: string) =>
    toNumber(head.readBigUInt64BE(offset), field, uri, `header+0x${offset.toString(16)}`);
  const refuse = (offset: number, field: string, value: string | number, rule: string): never => {
    throw new VmImportError(diagnostics['bad-header']({ field, value, rule }, headerAt(uri, offset)));
  };

  const clusterBits = head.readUInt32BE(20);
  if (clusterBits < 9 || clusterBits > 21) refuse(20, 'cluster_bits', clusterBits, 'it has to be 9 to 21');
  const clusterSize = 2 ** clusterBits;

  const headerLength = version === 2 ? V2_LENGTH : head.readUInt32BE(100);
  if (version === 3) {
    if (headerLength < V3_LENGTH || headerLength % 8 !== 0 || headerLength > clusterSize) {
      refuse(100, 'header_length', headerLength, `it has to be a multiple of 8 from 104 to ${clusterSize}`);
    }
    // Only the first additional field is read, but what is said to be the header has to be there.
    need(head, Math.min(headerLength, V3_LENGTH + 8), uri);
  }

  const incompatibleFeatures = version === 2 ? 0n : head.readBigUInt64BE(72);
  const autoclearFeatures = version === 2 ? 0n : head.readBigUInt64BE(88);
  const refcountOrder = version === 2 ? 4 : head.readUInt32BE(96);
  if (refcountOrder > 6) refuse(96, 'refcount_order', refcountOrder, 'it has to be 0 to 6');

  const crypt = head.readUInt32BE(32);
  const cryptMethod = CRYPT_METHODS[crypt] ?? refuse(32, 'crypt_method', crypt, '0, 1 (AES) and 2 (LUKS) are defined');

  const compression = headerLength > V3_LENGTH ? head.readUInt8(104) : 0;
  const compressionType =
    COMPRESSION_TYPES[compression] ??
    refuse(104, 'compression_type', compression, '0 (deflate) and 1 (zstd) are defined');
  const compressionBit = (incompatibleFeatures & INCOMPATIBLE.compressionType) !== 0n;
  if (compressionBit !== (compressionType !== 'deflate')) {
    refuse(104, 'compression_type', compression, 'incompatible feature bit 3 has to be set if and only if it is not 0');
  }
  if ((autoclearFeatures & 2n) !== 0n && (incompatibleFeatures & INCOMPATIBLE.dataFile) === 0n) {
    refuse(88, 'autoclear_features', 'raw-external-data', 'the image has no external data file');
  }
  const extendedL2 = (incompatibleFeatures & INCOMPATIBLE.extendedL2) !== 0n;
  // A cluster has 32 subclusters and none may be smaller than a 512-byte sector.
  if (extendedL2 && clusterBits < 14) {
    refuse(20, 'cluster_bits', clusterBits, 'extended L2 entries need clusters of at least 16384 bytes');
  }

  const backingFileOffset = u64(8, 'backing_file_offset');
  const backingFileSize = head.readUInt32BE(16);
  if (backingFileOffset !== 0) {
    if (backingFileOffset < headerLength || backingFileOffset > clusterSize) {
      const rule = `the name has to lie between the header (${headerLength} bytes) and the end of the first cluster (${clusterSize})`;
      refuse(8, 'backing_file_offset', backingFileOffset, rule);
    }
    const most = Math.min(MAX_BACKING_NAME, clusterSize - backingFileOffset);
    if (backingFileSize > most) refuse(16, 'backing_file_size', backingFileSize, `at most ${most} bytes are possible`);
  }

  const header: Header = {
    version,
    backingFileOffset,
    backingFileSize,
    clusterBits,
    clusterSize,
    size: u64(24, 'size'),
    cryptMethod,
    l1Size: head.readUInt32BE(36),
    l1TableOffset: u64(40, 'l1_table_offset'),
    refcountTableOffset: u64(48, 'refcount_table_offset'),
    refcountTableClusters: head.readUInt32BE(56),
    snapshotCount: head.readUInt32BE(60),
    snapshotsOffset: u64(64, 'snapshots_offset'),
    incompatibleFeatures,
    compatibleFeatures: version === 2 ? 0n : head.readBigUInt64BE(80),
    autoclearFeatures,
    refcountBits: 2 ** refcountOrder,
    headerLength,
    compressionType,
    extendedL2,
  };
  if (header.refcountTableClusters === 0) {
    refuse(56, 'refcount_table_clusters', 0, 'every image has a reference count table');
  }
  const l1Needed = Math.ceil(header.size / l1EntryCovers(header));
  if (header.l1Size < l1Needed) {
    refuse(36, 'l1_size', header.l1Size, `a disk of ${header.size} bytes needs ${l1Needed} entries`);
  }
  return header;
}

/** Bytes of guest data that one L1 entry stands for. */
export function l1EntryCovers(header: Pick<Header, 'clusterSize' | 'extendedL2'>): number {
  return (header.clusterSize / (header.extendedL2 ? 16 : 8)) * header.clusterSize;
}

/** Refuses tables that are too large, not on a cluster boundary, or not in the file. None of them is read. */
export function checkTables(header: Header, fileSize: number, uri: string): void {
  const tables = [
    {
      table: 'L1 table',
      at: 40,
      offset: header.l1TableOffset,
      entries: header.l1Size,
      width: 8,
      limit: MAX_L1_ENTRIES,
    },
    {
      table: 'refcount table',
      at: 48,
      offset: header.refcountTableOffset,
      entries: header.refcountTableClusters * (header.clusterSize / 8),
      width: 8,
      limit: MAX_REFCOUNT_TABLE_BYTES / 8,
    },
    // 40 bytes is the fixed part of an entry; the rest is checked when the entries are read.
    {
      table: 'snapshot table',
      at: 64,
      offset: header.snapshotsOffset,
      entries: header.snapshotCount,
      width: 40,
      limit: MAX_SNAPSHOTS,
    },
  ];
  for (const { table, at, offset, entries, width, limit } of tables) {
    const where = headerAt(uri, at);
    if (entries > limit) throw new VmImportError(diagnostics['table-too-large']({ table, entries, limit }, where));
    if (entries === 0) continue;
    if (offset % header.clusterSize !== 0) {
      const rule = `it has to be a multiple of the cluster size, ${header.clusterSize}`;
      throw new VmImportError(diagnostics['table-misplaced']({ table, offset, rule }, where));
    }
    if (offset === 0) {
      const rule = 'the first cluster is the header';
      throw new VmImportError(diagnostics['table-misplaced']({ table, offset, rule }, where));
    }
    const length = entries * width;
    if (offset + length > fileSize) {
      throw new VmImportError(diagnostics['table-outside-file']({ table, offset, length, size: fileSize }, where));
    }
  }
}

function need(head: Buffer, needed: number, uri: string): void {
  if (head.length >= needed) return;
  throw new VmImportError(diagnostics['truncated-header']({ needed, size: head.length }, headerAt(uri, 0)));
}
