/** Fields of bytes that may end early: what is not all there is undefined, and so equal to no constant. */

export function u8(bytes: Buffer, offset: number): number | undefined {
  return bytes[offset];
}

export function u16(bytes: Buffer, offset: number): number | undefined {
  return fits(bytes, offset, 2) ? bytes.readUInt16LE(offset) : undefined;
}

export function u32(bytes: Buffer, offset: number): number | undefined {
  return fits(bytes, offset, 4) ? bytes.readUInt32LE(offset) : undefined;
}

export function u32be(bytes: Buffer, offset: number): number | undefined {
  return fits(bytes, offset, 4) ? bytes.readUInt32BE(offset) : undefined;
}

export function u64(bytes: Buffer, offset: number): bigint | undefined {
  return fits(bytes, offset, 8) ? bytes.readBigUInt64LE(offset) : undefined;
}

/** Whether the latin1 text stands at `offset`. */
export function has(bytes: Buffer, offset: number, text: string): boolean {
  return bytes.toString('latin1', offset, offset + text.length) === text;
}

/** A byte count or sector number that fits a double exactly; undefined for what no real disk needs. */
export function exact(value: bigint | undefined): number | undefined {
  return value === undefined || value > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(value);
}

export function allZero(bytes: Buffer, from = 0, to = bytes.length): boolean {
  return bytes.subarray(from, to).every((byte) => byte === 0);
}

/** Text of a fixed field: up to the first NUL; control, format and broken characters must not garble a report. */
export function printable(text: string): string {
  return (text.split('\0', 1)[0] ?? '').replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?').trim();
}

function fits(bytes: Buffer, offset: number, length: number): boolean {
  return offset >= 0 && offset + length <= bytes.length;
}
