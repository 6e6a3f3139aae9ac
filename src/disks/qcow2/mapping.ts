import type { ByteSource } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { type Extent, tableReader } from '../mapped.ts';
import { diagnostics } from './diagnostics.ts';
import { type Header, l1EntryCovers } from './header.ts';

/** A whole packed cluster: `length` is the most it can take, up to the end of its last sector. */
export interface PackedCluster {
  readonly kind: 'packed';
  readonly run: number;
  readonly offset: number;
  readonly length: number;
}

/** Bits 9 to 55 of L1 and L2 entries (qcow2.txt, "Cluster mapping"); the bits around are flags or reserved. */
const OFFSET_MASK = 0x00ff_ffff_ffff_fe00n;
const COMPRESSED = 1n << 62n;
const ZERO = 1n;
const SUBCLUSTERS = 32;

/** Looks guest offsets up in L1 and L2. The caller keeps them below the virtual size. */
export function mapper(file: ByteSource, header: Header): (guestOffset: number) => Promise<Extent | PackedCluster> {
  const { clusterSize, clusterBits, extendedL2 } = header;
  const covers = l1EntryCovers(header);
  const entrySize = extendedL2 ? 16 : 8;
  const subclusterSize = extendedL2 ? clusterSize / SUBCLUSTERS : clusterSize;
  const fileSize = BigInt(file.size);
  const table = tableReader(file);

  async function entryAt(offset: number, length: number, entry: string, guestOffset: number): Promise<Buffer> {
    const bytes = await table(offset, length);
    if (bytes.length < length) throw bad(file, entry, guestOffset, 'it lies behind the end of the file');
    return bytes;
  }

  /** File offset of a cluster or table, refused unless it is a whole cluster's place behind the header. */
  function clusterOffset(bits: bigint, entry: string, guestOffset: number): number {
    if (bits % BigInt(clusterSize) !== 0n) {
      throw bad(file, entry, guestOffset, `0x${bits.toString(16)} is not on a cluster boundary`);
    }
    if (bits >= fileSize) throw bad(file, entry, guestOffset, `0x${bits.toString(16)} lies behind the end of the file`);
    // Safe: below the size of the file, which is a safe integer.
    return Number(bits);
  }

  function compressedExtent(l2: bigint, guestOffset: number, run: number): Extent | PackedCluster {
    // qcow2.txt, "Compressed Clusters Descriptor": x = 62 - (cluster_bits - 8) bits of offset, then sectors - 1.
    const x = BigInt(62 - (clusterBits - 8));
    const start = l2 & ((1n << x) - 1n);
    const sectors = Number((l2 >> x) & ((1n << BigInt(clusterBits - 8)) - 1n)) + 1;
    if (start >= fileSize || start < BigInt(clusterSize)) {
      throw bad(file, 'L2 entry', guestOffset, `packed data at 0x${start.toString(16)} are not inside the file`);
    }
    const offset = Number(start);
    const length = Math.min(sectors * 512 - (offset % 512), file.size - offset);
    return { kind: 'packed', run, offset, length };
  }

  function extendedExtent(l2: bigint, bitmap: bigint, guestOffset: number, run: number): Extent | PackedCluster {
    const index = BigInt(Math.floor((guestOffset % clusterSize) / subclusterSize));
    const allocated = ((bitmap >> index) & 1n) === 1n;
    const zero = ((bitmap >> (index + 32n)) & 1n) === 1n;
    const bits = l2 & OFFSET_MASK;
    const low = bitmap & 0xffff_ffffn;
    if (bits === 0n ? low !== 0n : (low & (bitmap >> 32n)) !== 0n) {
      const problem = bits === 0n ? 'subclusters are allocated in no cluster' : 'a subcluster is allocated and zero';
      throw bad(file, 'L2 entry', guestOffset, problem);
    }
    if (bits !== 0n) clusterOffset(bits, 'L2 entry', guestOffset);
    if (zero) return { kind: 'zero', run };
    if (!allocated) return { kind: 'unallocated', run };
    return { kind: 'data', run, offset: Number(bits) + (guestOffset % clusterSize) };
  }

  return async (guestOffset) => {
    const l1Index = Math.floor(guestOffset / covers);
    const l1 = await entryAt(header.l1TableOffset + l1Index * 8, 8, 'L1 entry', guestOffset);
    const l2Table = l1.readBigUInt64BE(0) & OFFSET_MASK;
    if (l2Table === 0n) return { kind: 'unallocated', run: covers - (guestOffset % covers) };

    const l2Offset = clusterOffset(l2Table, 'L1 entry', guestOffset);
    const l2Index = Math.floor((guestOffset % covers) / clusterSize);
    const entry = await entryAt(l2Offset + l2Index * entrySize, entrySize, 'L2 entry', guestOffset);
    const l2 = entry.readBigUInt64BE(0);
    const clusterRun = clusterSize - (guestOffset % clusterSize);
    if ((l2 & COMPRESSED) !== 0n) return compressedExtent(l2, guestOffset, clusterRun);
    if (extendedL2) {
      const run = subclusterSize - (guestOffset % subclusterSize);
      return extendedExtent(l2, entry.readBigUInt64BE(8), guestOffset, run);
    }
    if ((l2 & ZERO) !== 0n) {
      // The zero flag came with version 3; qemu calls it corruption in version 2.
      if (header.version === 2) throw bad(file, 'L2 entry', guestOffset, 'a zero cluster in a version 2 image');
      return { kind: 'zero', run: clusterRun };
    }
    const bits = l2 & OFFSET_MASK;
    if (bits === 0n) return { kind: 'unallocated', run: clusterRun };
    const offset = clusterOffset(bits, 'L2 entry', guestOffset) + (guestOffset % clusterSize);
    return { kind: 'data', run: clusterRun, offset };
  };
}

function bad(file: ByteSource, entry: string, guestOffset: number, problem: string): VmImportError {
  return new VmImportError(
    diagnostics['bad-cluster']({ entry, offset: guestOffset, problem }, [
      { origin: 'content', uri: file.uri, pointer: `guest+0x${guestOffset.toString(16)}` },
    ]),
  );
}
