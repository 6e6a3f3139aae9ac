import type { Decompressor } from '../container.ts';
import { Bits } from './bits.ts';
import { type Block, readBlock } from './block.ts';
import { updateCrc } from './crc.ts';

/*
 * No decoder in the registry can stop after a block and go on later without a program or a polyfill in its wake, and
 * the format is small: Julian Seward's bzip2, as its own documentation and "bzip2: Format Specification" tell it.
 */

const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;
const PIECE = 65536;

export const unpack: Decompressor = async function* (packed) {
  const bits = new Bits(packed);
  try {
    for (let first = true; await streamBegins(bits, first); first = false) {
      const limit = (bits.read(8) - 0x30) * 100_000;
      if (limit < 100_000 || limit > 900_000) throw new Error('its block size is none of 1 to 9');
      yield* stream(bits, limit);
      bits.align();
    }
  } finally {
    await bits.close();
  }
};

/** Several streams can follow each other; what else follows the first is ignored, as bzip2 does. */
async function streamBegins(bits: Bits, first: boolean): Promise<boolean> {
  await bits.stage();
  if (bits.left === 0 && !first) return false;
  if (bits.left >= 4 && bits.read(24) === 0x425a68) return true;
  if (first) throw new Error('it has no signature');
  return false;
}

async function* stream(bits: Bits, limit: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for (;;) {
    await bits.stage();
    const magic = bits.read(24) * 2 ** 24 + bits.read(24);
    const crc = (bits.read(16) << 16) | bits.read(16);
    if (magic === END_MAGIC) {
      if (crc !== total) throw new Error('the checksum of a stream does not hold');
      return;
    }
    if (magic !== BLOCK_MAGIC) throw new Error('no block begins where one should');
    let sum = -1;
    for (const piece of undone(readBlock(bits, limit))) {
      sum = updateCrc(sum, piece);
      yield piece;
    }
    if (~sum !== crc) throw new Error('the checksum of a block does not hold');
    total = ((total << 1) | (total >>> 31)) ^ crc;
  }
}

/** Undoes the transform, then the first run-length code: four equal bytes and how many more. */
function* undone({ transformed, length, origin }: Block): Generator<Uint8Array> {
  link(transformed, length);
  let out = new Uint8Array(PIECE);
  let filled = 0;
  let previous = -1;
  let equal = 0;
  let at = (transformed[origin] ?? 0) >>> 8;
  for (let count = 0; count < length; count++) {
    const entry = transformed[at] ?? 0;
    at = entry >>> 8;
    const byte = entry & 0xff;
    const repeated = equal === 4;
    const times = repeated ? byte : 1;
    const value = repeated ? previous : byte;
    equal = repeated ? 0 : byte === previous ? equal + 1 : 1;
    previous = repeated ? -1 : byte;
    // a run of 255 at most still fits
    if (filled + times > PIECE) {
      yield out.subarray(0, filled);
      out = new Uint8Array(PIECE);
      filled = 0;
    }
    out.fill(value, filled, filled + times);
    filled += times;
  }
  yield out.subarray(0, filled);
}

/** Puts above each byte the index of the one that follows it in the text (a counting sort of the bytes). */
function link(transformed: Uint32Array, length: number): void {
  const next = new Uint32Array(257);
  const byteAt = (index: number) => (transformed[index] ?? 0) & 0xff;
  for (let index = 0; index < length; index++) next[byteAt(index) + 1] = (next[byteAt(index) + 1] ?? 0) + 1;
  for (let value = 0; value < 256; value++) next[value + 1] = (next[value + 1] ?? 0) + (next[value] ?? 0);
  for (let index = 0; index < length; index++) {
    const value = byteAt(index);
    const place = next[value] ?? 0;
    next[value] = place + 1;
    transformed[place] = byteAt(place) | (index << 8);
  }
}
