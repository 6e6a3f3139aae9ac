import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Decompressor } from '../container.ts';

const CHUNK = 65536;

/** zlib reads on across members, and leaves what follows the last one alone, as gzip does. */
export const unpack: Decompressor = async function* (packed) {
  const input = Readable.from(packed, { objectMode: true, highWaterMark: 1 });
  const gunzip = createGunzip({ chunkSize: CHUNK });
  // An error of the input has to end the output too; pipe() does not pass it on.
  input.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const piece of input.pipe(gunzip)) yield piece;
  } finally {
    input.destroy();
    gunzip.destroy();
  }
};
