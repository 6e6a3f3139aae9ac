import { createHash } from 'node:crypto';
import { type ByteSource, readUpTo } from '../../bytes/index.ts';
import { type Finding, VmImportError } from '../../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';
import { type Metadata, parseMetadata, type Segment } from './luks2-metadata.ts';
import { fieldText, luksAt, type Volume } from './volume.ts';

/** LUKS2 On-Disk Format Specification 1.1.1, 2.1: binary header, then JSON up to `hdr_size`; big endian. */
const BINARY_LENGTH = 4096;
const CHECKSUM_OFFSET = 448;
const CHECKSUM_LENGTH = 64;
/** The sizes of binary header and JSON that are allowed (table 1 of the specification). */
const SIZES: ReadonlySet<bigint> = new Set(
  [16, 32, 64, 128, 256, 512, 1024, 2048, 4096].map((kib) => BigInt(kib * 1024)),
);
/** The specification allows any hash of the library; nobody uses another than these. */
const HASHES: ReadonlySet<string> = new Set(['sha1', 'sha256', 'sha512']);
const MAX_DIGITS = 16;

export async function readLuks2(source: ByteSource): Promise<Volume> {
  const binary = await readUpTo(source, 0, BINARY_LENGTH);
  if (binary.length < BINARY_LENGTH) throw truncated(source, BINARY_LENGTH);
  const stated = binary.readBigUInt64BE(8);
  if (!SIZES.has(stated)) {
    const rule = 'it has to be a power of two from 16 KiB to 4 MiB';
    const args = { field: 'header size', value: stated.toString(), rule };
    throw new VmImportError(diagnostics['bad-header'](args, luksAt(source.uri, 8)));
  }
  const size = Number(stated);
  if (size > source.size) throw truncated(source, size);
  const header = Buffer.from(await source.read(0, size));
  checkSum(header, source.uri);
  const metadata = parseMetadata(header.subarray(BINARY_LENGTH), source.uri);
  const findings: Finding[] = [];
  const virtualSize = judgeSegments(metadata, source, findings);
  if (metadata.requirements.length > 0) {
    const features = metadata.requirements.join(', ');
    findings.push(diagnostics.requirements({ features }, luksAt(source.uri, BINARY_LENGTH)));
  }
  findings.push(diagnostics['luks2-in-qemu']({}, luksAt(source.uri, 6)));
  const [segment] = metadata.segments;
  return {
    virtualSize,
    details: {
      version: 2,
      cipher: segment?.encryption ?? null,
      hash: null,
      keyBits: metadata.keyBits,
      uuid: fieldText(header, 168, 40),
      label: fieldText(header, 24, 48),
      subsystem: fieldText(header, 208, 48),
      // 64 bits that count changes of the header.
      sequence: header.readBigUInt64BE(16).toString(),
      payloadOffset: segment === undefined ? null : (digits(segment.offset) ?? null),
      sectorSize: segment?.sectorSize ?? null,
      activeKeySlots: metadata.keySlots,
      segments: metadata.segments.map(({ type, offset, size: length }) => ({ type, offset, size: length })),
    },
    findings,
  };
}

/** The checksum covers binary header and JSON, with its own field taken as zeros (2.1). */
function checkSum(header: Buffer, uri: string): void {
  const name = fieldText(header, 72, 32) ?? '';
  if (!HASHES.has(name)) {
    const args = { field: 'checksum algorithm', value: name, rule: 'sha1, sha256 and sha512 are known' };
    throw new VmImportError(diagnostics['bad-header'](args, luksAt(uri, 72)));
  }
  const stored = Buffer.from(header.subarray(CHECKSUM_OFFSET, CHECKSUM_OFFSET + CHECKSUM_LENGTH));
  header.fill(0, CHECKSUM_OFFSET, CHECKSUM_OFFSET + CHECKSUM_LENGTH);
  const sum = createHash(name).update(header).digest();
  if (!stored.subarray(0, sum.length).equals(sum)) {
    throw new VmImportError(diagnostics['wrong-checksum']({}, luksAt(uri, CHECKSUM_OFFSET)));
  }
}

/** One encrypted segment is a volume; more of them are a volume whose encryption is being changed. */
function judgeSegments({ segments }: Metadata, source: ByteSource, findings: Finding[]): number | null {
  const [segment, second] = segments;
  const at = luksAt(source.uri, BINARY_LENGTH);
  if (segment === undefined || second !== undefined || segment.type !== 'crypt') {
    findings.push(diagnostics['unusual-segments']({ count: segments.length }, at));
    return null;
  }
  const offset = digits(segment.offset);
  if (offset === 0) {
    findings.push(diagnostics['detached-header']({}, at));
    return null;
  }
  const length = sizeOf(segment, offset, source);
  if (offset === null || length === null) {
    const args = { offset: segment.offset, size: source.size };
    throw new VmImportError(diagnostics['data-outside-file'](args, at));
  }
  return length;
}

function sizeOf(segment: Segment, offset: number | null, source: ByteSource): number | null {
  if (offset === null || offset > source.size) return null;
  if (segment.size === 'dynamic') return source.size - offset;
  const size = digits(segment.size);
  return size === null || offset + size > source.size ? null : size;
}

/** Numbers above 2^53 are strings in LUKS2, so all offsets and sizes are; null when it is not such a number. */
function digits(text: string): number | null {
  if (text.length > MAX_DIGITS || !/^[0-9]+$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

function truncated(source: ByteSource, needed: number): VmImportError {
  return new VmImportError(diagnostics.truncated({ needed, size: source.size }, luksAt(source.uri, 0)));
}
