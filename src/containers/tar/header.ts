import { nameOf } from '../names.ts';

export const BLOCK = 512;

/** Fields of a header block as stored (POSIX.1-2017 ustar; GNU tar tar.h). */
export interface Header {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** `0` to `7` and letters; `\0` is an old way to say `0`. */
  readonly type: string;
  readonly link: string;
  /** The whole block, for fields that only some types have. */
  readonly block: Buffer;
}

const CHECKSUM_AT = 148;
const CHECKSUM_LENGTH = 8;

/** Whether a block has the checksum of a header; v7 has no signature but this. */
export function isHeader(head: Buffer): boolean {
  if (head.length < BLOCK) return false;
  const stored = octal(head.subarray(CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_LENGTH));
  if (stored === null) return false;
  let unsigned = 0;
  let signed = 0;
  for (let at = 0; at < BLOCK; at++) {
    const inside = at >= CHECKSUM_AT && at < CHECKSUM_AT + CHECKSUM_LENGTH;
    const byte = inside ? 0x20 : head.readUInt8(at);
    unsigned += byte;
    // old programs added up signed characters
    signed += byte > 127 ? byte - 256 : byte;
  }
  return stored === unsigned || stored === signed;
}

/** The fields of a block whose checksum holds, or what is wrong with it. */
export function parseHeader(block: Buffer): Header | { readonly problem: string } {
  if (!isHeader(block)) return { problem: 'its checksum does not hold' };
  const size = number(block.subarray(124, 136));
  if (size === null) return { problem: 'its size is no number' };
  const magic = block.toString('latin1', 257, 263);
  // GNU's own format has other fields where POSIX has the prefix
  const prefix = magic === 'ustar\0' ? text(block.subarray(345, 500)) : '';
  const name = text(block.subarray(0, 100));
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    mode: (number(block.subarray(100, 108)) ?? 0) & 0o7777,
    uid: number(block.subarray(108, 116)) ?? 0,
    gid: number(block.subarray(116, 124)) ?? 0,
    size,
    type: block.toString('latin1', 156, 157),
    link: text(block.subarray(157, 257)),
    block,
  };
}

/** Characters up to the first NUL. */
export function text(field: Buffer): string {
  const end = field.indexOf(0);
  return nameOf(end < 0 ? field : field.subarray(0, end));
}

/** A number in octal digits, or in base 256 when the first bit is set; null when it is neither or above 2^53 - 1. */
export function number(field: Buffer): number | null {
  const first = field.readUInt8(0);
  if ((first & 0x80) === 0) return octal(field);
  // a negative number (0xff...) is no size, no owner and no mode
  if (first !== 0x80) return null;
  const value = field.subarray(1).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(value);
}

/** Leading blanks, digits, then NUL or blank, or the end of the field; an empty field is 0. */
function octal(field: Buffer): number | null {
  const digits = /^ *([0-7]*)(?:[ \0].*)?$/s.exec(field.toString('latin1'))?.[1];
  return digits === undefined ? null : Number.parseInt(digits || '0', 8);
}
