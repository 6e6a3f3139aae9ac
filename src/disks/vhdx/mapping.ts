import type { ByteSource } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { type Extent, tableReader } from '../mapped.ts';
import { diagnostics } from './diagnostics.ts';
import { HEADER_SECTION } from './header.ts';
import type { Metadata } from './metadata.ts';
import type { Regions } from './regions.ts';

/** [MS-VHDX] 2.5.1.1, and state 5, which qemu knows as "unmapped" of a draft (0.95) of the specification. */
const NOT_THERE: ReadonlySet<number> = new Set([0, 1, 2, 3, 5]);
const FULLY_PRESENT = 6;
const PARTIALLY_PRESENT = 7;
const STATE_MASK = 7n;
/** Bits 20 to 63 are an offset in MiB; the bits between are reserved. */
const OFFSET_MASK = ~0xfffffn;

/** Blocks between two sector bitmap entries of the table (2.5). */
export function chunkRatio({ blockSize, logicalSectorSize }: Metadata): number {
  return (2 ** 23 * logicalSectorSize) / blockSize;
}

/** Entries that the table of a disk without a parent has: after each full chunk of blocks one for sector bitmaps. */
export function batEntries(metadata: Metadata): number {
  const blocks = Math.ceil(metadata.virtualSize / metadata.blockSize);
  return blocks + Math.floor((blocks - 1) / chunkRatio(metadata));
}

/** Looks guest offsets up in the block allocation table of a disk that has no parent and no log to replay. */
export function mapper(
  file: ByteSource,
  regions: Regions,
  metadata: Metadata,
): (guestOffset: number) => Promise<Extent> {
  const { blockSize, virtualSize } = metadata;
  const ratio = chunkRatio(metadata);
  const read = tableReader(file);
  const taken = [regions.bat, regions.metadata, ...(regions.log === null ? [] : [regions.log])];

  return async (guestOffset) => {
    const block = Math.floor(guestOffset / blockSize);
    const inBlock = guestOffset % blockSize;
    const run = blockSize - inBlock;
    const index = block + Math.floor(block / ratio);
    const entry = (await read(regions.bat.offset + index * 8, 8)).readBigUInt64LE(0);
    const state = Number(entry & STATE_MASK);
    if (NOT_THERE.has(state)) return { kind: 'zero', run };

    const bad = (problem: string) => {
      const at = { origin: 'content', uri: file.uri, pointer: `guest+0x${guestOffset.toString(16)}` } as const;
      return new VmImportError(diagnostics['bad-block']({ offset: guestOffset, problem }, [at]));
    };
    if (state === PARTIALLY_PRESENT) throw bad('it is partly in a parent, but the disk has none');
    if (state !== FULLY_PRESENT) throw bad(`its state ${state} is not defined`);
    const place = entry & OFFSET_MASK;
    if (place >= BigInt(file.size)) throw bad(`its block at 0x${place.toString(16)} lies behind the end of the file`);
    const start = Number(place);
    // Only the part of the last block that belongs to the disk has to be there.
    const end = start + Math.min(blockSize, virtualSize - block * blockSize);
    if (start < HEADER_SECTION) throw bad(`its block at ${start} overlaps the headers`);
    if (end > file.size) throw bad(`its block at ${start} does not lie inside the file of ${file.size} bytes`);
    const hit = taken.find(({ offset, length }) => start < offset + length && end > offset);
    if (hit !== undefined) throw bad(`its block at ${start} overlaps the ${hit.what}`);
    return { kind: 'data', run, offset: start + inBlock };
  };
}
