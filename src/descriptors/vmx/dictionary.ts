import { VmImportError } from '../../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';

/** Files of real machines have some hundred lines. */
const MAX_ENTRIES = 20_000;
/** VMware writes `.encoding` into the first line; old tools a little later. */
const ENCODING_WITHIN = 4096;

export interface Entry {
  /** The key as it is written. */
  readonly name: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

export interface Dictionary {
  /** By lower-case key: VMware does not tell the cases apart. The first of each. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** Later lines that give a key another value. */
  readonly contradictions: readonly { readonly first: Entry; readonly second: Entry }[];
  /** Numbers of the lines that are neither blank, nor comment, nor `key = value`. */
  readonly unreadable: readonly number[];
  /** What `.encoding` asks for and this program cannot do; null where there is nothing of that. */
  readonly unknownEncoding: string | null;
}

/** Where an entry stands, for votes and findings: `memsize@12`. */
export function pointerOf({ name, line }: Entry): string {
  return `${name.slice(0, 80)}@${line}`;
}

/**
 * Reads the lines of a .vmx: `key = "value"`, `#` comments, `|22` escapes, in the encoding that the key `.encoding`
 * names. There is no published grammar; this is what VMware's products write and accept.
 */
export function parseDictionary(bytes: Buffer, uri: string): Dictionary {
  const { text, unknownEncoding } = decode(bytes);
  const refuse = (problem: string): never => {
    throw new VmImportError(diagnostics.malformed({ problem }, [{ origin: 'descriptor', uri, pointer: null }]));
  };
  if (text.includes('\0')) refuse('it holds NUL bytes, so it is no text');
  const entries = new Map<string, Entry>();
  const contradictions: { first: Entry; second: Entry }[] = [];
  const unreadable: number[] = [];
  let count = 0;
  let line = 0;
  for (const whole of lines(text)) {
    line++;
    const trimmed = whole.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    if (++count > MAX_ENTRIES) refuse(`it has more than ${MAX_ENTRIES} lines`);
    const entry = parseLine(trimmed, line);
    if (entry === undefined) {
      unreadable.push(line);
      continue;
    }
    const key = entry.name.toLowerCase();
    const first = entries.get(key);
    if (first === undefined) entries.set(key, entry);
    else if (first.value !== entry.value) contradictions.push({ first, second: entry });
  }
  if (entries.size === 0) refuse('it has no line of the form key = "value"');
  return { entries, contradictions, unreadable, unknownEncoding };
}

/** Without an array of all lines: a hostile file can have millions. */
function* lines(text: string): Generator<string> {
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start);
    const stop = newline < 0 ? text.length : newline;
    yield text.slice(start, stop);
    start = stop + 1;
  }
}

function parseLine(line: string, number: number): Entry | undefined {
  const sign = line.indexOf('=');
  const name = line.slice(0, Math.max(sign, 0)).trim();
  if (name === '' || /[\s"]/.test(name)) return undefined;
  const rest = line.slice(sign + 1).trim();
  const value = rest.startsWith('"') ? quoted(rest) : rest.replace(/#.*$/, '').trim();
  return value === undefined ? undefined : { name, value: unescaped(value), line: number };
}

/** Between the quotes. Inside them a quote is written |22, but people who edit the file do not know that. */
function quoted(rest: string): string | undefined {
  const end = rest.indexOf('"', 1);
  if (end < 0) return undefined;
  const behind = rest.slice(end + 1).trim();
  return rest.slice(1, behind === '' || behind.startsWith('#') ? end : rest.lastIndexOf('"'));
}

/** Runs of `|xx` are bytes; those above 7F are parts of UTF-8 characters. */
function unescaped(value: string): string {
  return value.replace(/(?:\|[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('|', ''), 'hex').toString('utf8'));
}

function decode(bytes: Buffer): { readonly text: string; readonly unknownEncoding: string | null } {
  const known = (text: string) => ({ text, unknownEncoding: null });
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return known(new TextDecoder('utf-16le').decode(bytes));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return known(new TextDecoder('utf-16be').decode(bytes));
  const head = bytes.toString('latin1', 0, ENCODING_WITHIN);
  const label = /^[ \t]*\.encoding[ \t]*=[ \t]*"?([^"\r\n]*)/im.exec(head)?.[1]?.trim() ?? null;
  if (label !== null && label.toLowerCase() !== 'utf-8') {
    try {
      return known(new TextDecoder(label).decode(bytes));
    } catch {
      return { ...decodeUnlabelled(bytes), unknownEncoding: label };
    }
  }
  return decodeUnlabelled(bytes);
}

/** UTF-8 where it is that; else the encoding of an English Windows, in which every byte means something. */
function decodeUnlabelled(bytes: Buffer): { readonly text: string; readonly unknownEncoding: null } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), unknownEncoding: null };
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), unknownEncoding: null };
  }
}
