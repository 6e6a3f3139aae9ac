import { createHash } from 'node:crypto';
import type { ByteSource } from '../bytes/index.ts';

const CHUNK = 4 * 1024 * 1024;

/** `sha256:...` over all bytes of a source. Reads the whole of it. */
export async function sha256(source: ByteSource): Promise<string> {
  const hash = createHash('sha256');
  for (let offset = 0; offset < source.size; offset += CHUNK) {
    hash.update(await source.read(offset, Math.min(CHUNK, source.size - offset)));
  }
  return `sha256:${hash.digest('hex')}`;
}
