import type { ByteSource } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { type Extent, tableReader } from '../mapped.ts';
import { diagnostics } from './diagnostics.ts';
import type { Header } from './header.ts';

/** An L2 entry of a cluster that reads as zeros (qed_spec.txt, "Zero clusters"). */
const ZERO = 1n;

/** Looks guest offsets up in the L1 and L2 tables. The caller keeps them below the virtual size. */
export function mapper(file: ByteSource, header: Header): (guestOffset: number) => Promise<Extent> {
  const { clusterSize, tableSize, headerSize, usable } = header;
  const covers = (tableSize / 8) * clusterSize;
  const table = tableReader(file);

  /** Tables were checked to lie in the file, so the entry is there. */
  async function entryAt(offset: number): Promise<bigint> {
    return (await table(offset, 8)).readBigUInt64LE(0);
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
