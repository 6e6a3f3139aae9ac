import { createHash } from 'node:crypto';

/*
 * A snapshot is one text file, made for looking one system up without reading the rest:
 *
 *   header    one line of JSON: schema, version, licence, counts, and for each section its length and SHA-256
 *   digest    one line: SHA-256 of the header line, in hexadecimal
 *   index     a line for each name: name, tab, offset of its system in the section `systems`, tab, length of its line
 *   tables    one line of JSON: device records, and the sets of them that systems have
 *   systems   a line of JSON for each system, sorted by id
 *   media     one line of JSON with the language maps, then a line for each system that has media
 *
 * Lengths and offsets are bytes, the text is UTF-8. Equal databases give equal bytes.
 */

export const SNAPSHOT_SCHEMA = 'vm-import/osinfo-snapshot@1';
export const SECTIONS = ['index', 'tables', 'systems', 'media'] as const;
export type Section = (typeof SECTIONS)[number];

export interface SnapshotHeader {
  readonly schema: string;
  /** Day of the database it was made from; null when that did not say. */
  readonly version: string | null;
  readonly database: string;
  /** SPDX expression for this file. */
  readonly licence: string;
  readonly counts: { readonly systems: number; readonly media: number; readonly devices: number };
  readonly sections: { readonly [name in Section]: { readonly bytes: number; readonly sha256: string } };
}

/**
 * Under which name the index has a short-id or id. Scheme and host of a web address do not depend on case, its path
 * does. null for what no line can hold.
 */
export function indexName(name: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: tab and newline separate the fields of the index
  if (name === '' || name.length > 2000 || /[\u0000-\u001f\u007f]/.test(name)) return null;
  const [, host, path] = /^https?:\/\/([^/]*)(\/.*)$/i.exec(name) ?? [];
  return host === undefined || path === undefined ? name : `//${host.toLowerCase()}${path}`;
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
