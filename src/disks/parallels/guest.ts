import { type ByteSource, checkRange } from '../../bytes/index.ts';
import { type Header, SECTOR } from './header.ts';
import { type Extent, mapper } from './mapping.ts';

/** The bytes the guest sees, through the block allocation table. What is not allocated is zero. */
export function guestSource(file: ByteSource, header: Header): ByteSource {
  const locate = mapper(file, header);

  async function fill(into: Buffer, extent: Extent): Promise<void> {
    if (extent.kind === 'zero') return;
    // The last cluster of a file need not be written to its end; qemu reads the rest of it as zeros.
    const there = Math.min(into.length, file.size - extent.offset);
    if (there > 0) (await file.read(extent.offset, there)).copy(into);
  }

  const source: ByteSource = {
    uri: file.uri,
    size: header.sectors * SECTOR,
    get bytesRead() {
      return file.bytesRead;
    },
    async read(offset, length) {
      checkRange(source, offset, length);
      const result = Buffer.alloc(length);
      let at = 0;
      let extent = length === 0 ? null : await locate(offset);
      while (extent !== null) {
        // Neighbours that continue each other in the file become one read.
        let run = extent.run;
        let next: Extent | null = null;
        while (at + run < length) {
          next = await locate(offset + at + run);
          if (!continues(extent, run, next)) break;
          run += next.run;
          next = null;
        }
        const end = Math.min(length, at + run);
        await fill(result.subarray(at, end), extent);
        at = end;
        extent = next;
      }
      return result;
    },
    async close() {},
  };
  return source;
}

function continues(extent: Extent, run: number, next: Extent): boolean {
  if (extent.kind === 'data') return next.kind === 'data' && next.offset === extent.offset + run;
  return next.kind === extent.kind;
}
