import { type ByteSource, checkRange } from '../../bytes/index.ts';
import { type Flow, readExactly } from '../flow.ts';
import { BLOCK, number } from './header.ts';
import { decimal } from './pax.ts';

/** Pieces of one file: a disk of 60 GiB written at random has some ten thousand. */
const MAX_PIECES = 250_000;

/** A run of data: where it belongs in the file, and where it is among the stored bytes. */
export interface Piece {
  readonly offset: number;
  readonly length: number;
  readonly stored: number;
}

export interface SparseMap {
  /** Bytes of the file with its holes. */
  readonly size: number;
  readonly pieces: readonly Piece[];
}

type Problem = { readonly problem: string };

/** Offsets and lengths in turn become a map, if they can be right: in order, inside, and as long as what is stored. */
export function sparseMap(numbers: readonly number[], size: number, storedSize: number): SparseMap | Problem {
  const pieces: Piece[] = [];
  let end = 0;
  let stored = 0;
  for (let index = 0; index + 1 < numbers.length; index += 2) {
    const offset = numbers[index] ?? 0;
    const length = numbers[index + 1] ?? 0;
    const which = `piece ${index / 2} (${length} bytes at ${offset})`;
    if (offset < end) return { problem: `${which} begins before the end of the one before it` };
    if (offset + length > size) return { problem: `${which} lies outside the file of ${size} bytes` };
    if (length > 0) pieces.push({ offset, length, stored });
    end = offset + length;
    stored += length;
  }
  if (numbers.length % 2 !== 0) return { problem: 'its last piece has no length' };
  if (stored !== storedSize) return { problem: `its pieces hold ${stored} bytes, and ${storedSize} are stored` };
  return { size, pieces };
}

/** Fields of GNU tar's old format, type `S` (tar.h, `struct oldgnu_header` and `struct sparse_header`). */
const OLD_MAP_AT = 386;
const OLD_MAP_ENTRIES = 4;
const OLD_EXTENDED_AT = 482;
const OLD_SIZE_AT = 483;
const EXTENSION_ENTRIES = 21;
const EXTENSION_EXTENDED_AT = 504;
const ENTRY = 24;

/** The map of an old GNU header and the blocks that continue it; the flow stands at the data afterwards. */
export async function oldGnuMap(
  block: Buffer,
  flow: Flow,
): Promise<{ size: number; map: readonly number[] } | Problem> {
  const size = number(block.subarray(OLD_SIZE_AT, OLD_SIZE_AT + 12));
  if (size === null) return { problem: 'the size of the file is no number' };
  const map: number[] = [];
  let current = block.subarray(OLD_MAP_AT, OLD_MAP_AT + OLD_MAP_ENTRIES * ENTRY);
  let extended = block[OLD_EXTENDED_AT] !== 0;
  for (;;) {
    for (let at = 0; at < current.length && current[at + 12] !== 0; at += ENTRY) {
      const offset = number(current.subarray(at, at + 12));
      const length = number(current.subarray(at + 12, at + ENTRY));
      if (offset === null || length === null) return { problem: `piece ${map.length / 2} is no number` };
      map.push(offset, length);
    }
    if (!extended) return { size, map };
    if (map.length / 2 > MAX_PIECES) return { problem: `it has more than ${MAX_PIECES} pieces` };
    const extension = await readExactly(flow, BLOCK);
    if (extension === null) return { problem: 'the archive ends inside it' };
    current = extension.subarray(0, EXTENSION_ENTRIES * ENTRY);
    // an extension without a piece continues nothing, however often it says that there is more
    if (current[12] === 0) return { problem: 'a block that continues it is empty' };
    extended = extension[EXTENSION_EXTENDED_AT] !== 0;
  }
}

/**
 * The map in front of the data (pax version 1.0): the number of pieces, then offsets and lengths, each in decimal
 * digits on a line of its own, filled up to a whole block. `available` are the bytes of the entry.
 */
export async function mapInData(
  flow: Flow,
  available: number,
): Promise<{ map: readonly number[]; length: number } | Problem> {
  const numbers: number[] = [];
  let line = '';
  for (let length = BLOCK; length <= available; length += BLOCK) {
    const block = await readExactly(flow, BLOCK);
    if (block === null) return { problem: 'the archive ends inside it' };
    const lines = (line + block.toString('latin1')).split('\n');
    line = lines.pop() ?? '';
    for (const text of lines) {
      const value = decimal(Buffer.from(text, 'latin1'));
      if (value === null) return { problem: `number ${numbers.length} is none` };
      numbers.push(value);
      const [count = 0] = numbers;
      if (count > MAX_PIECES) return { problem: `it has more than ${MAX_PIECES} pieces` };
      if (numbers.length === 1 + 2 * count) return { map: numbers.slice(1), length };
    }
    if (line.length > 16) return { problem: `number ${numbers.length} is none` };
  }
  return { problem: 'it is longer than the entry' };
}

/** Bytes at the start of what is stored that make up the first `head` bytes of the file. */
export function storedFor({ pieces }: SparseMap, head: number): number {
  const last = pieces.findLast(({ offset }) => offset < head);
  return last === undefined ? 0 : last.stored + Math.min(last.length, head - last.offset);
}

/** The file that a map makes of what is stored: holes read as zeros. */
export function sparseSource(stored: ByteSource, { size, pieces }: SparseMap): ByteSource {
  /** Index of the first piece that ends behind `offset`. */
  function firstAfter(offset: number): number {
    let low = 0;
    let high = pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const piece = pieces[middle];
      if (piece !== undefined && piece.offset + piece.length <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  const source: ByteSource = {
    uri: stored.uri,
    size,
    get bytesRead() {
      return stored.bytesRead;
    },
    async read(offset, length) {
      checkRange(source, offset, length);
      const result = Buffer.alloc(length);
      for (let index = firstAfter(offset); index < pieces.length; index++) {
        const piece = pieces[index];
        if (piece === undefined || piece.offset >= offset + length) break;
        const from = Math.max(piece.offset, offset);
        const to = Math.min(piece.offset + piece.length, offset + length);
        (await stored.read(piece.stored + from - piece.offset, to - from)).copy(result, from - offset);
      }
      return result;
    },
    async close() {},
  };
  return source;
}
