import { ZSTDDecoder } from 'zstddec';
import type { Unpack } from './decompress.ts';

/**
 * zstd through the reference decoder, compiled to WebAssembly: hostile input stays in its sandbox, and since a frame is
 * unpacked in one call straight into a buffer of the size that is left of the cluster, no window of the frame's own
 * choosing is allocated. That call wants exact frames, so their ends are found here first.
 */

/** RFC 8878, 3.1.1 and 3.1.2; little endian. */
const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const BLOCK_RLE = 1;
const BLOCK_RESERVED = 3;
/** qemu writes one frame per cluster and reads several; each one costs a call, so they are counted. */
const MAX_FRAMES = 16;

export async function loadZstd(): Promise<Unpack> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return (packed, size) => {
    const cluster = Buffer.alloc(size);
    let filled = 0;
    let rest = packed;
    for (let frames = 0; filled < size && frames < MAX_FRAMES; frames++) {
      const length = frameLength(rest);
      if (length === null) return null;
      if (isSkippable(rest)) {
        rest = rest.subarray(length);
        continue;
      }
      const piece = decode(decoder, rest.subarray(0, length), size - filled);
      if (piece === null) return null;
      cluster.set(piece, filled);
      filled += piece.length;
      rest = rest.subarray(length);
    }
    return filled === size ? cluster : null;
  };
}

function decode(decoder: ZSTDDecoder, frame: Buffer, room: number): Uint8Array | null {
  try {
    // An error code of the decoder comes back as an empty array.
    const piece = decoder.decode(frame, room);
    return piece.length > 0 && piece.length <= room ? piece : null;
  } catch {
    return null;
  }
}

function isSkippable(data: Buffer): boolean {
  // The low four bits of this magic number are free.
  return (data.readUInt32LE(0) & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC;
}

/** Bytes of the frame at the start of `data`; null if there is none or it is not complete. */
function frameLength(data: Buffer): number | null {
  if (data.length < 8) return null;
  if (isSkippable(data)) return within(data, 8 + data.readUInt32LE(4));
  if (data.readUInt32LE(0) !== MAGIC) return null;
  const descriptor = data.readUInt8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const contentSize = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const dictionaryId = [0, 1, 2, 4][descriptor & 3] ?? 0;
  let at = 5 + (singleSegment ? 0 : 1) + dictionaryId + contentSize;
  let last = false;
  while (!last) {
    if (at + 3 > data.length) return null;
    const block = data.readUIntLE(at, 3);
    const type = (block >> 1) & 3;
    if (type === BLOCK_RESERVED) return null;
    last = (block & 1) === 1;
    at += 3 + (type === BLOCK_RLE ? 1 : block >> 3);
  }
  const checksum = (descriptor & 4) === 0 ? 0 : 4;
  return within(data, at + checksum);
}

function within(data: Buffer, length: number): number | null {
  return length <= data.length ? length : null;
}
