import type { Provenance } from '../diagnostics/index.ts';

/** A place in the header of a format, `offset` bytes from its start, for findings. */
export function headerAt(uri: string, offset: number): readonly Provenance[] {
  return [{ origin: 'content', uri, pointer: `header+0x${offset.toString(16)}` }];
}

/**
 * A file name stored with a length: exactly the bytes that every reader takes for the name, or what `refuse` throws
 * with the problem in words.
 */
export function storedName(bytes: Buffer, refuse: (problem: string) => never): string {
  if (bytes.includes(0)) refuse('it contains a NUL byte');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse('it is not UTF-8');
  }
}
