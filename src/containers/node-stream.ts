import { Readable, type Transform } from 'node:stream';

/** What a decoder of Node makes of a stream, lazily; both are freed when the consumer stops. */
export async function* through(packed: AsyncIterable<Buffer>, decoder: Transform): AsyncGenerator<Uint8Array> {
  const input = Readable.from(packed, { objectMode: true, highWaterMark: 1 });
  // An error of the input has to end the output too; pipe() does not pass it on.
  input.on('error', (error) => decoder.destroy(error));
  try {
    for await (const piece of input.pipe(decoder)) yield piece;
  } finally {
    input.destroy();
    decoder.destroy();
  }
}
