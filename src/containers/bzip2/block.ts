import type { Bits } from './bits.ts';
import { type Code, decode, MAX_LENGTH, makeCode } from './huffman.ts';

/** Symbols until the next code table is chosen. */
const GROUP = 50;
const RUN_A = 0;
const RUN_B = 1;

/** A block as its Burrows-Wheeler transform: every byte in the low 8 bits, with room for the index above. */
export interface Block {
  readonly transformed: Uint32Array;
  readonly length: number;
  readonly origin: number;
}

/** Reads one block behind its magic number and checksum; `limit` is the block size of the stream. */
export function readBlock(bits: Bits, limit: number): Block {
  if (bits.bit()) throw new Error('it was made by bzip2 before 0.9.5');
  const origin = bits.read(24);
  const used = usedBytes(bits);
  const tables = bits.read(3);
  const selectors = readSelectors(bits, tables);
  const codes = Array.from({ length: tables }, () => makeCode(readLengths(bits, used.length + 2)));
  const transformed = new Uint32Array(limit);
  const length = readSymbols(bits, codes, selectors, used, transformed);
  if (origin >= length) throw new Error('a block begins outside itself');
  return { transformed, length, origin };
}

/** Which byte values occur: a bit for each group of 16, and 16 bits for each group that has one. */
function usedBytes(bits: Bits): Uint8Array {
  const groups = bits.read(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group++) {
    if ((groups & (0x8000 >> group)) === 0) continue;
    const members = bits.read(16);
    for (let low = 0; low < 16; low++) if ((members & (0x8000 >> low)) !== 0) used.push(group * 16 + low);
  }
  if (used.length === 0) throw new Error('a block has no bytes');
  return Uint8Array.from(used);
}

function readSelectors(bits: Bits, tables: number): Uint8Array {
  const count = bits.read(15);
  if (tables < 2 || tables > 6 || count === 0) throw new Error('a block has no code tables');
  const front = Uint8Array.from({ length: tables }, (_, index) => index);
  const selectors = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    let at = 0;
    while (bits.bit()) if (++at >= tables) throw new Error('a block chooses a code table that is not there');
    selectors[index] = toFront(front, at);
  }
  return selectors;
}

function readLengths(bits: Bits, symbols: number): Uint8Array {
  const lengths = new Uint8Array(symbols);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > MAX_LENGTH) throw new Error('a code is too long');
      if (!bits.bit()) break;
      length += bits.bit() ? -1 : 1;
    }
    lengths[symbol] = length;
  }
  return lengths;
}

/** Undoes Huffman codes, runs and move-to-front; how many bytes there are. */
function readSymbols(
  bits: Bits,
  codes: readonly Code[],
  selectors: Uint8Array,
  used: Uint8Array,
  into: Uint32Array,
): number {
  const front = Uint8Array.from(used);
  const end = used.length + 1;
  let length = 0;
  let run = 0;
  let weight = 1;
  for (let count = 0; ; count++) {
    const code = codes[selectors[Math.floor(count / GROUP)] ?? -1];
    if (code === undefined) throw new Error('a block has more symbols than it says');
    const symbol = decode(bits, code);
    if (symbol === RUN_A || symbol === RUN_B) {
      run += weight << symbol;
      weight *= 2;
      // checked while it grows, so that it stays a small number
      if (length + run > into.length) throw new Error('a block is longer than it may be');
      continue;
    }
    if (run > 0) into.fill(front[0] ?? 0, length, length + run);
    length += run;
    run = 0;
    weight = 1;
    if (symbol === end) return length;
    if (length >= into.length) throw new Error('a block is longer than it may be');
    into[length++] = toFront(front, symbol - 1);
  }
}

/** The value at `at`, which moves to the front. */
function toFront(values: Uint8Array, at: number): number {
  const value = values[at] ?? 0;
  values.copyWithin(1, 0, at);
  values[0] = value;
  return value;
}
