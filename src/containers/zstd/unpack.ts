import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { VmImportError } from '../../diagnostics/index.ts';
import type { Decompressor } from '../container.ts';
import { through } from '../node-stream.ts';
import { diagnostics } from './diagnostics.ts';
import { type Block, blocks } from './frames.ts';

/** Since Node 22.15; its types are those of Node 20 here. */
const native = (zlib as { createZstdDecompress?: () => Transform }).createZstdDecompress;

export const unpack: Decompressor = (packed) =>
  native === undefined ? byPrefixes(packed) : through(framesOf(packed), native());

/** Frames are cut before Node's decoder sees them, so that a window is refused before memory is set aside. */
async function* framesOf(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const { header, bytes, checksum } of blocks(packed)) {
    yield Buffer.concat([header ?? Buffer.alloc(0), bytes, checksum]);
  }
}

/** A block unpacks to this at most (RFC 8878, 3.1.1.2.4). */
const MOST_OF_BLOCK = 128 * 1024;
/** 64 MiB: packed and unpacked they are in memory together. */
const MOST_BLOCKS = 512;

/**
 * The reference decoder in the sandbox of WebAssembly, for Node 20. It wants whole frames, so each frame is given to it
 * as a shorter one that ends after some blocks: 4, then 8, 16, ... Every prefix is unpacked from the start, which costs
 * twice the work at most. Decoders in plain JavaScript that stream do not check what they copy: 18 hostile bytes keep
 * fzstd busy for minutes.
 */
async function* byPrefixes(packed: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  const { ZSTDDecoder } = await import('zstddec');
  const decoder = new ZSTDDecoder();
  await decoder.init();
  let frame: Buffer[] = [];
  let [given, next] = [0, 4];
  for await (const block of blocks(packed)) {
    if (block.header !== null) [frame, given, next] = [[], 0, 4];
    if (frame.length === MOST_BLOCKS) throw new VmImportError(diagnostics['long-frame']({ limit: MOST_BLOCKS / 8 }));
    frame.push(block.bytes);
    if (!block.last && frame.length < next) continue;
    next *= 2;
    const unpacked = decode(decoder, frame, block);
    yield unpacked.subarray(given);
    given = unpacked.length;
  }
}

/** Magic number, no optional field, and a window that any block of a frame of 64 MiB can look back through. */
const HEADER = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (26 - 10) << 3]);

function decode(
  decoder: { decode(frame: Uint8Array, room: number): Uint8Array },
  frame: readonly Buffer[],
  { last }: Block,
): Uint8Array {
  const bytes = Buffer.concat([HEADER, ...frame]);
  const ending = bytes.length - (frame.at(-1)?.length ?? 0);
  // the last block of the shorter frame says that it is
  if (!last) bytes.writeUInt8(bytes.readUInt8(ending) | 1, ending);
  const room = frame.length * MOST_OF_BLOCK;
  const unpacked = decoder.decode(bytes, room);
  const [only] = frame;
  const empty = frame.length === 1 && only !== undefined && only.readUIntLE(0, 3) >> 3 === 0;
  // an error code of the decoder comes back as an empty array
  if (unpacked.length > room || (unpacked.length === 0 && !empty)) throw new Error('its data is corrupt');
  return unpacked;
}
