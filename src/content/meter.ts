import type { ByteSource } from '../bytes/index.ts';
import { VmImportError } from '../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';

export interface Budget {
  readonly reads: number;
  readonly bytes: number;
}

/** A source that stops serving when its budget is spent, so that no input can make a reader scan a disk. */
export interface Metered extends ByteSource {
  readonly budget: Budget;
  /** Whether a read of that length is still within the budget. */
  affords(length: number): boolean;
}

/** Closing it does not close `inner`. A read beyond the budget throws `content/read-budget`. */
export function metered(inner: ByteSource, budget: Budget): Metered {
  let reads = 0;
  let bytes = 0;
  const affords = (length: number): boolean => reads < budget.reads && bytes + length <= budget.bytes;
  return {
    uri: inner.uri,
    size: inner.size,
    budget,
    get bytesRead() {
      return bytes;
    },
    affords,
    async read(offset, length) {
      if (!affords(length)) {
        throw new VmImportError(
          diagnostics['read-budget']({ reads: budget.reads, bytes: budget.bytes }, [
            { origin: 'content', uri: inner.uri, pointer: `guest+0x${offset.toString(16)}` },
          ]),
        );
      }
      reads += 1;
      bytes += length;
      return inner.read(offset, length);
    },
    async close() {},
  };
}
