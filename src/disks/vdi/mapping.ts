import type { ByteSource } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { type Extent, tableReader } from '../mapped.ts';
import { diagnostics } from './diagnostics.ts';
import { BLOCK_SIZE, type Header } from './header.ts';

/** VDI_DISCARDED of qemu: a block of zeros. The one entry above it is a block that was never written. */
const DISCARDED = 0xfffffffe;

/** Looks guest offsets up in the block map: the place of a block, counted in blocks from the start of the data. */
export function mapper(file: ByteSource, header: Header, size: number): (guestOffset: number) => Promise<Extent> {
  const read = tableReader(file);
  return async (guestOffset) => {
    const block = Math.floor(guestOffset / BLOCK_SIZE);
    const inBlock = guestOffset % BLOCK_SIZE;
    const run = BLOCK_SIZE - inBlock;
    const entry = (await read(header.mapOffset + block * 4, 4)).readUInt32LE(0);
    if (entry >= DISCARDED) return { kind: 'zero', run };
    const start = header.dataOffset + entry * BLOCK_SIZE;
    // Only the part of the last block that belongs to the disk has to be there.
    if (start + Math.min(BLOCK_SIZE, size - block * BLOCK_SIZE) > file.size) {
      const problem = `block ${entry} of the data does not lie inside the file of ${file.size} bytes`;
      const at = { origin: 'content', uri: file.uri, pointer: `guest+0x${guestOffset.toString(16)}` } as const;
      throw new VmImportError(diagnostics['bad-block']({ offset: guestOffset, problem }, [at]));
    }
    return { kind: 'data', run, offset: start + inBlock };
  };
}
