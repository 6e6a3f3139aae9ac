import { type ByteSource, checkRange } from '../../bytes/index.ts';
import type { Header } from './header.ts';
import { type Extent, mapper } from './mapping.ts';

/** The bytes the guest sees. What is not allocated comes from `base`, which may be shorter, or is zero. */
export function guestSource(file: ByteSource, header: Header, base: ByteSource | null): ByteSource {
  const locate = mapper(file, header);

  async function fill(into: Buffer, extent: Extent, guestOffset: number): Promise<void> {
    switch (extent.kind) {
      case 'zero':
        return;
      case 'unallocated': {
        const there = base === null ? 0 : Math.min(into.length, base.size - guestOffset);
        if (base !== null && there > 0) (await base.read(guestOffset, there)).copy(into);
        return;
      }
      case 'data':
        (await file.read(extent.offset, into.length)).copy(into);
        return;
    }
  }

  const source: ByteSource = {
    uri: file.uri,
    size: header.size,
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
        await fill(result.subarray(at, end), extent, offset + at);
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
