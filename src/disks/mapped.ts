import { type ByteSource, checkRange, readUpTo } from '../bytes/index.ts';

/** Where guest bytes are, from the offset asked for, for `run` bytes (to the end of the block at most). */
export type Extent =
  | { readonly kind: 'zero'; readonly run: number }
  /** In the backing file, or zero where there is none. */
  | { readonly kind: 'unallocated'; readonly run: number }
  | { readonly kind: 'data'; readonly run: number; readonly offset: number };

/** Anything else a format knows, for example a compressed cluster. */
interface Packed {
  readonly kind: 'packed';
  readonly run: number;
}

/** How a format maps guest blocks to its file. */
export interface Mapping<P extends Packed> {
  /** Bytes the guest sees. */
  readonly size: number;
  readonly locate: (guestOffset: number) => Promise<Extent | P>;
  /** What unallocated ranges show; it may be shorter than the disk. */
  readonly base?: ByteSource | null;
  /** The bytes of a packed extent from `guestOffset` on, at least to the end of its run. */
  readonly unpack?: (extent: P, guestOffset: number) => Promise<Buffer>;
}

/** The bytes the guest sees through the tables of a format. */
export function mappedSource<P extends Packed = never>(file: ByteSource, mapping: Mapping<P>): ByteSource {
  const { size, locate, base = null, unpack } = mapping;

  async function fill(into: Buffer, extent: Extent | P, guestOffset: number): Promise<void> {
    switch (extent.kind) {
      case 'zero':
        return;
      case 'unallocated': {
        const there = base === null ? 0 : Math.min(into.length, base.size - guestOffset);
        if (base !== null && there > 0) (await base.read(guestOffset, there)).copy(into);
        return;
      }
      case 'data': {
        // The last block of a file need not be written to its end; qemu reads the rest of it as zeros.
        const there = Math.min(into.length, file.size - extent.offset);
        if (there > 0) (await file.read(extent.offset, there)).copy(into);
        return;
      }
      case 'packed':
        (await unpack?.(extent, guestOffset))?.copy(into);
        return;
    }
  }

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
        let next: Extent | P | null = null;
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

function continues(extent: Extent | Packed, run: number, next: Extent | Packed): boolean {
  if (extent.kind === 'data') return next.kind === 'data' && next.offset === extent.offset + run;
  return extent.kind !== 'packed' && next.kind === extent.kind;
}

/** Keeps the values that were asked for last. */
export class Recent<K, V> {
  readonly #limit: number;
  readonly #values = new Map<K, V>();

  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
  }

  async get(key: K, make: () => Promise<V>): Promise<V> {
    const value = this.#values.get(key) ?? (await make());
    // A Map iterates in order of insertion: the first key is the one unused for longest.
    this.#values.delete(key);
    this.#values.set(key, value);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#limit) break;
      this.#values.delete(oldest);
    }
    return value;
  }
}

/** Tables are read and kept in slices: a look at one partition needs a few entries, not the whole table. */
const SLICE = 4096;
const CACHED_SLICES = 64;

/**
 * Reads small pieces of tables through a cache; a piece can lie across two slices. What comes back is shorter than
 * `length` only where the file ends.
 */
export function tableReader(file: ByteSource): (offset: number, length: number) => Promise<Buffer> {
  const slices = new Recent<number, Buffer>(CACHED_SLICES);
  const sliceAt = (start: number) => slices.get(start, () => readUpTo(file, start, SLICE));
  return async (offset, length) => {
    const start = offset - (offset % SLICE);
    const [from, to] = [offset - start, offset - start + length];
    const slice = await sliceAt(start);
    if (to <= SLICE) return slice.subarray(from, to);
    return Buffer.concat([slice.subarray(from), (await sliceAt(start + SLICE)).subarray(0, to - SLICE)]);
  };
}

/** Bytes of unpacked clusters that are kept: readers of file systems come back to the same cluster again and again. */
const UNPACKED_BYTES = 4 * 1024 * 1024;

/** A cache for unpacked clusters of one size. */
export function unpackedClusters<K>(clusterSize: number): Recent<K, Buffer> {
  return new Recent(Math.floor(UNPACKED_BYTES / clusterSize));
}
