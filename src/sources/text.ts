import { VmImportError } from '../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';
import { openFile } from './file.ts';

/**
 * Bytes of a file that configures the run (policy, host document, hints given by hand). What makes it unreadable is
 * the caller's mistake, not the input's: exit 2.
 */
export async function readConfig(path: string, maxBytes: number): Promise<Buffer> {
  try {
    const file = await openFile(path);
    try {
      // one byte more than allowed lets whoever parses it say that it is too large
      return await file.read(0, Math.min(file.size, maxBytes + 1));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    throw new VmImportError({ ...error.finding, exit: 2 }, { cause: error });
  }
}

/** The same as text, without a byte order mark. Throws (exit 2) where it is not UTF-8. */
export async function readConfigText(path: string, maxBytes: number): Promise<string> {
  const bytes = await readConfig(path, maxBytes);
  // what is cut off may end inside a character, and is refused for its size anyway
  const text = decoded(bytes, bytes.length > maxBytes);
  if (text !== null) return text.replace(MARK, '');
  // what lies before the first byte that does not fit can be decoded, one byte more cannot
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (decoded(bytes.subarray(0, middle), true) === null) bad = middle;
    else good = middle;
  }
  const before = decoded(bytes.subarray(0, good), true) ?? '';
  const lines = before.replace(MARK, '').split(/\r\n|\r|\n/);
  const [line, column] = [lines.length, [...(lines.at(-1) ?? '')].length + 1];
  // the character that it would have been part of may start earlier
  const byte = `0x${(bytes[Buffer.byteLength(before)] ?? 0).toString(16).padStart(2, '0')}`;
  throw new VmImportError(diagnostics['not-utf8']({ path, line, column, byte }));
}

const MARK = /^\ufeff/;

/** null for what is not UTF-8; `open` says that its last character may be incomplete. */
function decoded(bytes: Uint8Array, open: boolean): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: open });
  } catch {
    return null;
  }
}
