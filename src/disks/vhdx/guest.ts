import { type ByteSource, checkRange, readUpTo } from '../../bytes/index.ts';

/** Where guest bytes are, from the offset asked for, for `run` bytes (to the end of the block). */
export type Extent =
  | { readonly kind: 'zero'; readonly run: number }
  /** All of the run that lies below the end of the disk is inside the file. */
  | { readonly kind: 'data'; readonly run: number; readonly offset: number };

/** Tables are read and kept in slices: a look at one partition needs a few entries, not the whole table. */
const SLICE = 4096;
const CACHED_SLICES = 64;

/** Reads small pieces of tables through a cache. The caller keeps them inside the file, aligned to their length. */
export function tableReader(file: ByteSource): (offset: number, length: number) => Promise<Buffer> {
  const slices = new Map<number, Buffer>();
  return async (offset, length) => {
    const start = offset - (offset % SLICE);
    if (offset + length > start + SLICE) return file.read(offset, length);
    const slice = slices.get(start) ?? (await readUpTo(file, start, SLICE));
    // A Map iterates in order of insertion: the first key is the one unused for longest.
    slices.delete(start);
    slices.set(start, slice);
    for (const oldest of slices.keys()) {
      if (slices.size <= CACHED_SLICES) break;
      slices.delete(oldest);
    }
    return slice.subarray(offset - start, offset - start + length);
  };
}

/** The bytes the guest sees: `size` of them, each found by `locate`. */
export function guestSource(
  file: ByteSource,
  size: number,
  locate: (guestOffset: number) => Promise<Extent>,
): ByteSource {
  const source: ByteSource = {
    uri: file.uri,
    size,
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
        if (extent.kind === 'data') (await file.read(extent.offset, end - at)).copy(result, at);
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
  return next.kind === 'zero';
}
