import { type ByteSource, bufferSource, sliceSource } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import type { Place } from '../container.ts';
import { diagnostics as common } from '../diagnostics.ts';
import { type Flow, positionedFlow } from '../flow.ts';
import { headSource, namedSource } from '../head.ts';
import type { Limits } from '../limits.ts';
import { memberFlow } from './member-flow.ts';
import { type SparseMap, sparseSource, storedFor } from './sparse.ts';

/** Where the bytes of an entry begin in its flow, and how many are stored. */
export interface Stored {
  readonly start: number;
  readonly size: number;
  readonly sparse: SparseMap | null;
}

export interface Data {
  readonly place: Place | null;
  open(want?: number): Promise<ByteSource>;
  flow(): Promise<Flow>;
  /** Called when the next entry is asked for. */
  pass(): void;
}

/** What one walk keeps in memory. */
export interface Kept {
  bytes: number;
}

export function dataOf(flow: Flow, uri: string, stored: Stored, limits: Limits, kept: Kept): Data {
  return flow.positioned === null ? passing(flow, uri, stored, limits, kept) : lasting(flow.positioned, uri, stored);
}

function lasting(
  { source, place }: NonNullable<Flow['positioned']>,
  uri: string,
  { start, size, sparse }: Stored,
): Data {
  const own = sparse !== null || place === null ? null : { file: place.file, offset: place.offset + start };
  const open = async () => {
    const slice = namedSource(sliceSource(source, start, size), uri);
    return sparse === null ? slice : sparseSource(slice, sparse);
  };
  return {
    place: own,
    open,
    flow: async () => positionedFlow(await open(), own),
    pass() {},
  };
}

/** The bytes of an entry that is gone when the next one comes: its head is kept from the first opening on. */
function passing(flow: Flow, uri: string, { start, size, sparse }: Stored, limits: Limits, kept: Kept): Data {
  const fileSize = sparse?.size ?? size;
  let bytes: Buffer = Buffer.alloc(0);
  let head = 0;
  let passed = false;

  async function keep(want: number): Promise<void> {
    const needed = sparse === null ? want : storedFor(sparse, want);
    const missing = needed - bytes.length;
    if (missing > 0) {
      if (passed || flow.position !== start + bytes.length)
        throw new VmImportError(common['member-passed']({ name: uri }));
      kept.bytes += missing;
      if (kept.bytes > limits.keptBytes) {
        throw new VmImportError(common['too-much-kept']({ limit: limits.keptBytes }));
      }
      const more = await flow.read(missing);
      bytes = bytes.length === 0 ? more : Buffer.concat([bytes, more]);
    }
    // where the flow ended too early, the walk finds out; here what is there counts
    head = bytes.length < needed ? (sparse === null ? bytes.length : 0) : want;
  }

  return {
    place: null,
    async open(want = limits.headBytes) {
      const wanted = Math.min(want, fileSize);
      if (wanted > head) await keep(wanted);
      const there = bufferSource(uri, bytes);
      return headSource(sparse === null ? there : sparseSource(there, sparse), uri, fileSize, head);
    },
    async flow() {
      // what was taken out for a head cannot be given twice
      if (passed || flow.position !== start + bytes.length) {
        throw new VmImportError(common['member-passed']({ name: uri }));
      }
      const whole = memberFlow(flow, bytes, size, sparse);
      bytes = Buffer.alloc(0);
      head = 0;
      return whole;
    },
    pass() {
      passed = true;
    },
  };
}
