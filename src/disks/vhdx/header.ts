import type { ByteSource } from '../../bytes/index.ts';
import { type Provenance, VmImportError } from '../../diagnostics/index.ts';
import { guidAt, NO_GUID } from '../guid.ts';
import { crc32c } from './crc32c.ts';
import { diagnostics } from './diagnostics.ts';

/** [MS-VHDX] 2.2.2, little endian. */
export interface Header {
  readonly offset: number;
  readonly sequence: bigint;
  readonly fileWriteGuid: string;
  readonly dataWriteGuid: string;
  /** null when the log is empty. */
  readonly logGuid: string | null;
  readonly logLength: number;
  readonly logOffset: bigint;
}

/** Where the two copies of the header and of the region table begin (2.2, "Header Section"). */
const HEADERS = [64 * 1024, 128 * 1024] as const;
const HEADER_LENGTH = 4096;
const REGION_TABLES = [192 * 1024, 256 * 1024] as const;
const REGION_TABLE_LENGTH = 64 * 1024;
/** What is read of a table at first: room for 127 regions, of which two are defined. */
const TABLE_START = 4096;
/** The header section ends here; all regions, the log and all blocks lie behind it. */
export const HEADER_SECTION = 1024 * 1024;

/** A place in a VHDX file, for findings. */
export function vhdxAt(uri: string, offset: number): readonly Provenance[] {
  return [{ origin: 'content', uri, pointer: `0x${offset.toString(16)}` }];
}

/** Takes the valid header with the higher sequence number, as 2.2.2 wants it. */
export async function readHeader(source: ByteSource): Promise<Header> {
  const [first, second] = await readHeaders(source);
  if (first === undefined) {
    throw new VmImportError(diagnostics['no-valid-copy']({ structure: 'header' }, vhdxAt(source.uri, HEADERS[0])));
  }
  const sequence = (bytes: Buffer) => bytes.readBigUInt64LE(8);
  let current = first;
  if (second !== undefined && sequence(second.bytes) >= sequence(first.bytes)) {
    // Disk2vhd writes the same header twice; anything else with one number is two headers that both claim to count.
    if (sequence(second.bytes) === sequence(first.bytes) && !second.bytes.equals(first.bytes)) {
      const args = { structure: 'headers' };
      throw new VmImportError(diagnostics['copies-differ'](args, vhdxAt(source.uri, second.offset)));
    }
    current = second;
  }
  return parseHeader(current.bytes, current.offset, source.uri);
}

function parseHeader(bytes: Buffer, offset: number, uri: string): Header {
  const refuse = (at: number, field: string, value: number, rule: string): never => {
    throw new VmImportError(
      diagnostics['bad-field']({ structure: 'header', field, value, rule }, vhdxAt(uri, offset + at)),
    );
  };
  const version = bytes.readUInt16LE(66);
  if (version !== 1) refuse(66, 'version', version, 'only version 1 is defined');
  const logGuid = guidAt(bytes, 48);
  const logVersion = bytes.readUInt16LE(64);
  if (logGuid !== NO_GUID && logVersion !== 0) refuse(64, 'log version', logVersion, 'only version 0 is defined');
  return {
    offset,
    sequence: bytes.readBigUInt64LE(8),
    fileWriteGuid: guidAt(bytes, 16),
    dataWriteGuid: guidAt(bytes, 32),
    logGuid: logGuid === NO_GUID ? null : logGuid,
    logLength: bytes.readUInt32LE(68),
    logOffset: bytes.readBigUInt64LE(72),
  };
}

interface StoredCopy {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** The region table: both copies are the same by specification, but programs read different ones. */
export async function readRegionTable(source: ByteSource): Promise<StoredCopy> {
  const copies: StoredCopy[] = [];
  for (const offset of REGION_TABLES) {
    const copy = await readTableCopy(source, offset);
    if (copy !== null) copies.push(copy);
  }
  const [first, second] = copies;
  if (first === undefined) {
    const args = { structure: 'region table' };
    throw new VmImportError(diagnostics['no-valid-copy'](args, vhdxAt(source.uri, REGION_TABLES[0])));
  }
  if (second !== undefined && !first.bytes.equals(second.bytes)) {
    const args = { structure: 'region tables' };
    throw new VmImportError(diagnostics['copies-differ'](args, vhdxAt(source.uri, second.offset)));
  }
  return first;
}

/**
 * One copy of the region table; null when its signature or checksum is wrong. The 64 KiB are zeros but for the
 * entries, and the checksum of the start with zeros behind it shows that without reading them. A file that has
 * something else there anyway deceives nobody: the entries of both copies are compared, whichever one a program takes.
 */
async function readTableCopy(source: ByteSource, offset: number): Promise<StoredCopy | null> {
  const start = await source.read(offset, TABLE_START);
  if (start.toString('latin1', 0, 4) !== 'regi') return null;
  const checksum = start.readUInt32LE(4);
  const padded = Buffer.concat([start], REGION_TABLE_LENGTH);
  if (crc32c(padded, 4) === checksum) return { offset, bytes: padded };
  const rest = await source.read(offset + TABLE_START, REGION_TABLE_LENGTH - TABLE_START);
  const bytes = Buffer.concat([start, rest]);
  return crc32c(bytes, 4) === checksum ? { offset, bytes } : null;
}

/** Those headers whose signature and checksum are right. */
async function readHeaders(source: ByteSource): Promise<readonly StoredCopy[]> {
  if (source.size < HEADER_SECTION) {
    const args = { needed: HEADER_SECTION, size: source.size };
    throw new VmImportError(diagnostics.truncated(args, vhdxAt(source.uri, 0)));
  }
  const valid: StoredCopy[] = [];
  for (const offset of HEADERS) {
    const bytes = await source.read(offset, HEADER_LENGTH);
    if (bytes.toString('latin1', 0, 4) !== 'head') continue;
    if (crc32c(bytes, 4) === bytes.readUInt32LE(4)) valid.push({ offset, bytes });
  }
  return valid;
}
