import { VmImportError } from '../../diagnostics/index.ts';
import { diagnostics } from './descriptor-diagnostics.ts';

/** qemu and oslo.utils read this much of a descriptor and no more. */
export const MAX_DESCRIPTOR = 2 ** 20 - 1;

/** A disk of 62 TB, the largest of VMware, in pieces of 2 GB has 31744. */
const MAX_EXTENTS = 32768;
const MAX_FIELDS = 1024;
/** Longer values are of no use in a report. */
const MAX_VALUE = 512;

export interface Field {
  readonly value: string;
  /** Offset in the file, of the line. */
  readonly offset: number;
}

export interface ExtentLine {
  readonly access: string;
  readonly sectors: number;
  readonly type: string;
  /** null for an extent without a file, which reads as zeros. */
  readonly name: string | null;
  /** The line as it stands. */
  readonly text: string;
  readonly offset: number;
}

export interface Descriptor {
  /** `name=value` lines, by lower-case name; the first of each. */
  readonly fields: ReadonlyMap<string, Field>;
  /** `ddb.name = "value"` lines, by lower-case name without `ddb.`. */
  readonly database: ReadonlyMap<string, Field>;
  readonly extents: readonly ExtentLine[];
  /** File offset of the first byte that is not ASCII; null where all are. */
  readonly nonAscii: number | null;
  /** File offset of the word parentFileNameHint in any spelling, in comments too; null where it does not occur. */
  readonly parentHint: number | null;
}

/** Names that decide what the disk is made of, in the one spelling that qemu looks for. */
const DECISIVE = ['createType', 'CID', 'parentCID', 'parentFileNameHint'] as const;

const EXTENT = /^(rw|rdonly|noaccess) +(\d{1,16}) +([a-z0-9]{1,20})(?: +"([^"]*)")?(?: +\d{1,16})?(?: +"[^"]*")?$/i;
const ACCESS = /^(?:rw|rdonly|noaccess)(?: |$)/i;

/**
 * qemu writes a content id without leading zeros over a longer one, and the end of the longer text stays behind the
 * NUL: some bytes that are the end of the text before it once more.
 */
function isOwnEnd(bytes: Buffer, end: number, from: number): boolean {
  const next = bytes.indexOf(0, from);
  const to = next < 0 ? bytes.length : next;
  const length = to - from;
  const alone = bytes.subarray(to).every((byte) => byte === 0);
  return alone && from === end + 1 && length < 8 && bytes.subarray(end - length, end).equals(bytes.subarray(from, to));
}

/**
 * Reads a descriptor by the grammar of oslo.utils, which is stricter than VMware's: comment, blank, ddb line,
 * `name=value` without a blank before the sign, or extent; nothing else. `base` is where the bytes are in the file.
 */
export function parseDescriptor(bytes: Buffer, base: number, uri: string): Descriptor {
  const refuse = (offset: number, problem: string): never => {
    throw new VmImportError(diagnostics['bad-descriptor']({ offset, problem }, descriptorAt(uri, offset)));
  };
  // qemu-img and VMware fill the space up with NUL; a C program sees nothing of what comes behind the first one.
  const nul = bytes.indexOf(0);
  const end = nul < 0 ? bytes.length : nul;
  const hidden = bytes.subarray(end).findIndex((byte) => byte !== 0);
  if (hidden >= 0 && !isOwnEnd(bytes, end, end + hidden))
    refuse(base + end + hidden, 'there is something behind the NUL byte that ends it');
  const control = bytes.subarray(0, end).findIndex(isControl);
  if (control >= 0) refuse(base + control, 'it contains a control character');
  // One character per byte, so that places in the text are places in the file.
  const text = bytes.toString('latin1', 0, end);

  const fields = new Map<string, Field>();
  const database = new Map<string, Field>();
  const extents: ExtentLine[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const stop = newline < 0 ? text.length : newline;
    const line = text.slice(start, stop).trim();
    const offset = base + start;
    start = stop + 1;
    if (line.includes('\r')) refuse(offset, 'a carriage return stands in the middle of a line');
    if (line === '' || line.startsWith('#')) continue;
    const sign = line.indexOf('=');
    if (line.toLowerCase().startsWith('ddb')) {
      const name = (sign < 0 ? line : line.slice(0, sign))
        .trim()
        .toLowerCase()
        .replace(/^ddb\./, '');
      if (!database.has(name)) database.set(name, { value: unquoted(line, sign), offset });
    } else if (sign >= 0 && !line.slice(0, sign).includes(' ')) {
      const name = line.slice(0, sign);
      refuseDoubles(name, fields, offset, uri);
      fields.set(name.toLowerCase(), { value: unquoted(line, sign), offset });
    } else if (ACCESS.test(line)) {
      extents.push(parseExtent(line, offset) ?? refuse(offset, 'an extent line cannot be read'));
    } else {
      refuse(offset, 'a line is neither comment, nor name=value, nor ddb entry, nor extent');
    }
    if (extents.length > MAX_EXTENTS) refuse(offset, `it has more than ${MAX_EXTENTS} extents`);
    if (fields.size + database.size > MAX_FIELDS) refuse(offset, `it has more than ${MAX_FIELDS} entries`);
  }
  return { fields, database, extents, nonAscii: firstNonAscii(bytes, end, base), parentHint: hintAt(text, base) };
}

/** A place in a descriptor, counted from the start of the file. */
export function descriptorAt(uri: string, offset: number) {
  return [{ origin: 'content' as const, uri, pointer: `0x${offset.toString(16)}` }];
}

function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || byte === 0x7f;
}

function refuseDoubles(name: string, fields: ReadonlyMap<string, Field>, offset: number, uri: string): void {
  const key = DECISIVE.find((decisive) => decisive.toLowerCase() === name.toLowerCase());
  if (key === undefined || (name === key && !fields.has(key.toLowerCase()))) return;
  throw new VmImportError(diagnostics['duplicate-key']({ key, offset }, descriptorAt(uri, offset)));
}

/** What stands behind the sign, without the quotes around it. */
function unquoted(line: string, sign: number): string {
  if (sign < 0) return '';
  const value = line.slice(sign + 1, sign + 1 + MAX_VALUE + 2).trim();
  return /^"(.*)"$/.exec(value)?.[1] ?? value;
}

function parseExtent(line: string, offset: number): ExtentLine | null {
  const [, access, sectors, type, name] = EXTENT.exec(line) ?? [];
  if (access === undefined || sectors === undefined || type === undefined) return null;
  const count = Number(sectors);
  if (!Number.isSafeInteger(count)) return null;
  const text = line.slice(0, MAX_VALUE);
  return { access: access.toUpperCase(), sectors: count, type: type.toUpperCase(), name: name ?? null, text, offset };
}

function firstNonAscii(bytes: Buffer, end: number, base: number): number | null {
  const at = bytes.subarray(0, end).findIndex((byte) => byte > 0x7f);
  return at < 0 ? null : base + at;
}

/** Finds the word wherever it stands, as qemu does (`vmdk_parent_open` searches the text, not its lines). */
function hintAt(text: string, base: number): number | null {
  const at = text.toLowerCase().indexOf('parentfilenamehint');
  return at < 0 ? null : base + at;
}
