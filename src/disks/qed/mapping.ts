import { type ByteSource, readUpTo } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';
import type { Header } from './header.ts';

/** Where guest bytes are, from the offset asked for, for `run` bytes (to the end of the cluster or further). */
export type Extent =
  | { readonly kind: 'zero' | 'unallocated'; readonly run: number }
  | { readonly kind: 'data'; readonly run: number; readonly offset: number };

/** An L2 entry of a cluster that reads as zeros (qed_spec.txt, "Zero clusters"). */
const ZERO = 1n;

/** Tables are up to 1 GiB: they are read and kept in slices. */
const SLICE = 4096;
const CACHED_SLICES = 64;

/** Looks guest offsets up in the L1 and L2 tables. The caller keeps them below the virtual size. */
export function mapper(file: ByteSource, header: Header): (guestOffset: number) => Promise<Extent> {
  const { clusterSize, tableSize, headerSize, usable } = header;
  const covers = (tableSize / 8) * clusterSize;
  const slices = new Map<number, Buffer>();

  /** Tables were checked to lie in the file, so the entry is there. */
  async function entryAt(offset: number): Promise<bigint> {
    const start = offset - (offset % SLICE);
    const slice = slices.get(start) ?? (await readUpTo(file, start, SLICE));
    // A Map iterates in order of insertion: the first key is the one unused for longest.
    slices.delete(start);
    slices.set(start, slice);
    for (const oldest of slices.keys()) {
      if (slices.size <= CACHED_SLICES) break;
      slices.delete(oldest);
    }
    return slice.readBigUInt64LE(offset - start);
  }

  /** File offset of `length` bytes: whole clusters behind the header and inside the file. */
  function placeOf(bits: bigint, length: number, entry: string, guestOffset: number): number {
    const problem =
      bits % BigInt(clusterSize) !== 0n
        ? 'is not on a cluster boundary'
        : bits < BigInt(headerSize)
          ? 'lies in the header'
          : bits + BigInt(length) > BigInt(usable)
            ? 'lies behind the end of the file'
            : null;
    if (problem === null) return Number(bits);
    throw new VmImportError(
      diagnostics['bad-cluster']({ entry, offset: guestOffset, problem: `0x${bits.toString(16)} ${problem}` }, [
        { origin: 'content', uri: file.uri, pointer: `guest+0x${guestOffset.toString(16)}` },
      ]),
    );
  }

  return async (guestOffset) => {
    const l1 = await entryAt(header.l1TableOffset + Math.floor(guestOffset / covers) * 8);
    if (l1 === 0n) return { kind: 'unallocated', run: covers - (guestOffset % covers) };
    const l2Table = placeOf(l1, tableSize, 'L1 entry', guestOffset);
    const l2 = await entryAt(l2Table + Math.floor((guestOffset % covers) / clusterSize) * 8);
    const skip = guestOffset % clusterSize;
    const run = clusterSize - skip;
    if (l2 === 0n) return { kind: 'unallocated', run };
    if (l2 === ZERO) return { kind: 'zero', run };
    return { kind: 'data', run, offset: placeOf(l2, clusterSize, 'L2 entry', guestOffset) + skip };
  };
}
