import { Decompress } from 'fzstd';
import type { Decompressor } from '../container.ts';
import { pieces } from './frames.ts';

/**
 * fzstd is plain JavaScript: what hostile frames make it allocate is collected, which a decoder in WebAssembly cannot
 * promise after an error, and Node 20 has none of its own. It trusts the header of a frame, so frames are cut here and
 * each has a decoder of its own.
 */
export const unpack: Decompressor = async function* (packed) {
  let out: Uint8Array[] = [];
  let decoder = new Decompress();
  for await (const { starts, ends, bytes } of pieces(packed)) {
    if (starts) decoder = new Decompress((chunk) => out.push(chunk));
    decoder.push(bytes, ends);
    yield* out;
    out = [];
  }
};
