import type { ByteSource } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { type Extent, tableReader } from '../mapped.ts';
import { diagnostics } from './diagnostics.ts';
import { type Header, TABLE_OFFSET } from './header.ts';

/** Looks guest offsets up in the block allocation table. The caller keeps them below the virtual size. */
export function mapper(file: ByteSource, header: Header): (guestOffset: number) => Promise<Extent> {
  const { clusterSize, unit } = header;
  const tableEnd = TABLE_OFFSET + header.entries * 4;
  const table = tableReader(file);

  /** The table was checked to lie in the file and to be long enough; its entries cross no slice. */
  async function entryAt(offset: number): Promise<number> {
    return (await table(offset, 4)).readUInt32LE(0);
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
