import type { ByteSource } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { type Extent, tableReader } from '../mapped.ts';
import { diagnostics } from './diagnostics.ts';
import type { Header } from './header.ts';

/** A whole packed cluster of `length` bytes. */
export interface PackedCluster {
  readonly kind: 'packed';
  readonly run: number;
  readonly offset: number;
  readonly length: number;
}

/** QCOW_OFLAG_COMPRESSED. Below it are cluster_bits of length, then the offset in bytes. */
const COMPRESSED = 1n << 63n;

/** Looks guest offsets up in the L1 and L2 tables. The caller keeps them below the virtual size. */
export function mapper(file: ByteSource, header: Header): (guestOffset: number) => Promise<Extent | PackedCluster> {
  const { clusterSize, clusterBits, l2Entries } = header;
  const covers = l2Entries * clusterSize;
  const fileSize = BigInt(file.size);
  const lengthShift = BigInt(63 - clusterBits);
  const table = tableReader(file);

  /** Tables start where they like, so an entry can lie across two slices. */
  async function entryAt(offset: number, entry: string, guestOffset: number): Promise<bigint> {
    const bytes = await table(offset, 8);
    if (bytes.length < 8) throw bad(file, entry, guestOffset, 'it lies behind the end of the file');
    return bytes.readBigUInt64BE(0);
  }

  function placeOf(bits: bigint, entry: string, guestOffset: number): number {
    if (bits >= fileSize) throw bad(file, entry, guestOffset, `0x${bits.toString(16)} lies behind the end of the file`);
    // Safe: below the size of the file, which is a safe integer.
    return Number(bits);
  }

  return async (guestOffset) => {
    const l1Offset = header.l1TableOffset + Math.floor(guestOffset / covers) * 8;
    const l1 = await entryAt(l1Offset, 'L1 entry', guestOffset);
    if (l1 === 0n) return { kind: 'unallocated', run: covers - (guestOffset % covers) };
    const l2Table = placeOf(l1, 'L1 entry', guestOffset);
    const l2Offset = l2Table + Math.floor((guestOffset % covers) / clusterSize) * 8;
    const l2 = await entryAt(l2Offset, 'L2 entry', guestOffset);
    const skip = guestOffset % clusterSize;
    const run = clusterSize - skip;
    if (l2 === 0n) return { kind: 'unallocated', run };
    if ((l2 & COMPRESSED) !== 0n) {
      const offset = placeOf(l2 & ((1n << lengthShift) - 1n), 'L2 entry', guestOffset);
      const length = Number((l2 >> lengthShift) & BigInt(clusterSize - 1));
      if (length === 0 || offset + length > file.size) {
        throw bad(
          file,
          'L2 entry',
          guestOffset,
          `${length} packed bytes at 0x${offset.toString(16)} are not in the file`,
        );
      }
      return { kind: 'packed', run, offset, length };
    }
    // qemu gives an I/O error for a cluster that is on no sector boundary.
    if (l2 % 512n !== 0n) throw bad(file, 'L2 entry', guestOffset, `0x${l2.toString(16)} is not on a sector boundary`);
    return { kind: 'data', run, offset: placeOf(l2, 'L2 entry', guestOffset) + skip };
  };
}

function bad(file: ByteSource, entry: string, guestOffset: number, problem: string): VmImportError {
  return new VmImportError(
    diagnostics['bad-cluster']({ entry, offset: guestOffset, problem }, [
      { origin: 'content', uri: file.uri, pointer: `guest+0x${guestOffset.toString(16)}` },
    ]),
  );
}
