import { type ByteSource, readUpTo, toNumber } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { headerAt } from '../header.ts';
import { diagnostics } from './diagnostics.ts';
import { isQcow } from './signature.ts';

/** The header as stored (`QCowHeader` in qemu block/qcow.c), checked as qemu does. Big endian. */
export interface Header {
  readonly backing: { readonly offset: number; readonly length: number } | null;
  readonly mtime: number;
  readonly size: number;
  readonly clusterBits: number;
  readonly clusterSize: number;
  /** Entries of one L2 table. */
  readonly l2Entries: number;
  readonly encrypted: boolean;
  readonly l1TableOffset: number;
}

const LENGTH = 48;
const MAX_BACKING_NAME = 1023;

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
    toNumber(head.readBigUInt64BE(offset), field, uri, `header+0x${offset.toString(16)}`);

  // A backing file is read as the format that its overlay names, without a probe.
  if (!isQcow(head)) refuse(0, 'magic and version', head.toString('hex', 0, 8), 'qcow starts with 514649fb00000001');
  const size = u64(24, 'size');
  if (size < 2) refuse(24, 'size', size, 'a disk has at least 2 bytes');
  const clusterBits = head.readUInt8(32);
  if (clusterBits < 9 || clusterBits > 16) refuse(32, 'cluster_bits', clusterBits, 'it has to be 9 to 16');
  const l2Bits = head.readUInt8(33);
  if (l2Bits < 6 || l2Bits > 13) refuse(33, 'l2_bits', l2Bits, 'it has to be 6 to 13');
  const crypt = head.readUInt32BE(36);
  if (crypt > 1) refuse(36, 'crypt_method', crypt, '0 (none) and 1 (AES) are defined');

  const clusterSize = 2 ** clusterBits;
  const l2Entries = 2 ** l2Bits;
  // Nothing is allocated for it: a size made up to be huge needs a table that does not fit in the file.
  const l1TableOffset = u64(40, 'l1_table_offset');
  const length = Math.ceil(size / (clusterSize * l2Entries)) * 8;
  if (l1TableOffset < LENGTH || l1TableOffset + length > file.size) {
    const args = { offset: l1TableOffset, length, size: file.size };
    throw new VmImportError(diagnostics['table-outside-file'](args, headerAt(uri, 40)));
  }
  const backingOffset = u64(8, 'backing_file_offset');
  const backingLength = head.readUInt32BE(16);
  if (backingOffset !== 0 && backingLength > MAX_BACKING_NAME) {
    refuse(16, 'backing_file_size', backingLength, `at most ${MAX_BACKING_NAME} bytes are possible`);
  }
  if (backingOffset !== 0 && (backingOffset < LENGTH || backingOffset + backingLength > file.size)) {
    refuse(8, 'backing_file_offset', backingOffset, `the name has to lie behind the header, inside ${file.size} bytes`);
  }
  return {
    // An offset without a length is no backing file to qemu.
    backing: backingOffset === 0 || backingLength === 0 ? null : { offset: backingOffset, length: backingLength },
    mtime: head.readUInt32BE(20),
    size,
    clusterBits,
    clusterSize,
    l2Entries,
    encrypted: crypt === 1,
    l1TableOffset,
  };
}
