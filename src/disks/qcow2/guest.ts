import { type ByteSource, checkRange } from '../../bytes/index.ts';
import { decompressor } from './decompress.ts';
import type { Header } from './header.ts';
import { type Extent, mapper } from './mapping.ts';

/** Unpacked clusters that are kept: readers of file systems come back to the same cluster again and again. */
const CACHED_BYTES = 4 * 1024 * 1024;

/**
 * The bytes the guest sees: `size` of them, through L1 and L2 tables. What is not allocated comes from `base`, which
 * may be shorter (then zeros follow), or is zero where there is no base.
 */
export function guestSource(file: ByteSource, header: Header, size: number, base: ByteSource | null): ByteSource {
  const locate = mapper(file, header);
  const unpack = decompressor(file, header);
  const unpacked = new Map<number, Buffer>();
  const kept = Math.max(1, Math.floor(CACHED_BYTES / header.clusterSize));

  async function unpackedCluster(extent: Extent & { readonly kind: 'compressed' }, guestOffset: number) {
    const known = unpacked.get(extent.offset);
    const cluster = known ?? (await unpack(extent.offset, extent.length, guestOffset));
    // A Map iterates in order of insertion: the first key is the one unused for longest.
    unpacked.delete(extent.offset);
    unpacked.set(extent.offset, cluster);
    for (const oldest of unpacked.keys()) {
      if (unpacked.size <= kept) break;
      unpacked.delete(oldest);
    }
    return cluster;
  }

  async function fill(into: Buffer, extent: Extent, guestOffset: number): Promise<void> {
    switch (extent.kind) {
      case 'zero':
        return;
      case 'unallocated': {
        const there = base === null ? 0 : Math.min(into.length, base.size - guestOffset);
        if (base !== null && there > 0) (await base.read(guestOffset, there)).copy(into);
        return;
      }
      case 'data': {
        // The last cluster of a file need not be written to its end; qemu reads the rest of it as zeros.
        const there = Math.min(into.length, file.size - extent.offset);
        if (there > 0) (await file.read(extent.offset, there)).copy(into);
        return;
      }
      case 'compressed': {
        const cluster = await unpackedCluster(extent, guestOffset);
        cluster.copy(into, 0, guestOffset % header.clusterSize);
        return;
      }
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
  return extent.kind !== 'compressed' && next.kind === extent.kind;
}
