/** RFC 8878, 3.1.1 and 3.1.2; little endian. */
const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const BLOCK_RLE = 1;
const BLOCK_RESERVED = 3;
/** zstd itself unpacks no larger window unless it is told to (`ZSTD_WINDOWLOG_LIMIT_DEFAULT`). */
const MAX_WINDOW = 128 * 1024 * 1024;

export function startsFrame(head: Buffer): boolean {
  return head.length >= 4 && (head.readUInt32LE(0) === MAGIC || isSkippable(head));
}

function isSkippable(head: Buffer): boolean {
  // the low four bits of this magic number are free
  return (head.readUInt32LE(0) & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC;
}

/** One block of a frame. */
export interface Block {
  /** The header of the frame, with its first block; null for the others. */
  readonly header: Buffer | null;
  /** With its own header of three bytes. */
  readonly bytes: Buffer;
  /** Whether it is the last one of its frame, and the checksum that follows it then. */
  readonly last: boolean;
  readonly checksum: Buffer;
}

/**
 * Cuts a stream at its headers and blocks, so that a window is checked before a decoder sets memory aside for it.
 * Skippable frames are left out. Throws an Error at what is no zstd.
 */
export async function* blocks(packed: AsyncIterable<Buffer>): AsyncGenerator<Block> {
  const input = cursor(packed);
  for (;;) {
    const magic = await input.take(4);
    if (magic.length === 0) return;
    if (!startsFrame(magic)) throw new Error('no frame starts where one should');
    if (isSkippable(magic)) {
      await input.drop((await input.exactly(4)).readUInt32LE(0));
      continue;
    }
    const header = await frameHeader(input, magic);
    for (let [first, last] = [true, false]; !last; first = false) {
      const head = await input.exactly(3);
      const block = head.readUIntLE(0, 3);
      const type = (block >> 1) & 3;
      if (type === BLOCK_RESERVED) throw new Error('a block of the reserved type');
      const size = block >> 3;
      if (size > Math.min(MAX_BLOCK, header.window)) throw new Error(`a block of ${size} bytes`);
      last = (block & 1) === 1;
      const body = await input.exactly(type === BLOCK_RLE ? 1 : size);
      const checksum = await input.exactly(last && header.checksum ? 4 : 0);
      yield { header: first ? header.bytes : null, bytes: Buffer.concat([head, body]), last, checksum };
    }
  }
}

const MAX_BLOCK = 128 * 1024;

interface FrameHeader {
  readonly bytes: Buffer;
  readonly window: number;
  readonly checksum: boolean;
}

async function frameHeader(input: Cursor, magic: Buffer): Promise<FrameHeader> {
  const descriptor = await input.exactly(1);
  const flags = descriptor.readUInt8(0);
  const single = (flags & 0x20) !== 0;
  const windowBytes = await input.exactly(single ? 0 : 1);
  const dictionary = await input.exactly([0, 1, 2, 4][flags & 3] ?? 0);
  if (dictionary.some((byte) => byte !== 0)) throw new Error('a dictionary is needed');
  const size = await input.exactly([single ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0);
  const window = single ? contentSize(size) : windowSize(windowBytes.readUInt8(0));
  if (window > MAX_WINDOW) throw new Error(`a window of ${window} bytes, which only zstd --long=31 unpacks`);
  return {
    bytes: Buffer.concat([magic, descriptor, windowBytes, dictionary, size]),
    window,
    checksum: (flags & 4) !== 0,
  };
}

function windowSize(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}

function contentSize(field: Buffer): number {
  if (field.length === 8) return Number(field.readBigUInt64LE(0));
  return field.readUIntLE(0, field.length) + (field.length === 2 ? 256 : 0);
}

interface Cursor {
  /** Up to `length` bytes, fewer only at the end. */
  take(length: number): Promise<Buffer>;
  exactly(length: number): Promise<Buffer>;
  drop(length: number): Promise<void>;
}

function cursor(packed: AsyncIterable<Buffer>): Cursor {
  const chunks = packed[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  async function more(): Promise<boolean> {
    while (rest.length === 0) {
      const next = await chunks.next();
      if (next.done === true) return false;
      rest = next.value;
    }
    return true;
  }
  async function take(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0 && (await more())) {
      const part = rest.subarray(0, missing);
      rest = rest.subarray(part.length);
      missing -= part.length;
      parts.push(part);
    }
    return Buffer.concat(parts);
  }
  return {
    take,
    async exactly(length) {
      const bytes = await take(length);
      if (bytes.length < length) throw new Error('the stream ends inside a frame');
      return bytes;
    },
    async drop(length) {
      for (let missing = length; missing > 0; ) {
        if (!(await more())) throw new Error('the stream ends inside a skippable frame');
        const dropped = Math.min(missing, rest.length);
        rest = rest.subarray(dropped);
        missing -= dropped;
      }
    },
  };
}
