import { type ByteSource, checkRange } from '../bytes/index.ts';
import { VmImportError } from '../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';

/** The same bytes under another name; closing them closes nothing. */
export function namedSource(inner: ByteSource, uri: string): ByteSource {
  return {
    uri,
    size: inner.size,
    get bytesRead() {
      return inner.bytesRead;
    },
    read: (offset, length) => inner.read(offset, length),
    async close() {},
  };
}

/**
 * A file of `size` bytes of which only those below `head` are there, in `inner`. A read beyond throws
 * `container/beyond-head` (exit 3).
 */
export function headSource(inner: ByteSource, uri: string, size: number, head: number): ByteSource {
  const source: ByteSource = {
    uri,
    size,
    get bytesRead() {
      return inner.bytesRead;
    },
    async read(offset, length) {
      checkRange(source, offset, length);
      if (offset + length <= head) return inner.read(offset, length);
      throw new VmImportError(
        diagnostics['beyond-head']({ name: uri, head, offset: Math.max(offset, head) }, [
          { origin: 'content', uri, pointer: `0x${offset.toString(16)}` },
        ]),
      );
    },
    async close() {},
  };
  return source;
}
