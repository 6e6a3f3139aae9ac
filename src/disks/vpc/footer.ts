import { type ByteSource, readUpTo, toNumber } from '../../bytes/index.ts';
import { type Finding, type Provenance, VmImportError } from '../../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';
import { FOOTER_LENGTH, footerLengthAtEnd, hasHeaderCopy } from './signature.ts';

export type DiskType = 'fixed' | 'dynamic' | 'differencing';

/** The footer as stored ("Hard Disk Footer Format"); big endian. */
export interface Footer {
  /** File offset of the copy that was taken. */
  readonly offset: number;
  /** Four bytes as latin1 text, e.g. `tap\0`. */
  readonly creatorApplication: string;
  readonly creatorVersion: { readonly major: number; readonly minor: number };
  readonly creatorOs: string;
  /** ISO 8601. */
  readonly created: string;
  /** Of the dynamic disk header; null in a fixed disk. */
  readonly dataOffset: number | null;
  readonly originalSize: number;
  readonly currentSize: number;
  readonly geometry: { readonly cylinders: number; readonly heads: number; readonly sectors: number };
  readonly type: DiskType;
  readonly uuid: string;
  readonly savedState: boolean;
  /** Xen's mark of a disk that is only there as the parent of others. */
  readonly hidden: boolean;
}

interface Copy {
  readonly place: 'start' | 'end';
  readonly offset: number;
  /** Always 512 bytes; an old footer is filled up with the zero that it lacks. */
  readonly bytes: Buffer;
  readonly intact: boolean;
}

export interface FooterReading {
  readonly footer: Footer;
  /** Bytes of the footer at the end of the file; null when there is none. */
  readonly endLength: number | null;
  readonly findings: readonly Finding[];
}

const TYPES: ReadonlyMap<number, DiskType> = new Map([
  [2, 'fixed'],
  [3, 'dynamic'],
  [4, 'differencing'],
]);
const NO_OFFSET = 0xffff_ffff_ffff_ffffn;
/** 2000-01-01 00:00:00 UTC, where time begins in a VHD. */
const EPOCH = 946_684_800;

/** Fields that decide what the guest sees or how it is found; two copies must not differ in them. */
const DECISIVE: readonly (readonly [name: string, offset: number, end: number])[] = [
  ['version', 12, 16],
  ['data offset', 16, 24],
  ['creator application', 28, 32],
  ['original size', 40, 48],
  ['current size', 48, 56],
  ['geometry', 56, 60],
  ['type', 60, 64],
];

/** A place in a VHD file, for findings. */
export function vpcAt(uri: string, offset: number): readonly Provenance[] {
  return [{ origin: 'content', uri, pointer: `0x${offset.toString(16)}` }];
}

/** Ones' complement of the sum of all bytes, those of the checksum itself left out. */
export function checksumOf(bytes: Buffer, checksumOffset: number): number {
  let sum = 0;
  for (const [at, byte] of bytes.entries()) if (at < checksumOffset || at >= checksumOffset + 4) sum += byte;
  return ~sum >>> 0;
}

/** Finds both copies of the footer, compares them, and reads the one that counts. */
export async function readFooter(source: ByteSource): Promise<FooterReading> {
  const head = await readUpTo(source, 0, FOOTER_LENGTH);
  const tailLength = Math.min(source.size, FOOTER_LENGTH);
  const tail = await source.read(source.size - tailLength, tailLength);
  const endLength = footerLengthAtEnd(tail);
  const start = hasHeaderCopy(head) && head.length === FOOTER_LENGTH ? copyOf('start', 0, head) : null;
  const end =
    endLength === null
      ? null
      : copyOf('end', source.size - endLength, Buffer.concat([tail.subarray(tail.length - endLength)], FOOTER_LENGTH));
  const { taken, findings } = choose(start, end, source);
  const footer = parseFooter(taken, source.uri);
  // The first sector of a fixed disk is the guest's. One that looks like a footer makes qemu read a dynamic disk.
  if (footer.type === 'fixed' && start !== null) {
    throw new VmImportError(diagnostics['footer-over-guest']({}, vpcAt(source.uri, 0)));
  }
  const missing =
    footer.type !== 'fixed' && start === null ? [diagnostics['no-header-copy']({}, vpcAt(source.uri, 0))] : [];
  return { footer, endLength, findings: [...findings, ...missing] };
}

function copyOf(place: Copy['place'], offset: number, bytes: Buffer): Copy {
  return { place, offset, bytes, intact: checksumOf(bytes, 64) === bytes.readUInt32BE(64) };
}

function choose(
  start: Copy | null,
  end: Copy | null,
  source: ByteSource,
): { readonly taken: Copy; readonly findings: readonly Finding[] } {
  const copies = [start, end].filter((copy) => copy !== null);
  const [first, second] = copies.filter(({ intact }) => intact);
  if (first === undefined) {
    const [broken] = copies;
    if (broken === undefined) {
      throw new VmImportError(diagnostics['truncated-footer']({ size: source.size }, vpcAt(source.uri, 0)));
    }
    throw new VmImportError(
      diagnostics['wrong-checksum']({ structure: 'footer' }, vpcAt(source.uri, broken.offset + 64)),
    );
  }
  if (second !== undefined) return { taken: first, findings: compare(first, second, source.uri) };
  const findings: Finding[] = copies
    .filter(({ intact }) => !intact)
    .map(({ place, offset }) => diagnostics['copy-damaged']({ place }, vpcAt(source.uri, offset)));
  if (end === null) findings.push(diagnostics['no-footer']({}, vpcAt(source.uri, source.size)));
  return { taken: first, findings };
}

/** Two intact copies that are not the same: which disk a program sees would depend on the copy that it reads. */
function compare(start: Copy, end: Copy, uri: string): readonly Finding[] {
  const differs = (from: number, to: number) => !start.bytes.subarray(from, to).equals(end.bytes.subarray(from, to));
  const fields = DECISIVE.filter(([, from, to]) => differs(from, to)).map(([name]) => name);
  if (fields.length > 0) {
    throw new VmImportError(diagnostics['copies-differ']({ fields: fields.join(', ') }, vpcAt(uri, end.offset)));
  }
  return differs(0, FOOTER_LENGTH) ? [diagnostics['copies-out-of-step']({}, vpcAt(uri, end.offset))] : [];
}

function parseFooter({ bytes, offset }: Copy, uri: string): Footer {
  const refuse = (at: number, field: string, value: string | number, rule: string): never => {
    throw new VmImportError(diagnostics['bad-footer']({ field, value, rule }, vpcAt(uri, offset + at)));
  };
  const u64 = (at: number, field: string) =>
    toNumber(bytes.readBigUInt64BE(at), field, uri, `0x${(offset + at).toString(16)}`);
  if (bytes.readUInt16BE(12) !== 1) refuse(12, 'version', bytes.readUInt16BE(12), 'only major version 1 is defined');
  const code = bytes.readUInt32BE(60);
  const type = TYPES.get(code) ?? refuse(60, 'type', code, '2 (fixed), 3 (dynamic) and 4 (differencing) are defined');
  return {
    offset,
    creatorApplication: bytes.toString('latin1', 28, 32),
    creatorVersion: { major: bytes.readUInt16BE(32), minor: bytes.readUInt16BE(34) },
    creatorOs: bytes.toString('latin1', 36, 40),
    created: new Date((EPOCH + bytes.readUInt32BE(24)) * 1000).toISOString(),
    dataOffset: bytes.readBigUInt64BE(16) === NO_OFFSET ? null : u64(16, 'data offset'),
    originalSize: u64(40, 'original size'),
    currentSize: u64(48, 'current size'),
    geometry: { cylinders: bytes.readUInt16BE(56), heads: bytes.readUInt8(58), sectors: bytes.readUInt8(59) },
    type,
    uuid: uuidOf(bytes.subarray(68, 84)),
    savedState: bytes.readUInt8(84) !== 0,
    hidden: bytes.readUInt8(85) !== 0,
  };
}

export function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
