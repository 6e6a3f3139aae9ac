import type { ByteSource } from './index.ts';
import { checkRange } from './index.ts';

/** Bytes at an offset. */
export interface Extent {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** A source of any size that holds some bytes in memory and zeros everywhere else. Of extents that overlap, later ones win. */
export function sparseSource(uri: string, size: number, extents: readonly Extent[]): ByteSource {
  let bytesRead = 0;
  const source: ByteSource = {
    uri,
    size,
    get bytesRead() {
      return bytesRead;
    },
    async read(offset, length) {
      checkRange(source, offset, length);
      bytesRead += length;
      const buffer = Buffer.alloc(length);
      for (const extent of extents) {
        const from = Math.max(offset, extent.offset);
        const to = Math.min(offset + length, extent.offset + extent.bytes.length);
        if (from < to) extent.bytes.copy(buffer, from - offset, from - extent.offset, to - extent.offset);
      }
      return buffer;
    },
    async close() {},
  };
  return source;
}
