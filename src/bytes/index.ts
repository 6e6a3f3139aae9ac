import { defineDiagnostics, VmImportError } from '../diagnostics/index.ts';

/**
 * Random access to the bytes of one input. A reader checks its offsets against `size` before it reads; a read outside
 * is refused all the same, never padded.
 */
export interface ByteSource {
  readonly uri: string;
  /** Bytes; a safe integer. */
  readonly size: number;
  /** Bytes fetched from the origin so far, for reports. */
  readonly bytesRead: number;
  /** Exactly `length` bytes at `offset`. Throws the finding `bytes/out-of-range` (exit 3) when they are not all there. */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

export const diagnostics = defineDiagnostics('bytes', {
  'out-of-range': {
    severity: 'error',
    exit: 3,
    message:
      'The file ends before the {length} bytes at offset {offset} that its own header points to ({size} bytes in all).',
    remedy: "The file is truncated or damaged: fetch it again and compare its checksum with the publisher's.",
    explain:
      'A table or header inside the file points outside the file. Nothing is guessed or padded with zeros: an import from such a file would give a guest with silently missing data.',
  },
  'number-too-large': {
    severity: 'error',
    exit: 3,
    message: 'The field {field} holds {value}, which is larger than any real image needs.',
    remedy: 'The file is damaged or was made to harm its reader: do not use it.',
    explain:
      'A 64-bit field holds a number that cannot be represented exactly (above 2^53). No real disk is that large; the value is refused before any arithmetic is done with it.',
  },
});

/** Largest single read any reader may ask for: 32 MiB, the cap qemu puts on one qcow2 table. */
export const MAX_READ = 32 * 1024 * 1024;

/** Throws unless `[offset, offset + length)` lies inside the source and is a sane read. */
export function checkRange(
  source: { readonly uri: string; readonly size: number },
  offset: number,
  length: number,
): void {
  const sane =
    Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0 && length <= MAX_READ;
  if (!sane || offset + length > source.size) {
    throw new VmImportError(
      diagnostics['out-of-range']({ offset, length, size: source.size }, [
        { origin: 'content', uri: source.uri, pointer: `0x${Math.max(0, Math.trunc(offset) || 0).toString(16)}` },
      ]),
    );
  }
}

/** Number of an unsigned 64-bit field; throws `bytes/number-too-large` (exit 3) above 2^53 - 1. */
export function toNumber(value: bigint, field: string, uri: string, pointer: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new VmImportError(
      diagnostics['number-too-large']({ field, value: `0x${value.toString(16)}` }, [
        { origin: 'content', uri, pointer },
      ]),
    );
  }
  return Number(value);
}

/** A source over bytes that are already in memory. */
export function bufferSource(uri: string, bytes: Uint8Array): ByteSource {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let bytesRead = 0;
  const source: ByteSource = {
    uri,
    size: buffer.length,
    get bytesRead() {
      return bytesRead;
    },
    async read(offset, length) {
      checkRange(source, offset, length);
      bytesRead += length;
      return buffer.subarray(offset, offset + length);
    },
    async close() {},
  };
  return source;
}

/** Part of another source; offsets count from the start of the part. Closing it does not close the whole. */
export function sliceSource(whole: ByteSource, offset: number, size: number): ByteSource {
  if (
    !Number.isSafeInteger(offset) ||
    !Number.isSafeInteger(size) ||
    offset < 0 ||
    size < 0 ||
    offset + size > whole.size
  ) {
    throw new VmImportError(
      diagnostics['out-of-range']({ offset, length: size, size: whole.size }, [
        { origin: 'content', uri: whole.uri, pointer: null },
      ]),
    );
  }
  const source: ByteSource = {
    uri: whole.uri,
    size,
    get bytesRead() {
      return whole.bytesRead;
    },
    async read(at, length) {
      checkRange(source, at, length);
      return whole.read(offset + at, length);
    },
    async close() {},
  };
  return source;
}

/**
 * Serves the first `length` bytes from one read, so that probing and reading a header cost a single request. A read
 * that goes beyond them brings only the rest.
 */
export function withHead(inner: ByteSource, length: number): ByteSource {
  const headLength = Math.min(length, inner.size);
  let head: Promise<Buffer> | undefined;
  const source: ByteSource = {
    uri: inner.uri,
    size: inner.size,
    get bytesRead() {
      return inner.bytesRead;
    },
    async read(offset, size) {
      checkRange(source, offset, size);
      const beyond = offset + size - headLength;
      if (beyond > 0 && (offset >= headLength || head === undefined)) return inner.read(offset, size);
      head ??= inner.read(0, headLength);
      const known = (await head).subarray(offset, offset + size);
      return beyond > 0 ? Buffer.concat([known, await inner.read(headLength, beyond)]) : known;
    },
    close: () => inner.close(),
  };
  return source;
}

/** Serves the last `length` bytes from one read; for signatures at the end, which several readers look at. */
export function withTail(inner: ByteSource, length: number): ByteSource {
  const start = Math.max(0, inner.size - length);
  let tail: Promise<Buffer> | undefined;
  const source: ByteSource = {
    uri: inner.uri,
    size: inner.size,
    get bytesRead() {
      return inner.bytesRead;
    },
    async read(offset, size) {
      checkRange(source, offset, size);
      if (offset < start) return inner.read(offset, size);
      tail ??= inner.read(start, inner.size - start);
      return (await tail).subarray(offset - start, offset - start + size);
    },
    close: () => inner.close(),
  };
  return source;
}

/** As many of the `length` bytes at `offset` as the source has; for probing. */
export async function readUpTo(source: ByteSource, offset: number, length: number): Promise<Buffer> {
  if (offset >= source.size) return Buffer.alloc(0);
  return source.read(offset, Math.min(length, source.size - offset));
}
