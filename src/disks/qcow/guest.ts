import { type ByteSource, checkRange } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';
import type { Header } from './header.ts';
import { type Extent, mapper } from './mapping.ts';

/** Unpacked clusters that are kept: readers of file systems come back to the same cluster again and again. */
const CACHED_BYTES = 4 * 1024 * 1024;

/** The bytes the guest sees: `size` of them. What is not allocated comes from `base`, which may be shorter, or is zero. */
export function guestSource(file: ByteSource, header: Header, size: number, base: ByteSource | null): ByteSource {
  const locate = mapper(file, header);
  const kept = Math.max(1, Math.floor(CACHED_BYTES / header.clusterSize));
  const unpacked = new Map<string, Buffer>();

  async function unpackedCluster(extent: Extent & { readonly kind: 'compressed' }, guestOffset: number) {
    const key = `${extent.offset}+${extent.length}`;
    const cluster = unpacked.get(key) ?? (await inflate(await file.read(extent.offset, extent.length), header));
    if (cluster === null) {
      const problem = `it is not one cluster of ${header.clusterSize} bytes in deflate`;
      const at = [{ origin: 'content' as const, uri: file.uri, pointer: `0x${extent.offset.toString(16)}` }];
      throw new VmImportError(diagnostics['bad-compressed-cluster']({ offset: guestOffset, problem }, at));
    }
    unpacked.delete(key);
    unpacked.set(key, cluster);
    for (const oldest of unpacked.keys()) {
      if (unpacked.size <= kept) break;
      unpacked.delete(oldest);
    }
    return cluster;
  }

  async function fill(into: Buffer, extent: Extent, guestOffset: number): Promise<void> {
    switch (extent.kind) {
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
  return extent.kind === 'unallocated' && next.kind === 'unallocated';
}

/** Raw deflate with a window of 2^12, as `decompress_buffer` in qemu; the code is loaded when the first one is met. */
async function inflate(packed: Buffer, header: Header): Promise<Buffer | null> {
  const { constants, inflateRawSync } = await import('node:zlib');
  try {
    const cluster = inflateRawSync(packed, {
      windowBits: 12,
      maxOutputLength: header.clusterSize,
      // A stream that has given a whole cluster is enough for qemu, even without its last bits.
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    return cluster.length === header.clusterSize ? cluster : null;
  } catch {
    // Not deflate, or more than a cluster.
    return null;
  }
}
