import type { ByteSource } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { type Extent, tableReader } from '../mapped.ts';
import { diagnostics } from './diagnostics.ts';
import { DYNAMIC_HEADER_LENGTH, type DynamicHeader } from './dynamic-header.ts';
import { FOOTER_LENGTH } from './signature.ts';

const SECTOR = 512;
/** "Block Allocation Table": an entry of a block that is not there. */
const UNUSED = 0xffffffff;

/**
 * Looks guest offsets up in the block allocation table. The bitmap before each block, one bit per sector, is passed
 * over as qemu does: in a dynamic disk the sectors that it leaves out hold zeros anyway.
 */
export function mapper(
  file: ByteSource,
  header: DynamicHeader,
  size: number,
): (guestOffset: number) => Promise<Extent> {
  const { batOffset, batEntries, blockSize } = header;
  const bitmapSize = Math.ceil(blockSize / SECTOR / 8 / SECTOR) * SECTOR;
  const read = tableReader(file);
  const metadata = [
    { what: 'footer copy', from: 0, to: FOOTER_LENGTH },
    { what: 'dynamic disk header', from: header.offset, to: header.offset + DYNAMIC_HEADER_LENGTH },
    { what: 'block allocation table', from: batOffset, to: batOffset + batEntries * 4 },
  ];

  return async (guestOffset) => {
    const block = Math.floor(guestOffset / blockSize);
    const inBlock = guestOffset % blockSize;
    const run = blockSize - inBlock;
    const entry = (await read(batOffset + block * 4, 4)).readUInt32BE(0);
    if (entry === UNUSED) return { kind: 'zero', run };
    const start = entry * SECTOR;
    // Only the part of the last block that belongs to the disk has to be there.
    const end = start + bitmapSize + Math.min(blockSize, size - block * blockSize);
    const bad = (problem: string) => {
      const at = { origin: 'content', uri: file.uri, pointer: `guest+0x${guestOffset.toString(16)}` } as const;
      return new VmImportError(diagnostics['bad-block']({ offset: guestOffset, problem }, [at]));
    };
    if (end > file.size) throw bad(`its block at ${start} does not lie inside the file of ${file.size} bytes`);
    const hit = metadata.find(({ from, to }) => start < to && end > from);
    if (hit !== undefined) throw bad(`its block at ${start} overlaps the ${hit.what}`);
    return { kind: 'data', run, offset: start + bitmapSize + inBlock };
  };
}
