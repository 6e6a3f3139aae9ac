import type { Bits } from './bits.ts';

export const MAX_LENGTH = 20;

/** A canonical Huffman code. */
export interface Code {
  /** By length of a code: the first code that is longer, and what to take from a code to get its place in `symbols`. */
  readonly limit: Int32Array;
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
}

export function makeCode(lengths: Uint8Array): Code {
  const counts = new Int32Array(MAX_LENGTH + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  const symbols = new Uint16Array(lengths.length);
  const limit = new Int32Array(MAX_LENGTH + 1);
  const base = new Int32Array(MAX_LENGTH + 1);
  let filled = 0;
  let code = 0;
  for (let length = 1; length <= MAX_LENGTH; length++) {
    base[length] = code - filled;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] === length) symbols[filled++] = symbol;
    }
    code += counts[length] ?? 0;
    if (code > 1 << length) throw new Error('a code table has more codes than there can be');
    limit[length] = code;
    code <<= 1;
  }
  return { limit, base, symbols };
}

export function decode(bits: Bits, { limit, base, symbols }: Code): number {
  let code = 0;
  for (let length = 1; length <= MAX_LENGTH; length++) {
    code = (code << 1) | bits.read(1);
    if (code < (limit[length] ?? 0)) return symbols[code - (base[length] ?? 0)] ?? 0;
  }
  throw new Error('a code stands for no symbol');
}
