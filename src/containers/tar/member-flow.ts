import type { Flow } from '../flow.ts';
import type { SparseMap } from './sparse.ts';

/** Zeros of a hole are made in pieces of this size at most. */
const ZEROS = 65536;

/** The bytes of one entry out of the flow of its archive; `taken` are those that were read before. */
export function memberFlow(archive: Flow, taken: Buffer, size: number, sparse: SparseMap | null): Flow {
  const stored = storedFlow(archive, taken, size);
  return sparse === null ? stored : filledFlow(stored, sparse);
}

function storedFlow(archive: Flow, taken: Buffer, size: number): Flow {
  let position = 0;
  return {
    get position() {
      return position;
    },
    positioned: null,
    async read(length) {
      const wanted = Math.min(length, size - position);
      const before = taken.subarray(position, position + wanted);
      const after = wanted > before.length ? await archive.read(wanted - before.length) : Buffer.alloc(0);
      const bytes = before.length === 0 ? after : Buffer.concat([before, after]);
      position += bytes.length;
      return bytes;
    },
    async skip(length) {
      const wanted = Math.min(length, size - position);
      const before = Math.min(wanted, Math.max(0, taken.length - position));
      const skipped = before + (await archive.skip(wanted - before));
      position += skipped;
      return skipped;
    },
    // the archive goes on
    async close() {},
  };
}

/** Holes come out as zeros. */
function filledFlow(stored: Flow, { size, pieces }: SparseMap): Flow {
  let position = 0;
  let index = 0;

  async function next(length: number): Promise<Buffer> {
    const piece = pieces[index];
    const inside = piece !== undefined && position >= piece.offset;
    const end = inside ? piece.offset + piece.length : (piece?.offset ?? size);
    const run = Math.min(length, end - position);
    const bytes = inside ? await stored.read(run) : Buffer.alloc(Math.min(run, ZEROS));
    position += bytes.length;
    if (inside && position === end) index++;
    return bytes;
  }

  const flow: Flow = {
    get position() {
      return position;
    },
    positioned: null,
    async read(length) {
      const parts: Buffer[] = [];
      for (let missing = Math.min(length, size - position); missing > 0; ) {
        const part = await next(missing);
        if (part.length === 0) break;
        missing -= part.length;
        parts.push(part);
      }
      return Buffer.concat(parts);
    },
    async skip(length) {
      let skipped = 0;
      for (const target = Math.min(length, size - position); skipped < target; ) {
        const part = await next(target - skipped);
        if (part.length === 0) break;
        skipped += part.length;
      }
      return skipped;
    },
    async close() {},
  };
  return flow;
}
