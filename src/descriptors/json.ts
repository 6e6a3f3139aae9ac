import type { Json } from '../facts/index.ts';

/** Documents of this kind have some KiB; the bound also bounds what nesting can cost. */
const MAX_JSON_BYTES = 1024 * 1024;

export type JsonMap = { readonly [name: string]: Json };

/** The object that a document is; a text that says why it is none. Own members only are to be looked at. */
export function readJsonObject(bytes: Buffer): JsonMap | string {
  if (bytes.length > MAX_JSON_BYTES) return `it has ${bytes.length} bytes; the most that is read is ${MAX_JSON_BYTES}`;
  let value: unknown;
  try {
    // a byte-order mark is dropped by the decoder
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // engines word the reason each in their own way
    return 'it is no JSON in UTF-8';
  }
  return isJsonMap(value) ? value : 'it is JSON, but no object';
}

export function isJsonMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of an object, undefined when it has none of its own by that name. */
export function member(of: Json | undefined, name: string): Json | undefined {
  return isJsonMap(of) && Object.hasOwn(of, name) ? of[name] : undefined;
}

/** A member that is a text with something in it. */
export function textMember(of: Json | undefined, name: string): string | undefined {
  const value = member(of, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
