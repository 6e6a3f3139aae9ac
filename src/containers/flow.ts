import { type ByteSource, readUpTo } from '../bytes/index.ts';
import { VmImportError } from '../diagnostics/index.ts';
import type { Decompressor, Place } from './container.ts';
import { diagnostics } from './diagnostics.ts';
import type { Limits } from './limits.ts';

/** Bytes read forwards. */
export interface Flow {
  /** Bytes that went by. */
  readonly position: number;
  /** Up to `length` bytes, fewer only at the end. */
  read(length: number): Promise<Buffer>;
  /** Goes on by `length` bytes, and tells how many there were. */
  skip(length: number): Promise<number>;
  /** Where all its bytes can be read at any offset. */
  readonly positioned: Positioned | null;
  close(): Promise<void>;
}

export interface Positioned {
  readonly source: ByteSource;
  /** Where its byte 0 lies, if it is in a file as it is. */
  readonly place: Place | null;
}

/** A few small members fit in, so that their headers cost no read each. */
const WINDOW = 4096;
const CHUNK = 65536;

/** A flow over a source: what is skipped is never read. */
export function positionedFlow(source: ByteSource, place: Place | null): Flow {
  let position = 0;
  let window: { readonly start: number; readonly bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };
  return {
    get position() {
      return position;
    },
    positioned: { source, place },
    async read(length) {
      const wanted = Math.min(length, source.size - position);
      const from = position - window.start;
      if (from < 0 || from + wanted > window.bytes.length) {
        const bytes = await readUpTo(source, position, Math.max(wanted, WINDOW));
        window = { start: position, bytes };
      }
      const start = position - window.start;
      position += wanted;
      return window.bytes.subarray(start, start + wanted);
    },
    async skip(length) {
      const there = Math.min(length, source.size - position);
      position += there;
      return there;
    },
    async close() {},
  };
}

/** The bytes of a flow from here on, in pieces, for a decompressor. */
async function* chunksOf(flow: Flow): AsyncGenerator<Buffer> {
  for (;;) {
    const chunk = await flow.read(CHUNK);
    if (chunk.length === 0) return;
    yield chunk;
  }
}

/** Exactly the next `length` bytes, or null when the flow ends before. */
export async function readExactly(flow: Flow, length: number): Promise<Buffer | null> {
  const bytes = await flow.read(length);
  return bytes.length === length ? bytes : null;
}

export interface Compression {
  readonly id: string;
  readonly unpack: Decompressor;
}

/** What a compressed flow unpacks to, within the limits. Closing it closes `packed`. */
export function unpackedFlow(packed: Flow, compression: Compression, uri: string, limits: Limits): Flow {
  const pieces = budgeted(packed, compression, uri, limits);
  let piece: Buffer = Buffer.alloc(0);
  let position = 0;

  /** Whether there are bytes left; afterwards `piece` is not empty. */
  async function more(): Promise<boolean> {
    while (piece.length === 0) {
      const next = await pieces.next();
      if (next.done === true) return false;
      piece = next.value;
    }
    return true;
  }

  function take(length: number): Buffer {
    const taken = piece.subarray(0, length);
    piece = piece.subarray(taken.length);
    position += taken.length;
    return taken;
  }

  return {
    get position() {
      return position;
    },
    positioned: null,
    async read(length) {
      const parts: Buffer[] = [];
      let missing = length;
      while (missing > 0 && (await more())) {
        const part = take(missing);
        missing -= part.length;
        parts.push(part);
      }
      return parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
    },
    async skip(length) {
      let missing = length;
      while (missing > 0 && (await more())) missing -= take(missing).length;
      return length - missing;
    },
    async close() {
      await pieces.return(undefined);
      await packed.close();
    },
  };
}

async function* budgeted(
  packed: Flow,
  { id, unpack }: Compression,
  uri: string,
  limits: Limits,
): AsyncGenerator<Buffer> {
  const at = () => [{ origin: 'content', uri, pointer: `0x${packed.position.toString(16)}` }] as const;
  const giveUp = (limit: number, side: string) =>
    new VmImportError(diagnostics['unpack-limit']({ compression: id, limit, side, tool: `${id} -dc` }, at()));

  // Decoders wrap what their input throws, each in its own way.
  let inputError: unknown = null;
  async function* counted(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of chunksOf(packed)) {
        if (packed.position > limits.packedBytes) throw giveUp(limits.packedBytes, 'of input');
        yield chunk;
      }
    } catch (error) {
      inputError = error;
      throw error;
    }
  }

  let unpacked = 0;
  try {
    for await (const piece of unpack(counted())) {
      unpacked += piece.length;
      if (unpacked > limits.unpackedBytes) throw giveUp(limits.unpackedBytes, 'of output');
      yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    }
  } catch (error) {
    if (inputError !== null) throw inputError;
    if (error instanceof VmImportError) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw new VmImportError(diagnostics['bad-compression']({ compression: id, problem }, at()), { cause: error });
  }
}
