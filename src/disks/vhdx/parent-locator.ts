import type { ByteSource } from '../../bytes/index.ts';

/** What a differencing disk says about its parent: keys and values (`relative_path`, ...), only to be shown. */
export type Locator = Readonly<Record<string, string>>;

/** Six keys are defined ([MS-VHDX] 2.6.2.6.3); a value is a path of at most 32767 characters. */
const MAX_LENGTH = 64 * 1024;
const MAX_ENTRIES = 16;

/** Reads what is sane and leaves the rest out: a disk with a parent is refused whatever its locator says. */
export async function readLocator(source: ByteSource, offset: number, length: number): Promise<Locator> {
  const bytes = await source.read(offset, Math.min(length, MAX_LENGTH));
  const entries: [string, string][] = [];
  const count = bytes.length < 20 ? 0 : Math.min(bytes.readUInt16LE(18), MAX_ENTRIES);
  for (let index = 0; index < count; index++) {
    const at = 20 + index * 12;
    if (at + 12 > bytes.length) break;
    const text = (start: number, size: number) =>
      start + size > bytes.length ? null : bytes.toString('utf16le', start, start + size);
    const key = text(bytes.readUInt32LE(at), bytes.readUInt16LE(at + 8));
    const value = text(bytes.readUInt32LE(at + 4), bytes.readUInt16LE(at + 10));
    if (key !== null && value !== null) entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}
