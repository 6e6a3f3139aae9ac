import { ReadableStream } from 'node:stream/web';
import xz from 'xz-decompress';
import type { Decompressor } from '../container.ts';

// a CommonJS package whose exports Node cannot import by name
const { XzReadableStream } = xz;

/*
 * XZ Embedded, the decoder of the Linux kernel, in the sandbox of WebAssembly. The package lets one stream run at a
 * time and makes others wait for its end. A stream inside a stream would wait for ever: the outer one ends only after
 * the inner one. Each has a context of its own, so no lock is needed.
 */
Object.assign(XzReadableStream, { _contextMutex: { acquire: async () => {}, release: () => {} } });

export const unpack: Decompressor = async function* (packed) {
  const reader = new XzReadableStream(streamOf(packed)).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(explained);
      if (done) return;
      yield value;
    }
  } finally {
    // frees its context; after an error there is nothing left to free
    await reader.cancel().catch(() => {});
  }
};

/** What the numbers of XZ Embedded mean (`enum xz_ret` in xz.h). */
const PROBLEMS: Readonly<Record<string, string>> = {
  2: 'its integrity check is of a kind that XZ Embedded does not know',
  3: 'there is no memory for its dictionary',
  4: 'its dictionary is larger than 64 MiB',
  5: 'this is no .xz stream',
  6: 'it uses a filter or an option that XZ Embedded does not know',
  7: 'its data is corrupt',
  8: 'it ends too early',
};

function explained(error: unknown): never {
  const number = error instanceof Error ? /error code (\d)/.exec(error.message)?.[1] : undefined;
  throw new Error(PROBLEMS[number ?? ''] ?? 'the decoder failed', { cause: error });
}

function streamOf(packed: AsyncIterable<Buffer>): ReadableStream<Uint8Array> {
  const chunks = packed[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await chunks.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await chunks.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
