import { type ByteSource, checkRange } from '../../bytes/index.ts';
import { unpacker } from './grain.ts';
import { SECTOR, type SparseHeader } from './header.ts';
import { type Extent, mapper } from './mapping.ts';

/** Unpacked grains that are kept: readers of file systems come back to the same grain again and again. */
const CACHED_BYTES = 4 * 1024 * 1024;

/** The bytes the guest sees, through grain directory and tables. What is not there is zero. */
export function guestSource(file: ByteSource, header: SparseHeader): ByteSource {
  const locate = mapper(file, header);
  const unpack = unpacker(file, header);
  const kept = Math.max(1, Math.floor(CACHED_BYTES / (header.grainSectors * SECTOR)));
  const unpacked = new Map<number, Buffer>();

  /** Kept by guest offset, not by place: two entries for one grain are two grains, of which one marker is wrong. */
  async function unpackedGrain(offset: number, guestOffset: number): Promise<Buffer> {
    const grain = unpacked.get(guestOffset) ?? (await unpack(offset, guestOffset));
    unpacked.delete(guestOffset);
    unpacked.set(guestOffset, grain);
    for (const oldest of unpacked.keys()) {
      if (unpacked.size <= kept) break;
      unpacked.delete(oldest);
    }
    return grain;
  }

  async function fill(into: Buffer, extent: Extent, guestOffset: number): Promise<void> {
    switch (extent.kind) {
      case 'zero':
        return;
      case 'data': {
        // The last grain of a file need not be written to its end; qemu reads the rest of it as zeros.
        const there = Math.min(into.length, file.size - extent.offset);
        if (there > 0) (await file.read(extent.offset, there)).copy(into);
        return;
      }
      case 'packed': {
        const grain = await unpackedGrain(extent.offset, guestOffset - extent.skip);
        grain.copy(into, 0, extent.skip);
        return;
      }
    }
  }

  const source: ByteSource = {
    uri: file.uri,
    size: header.capacitySectors * SECTOR,
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
  return extent.kind === 'zero' && next.kind === 'zero';
}
