import { type ByteSource, readUpTo } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';
import { type Header, TABLE_OFFSET } from './header.ts';

/** Where guest bytes are, from the offset asked for, for `run` bytes. */
export type Extent =
  | { readonly kind: 'zero'; readonly run: number }
  | { readonly kind: 'data'; readonly run: number; readonly offset: number };

/** The table is read and kept in slices: a look at one partition needs a few entries. */
const SLICE = 4096;
const CACHED_SLICES = 64;

/** Looks guest offsets up in the block allocation table. The caller keeps them below the virtual size. */
export function mapper(file: ByteSource, header: Header): (guestOffset: number) => Promise<Extent> {
  const { clusterSize, unit } = header;
  const tableEnd = TABLE_OFFSET + header.entries * 4;
  const slices = new Map<number, Buffer>();

  /** The table was checked to lie in the file and to be long enough; its entries cross no slice. */
  async function entryAt(offset: number): Promise<number> {
    const start = offset - (offset % SLICE);
    const slice = slices.get(start) ?? (await readUpTo(file, start, SLICE));
    // A Map iterates in order of insertion: the first key is the one unused for longest.
    slices.delete(start);
    slices.set(start, slice);
    for (const oldest of slices.keys()) {
      if (slices.size <= CACHED_SLICES) break;
      slices.delete(oldest);
    }
    return slice.readUInt32LE(offset - start);
  }

  return async (guestOffset) => {
    const entry = await entryAt(TABLE_OFFSET + Math.floor(guestOffset / clusterSize) * 4);
    const skip = guestOffset % clusterSize;
    const run = clusterSize - skip;
    if (entry === 0) return { kind: 'zero', run };
    // Below 2^32 times 2^31: more than a file has, not more than a bigint.
    const offset = BigInt(entry) * BigInt(unit);
    const problem =
      offset < BigInt(tableEnd)
        ? 'in the table itself'
        : offset >= BigInt(file.size)
          ? 'behind the end of the file'
          : null;
    if (problem === null) return { kind: 'data', run, offset: Number(offset) + skip };
    throw new VmImportError(
      diagnostics['bad-cluster']({ offset: guestOffset, problem: `0x${offset.toString(16)} lies ${problem}` }, [
        { origin: 'content', uri: file.uri, pointer: `guest+0x${guestOffset.toString(16)}` },
      ]),
    );
  };
}
