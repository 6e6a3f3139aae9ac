import type { Finding, Provenance } from '../../diagnostics/index.ts';
import type { Json } from '../../facts/index.ts';

/** What either version says about the volume. */
export interface Volume {
  /** Bytes behind the header; null when the header does not say or they are not in this file. */
  readonly virtualSize: number | null;
  readonly details: { readonly [name: string]: Json };
  readonly findings: readonly Finding[];
}

/** A place in a LUKS header, for findings. */
export function luksAt(uri: string, offset: number): readonly Provenance[] {
  return [{ origin: 'content', uri, pointer: `header+0x${offset.toString(16)}` }];
}

/** Text in a field of fixed size, up to its NUL; null when there is none. */
export function fieldText(bytes: Buffer, from: number, length: number): string | null {
  const text = bytes.toString('latin1', from, from + length);
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)) || null;
}
