import { type ByteSource, readUpTo, toNumber } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { headerAt } from '../header.ts';
import { diagnostics } from './diagnostics.ts';

export const SECTOR = 512;

/** A hosted sparse extent (VMware Virtual Disk Format 5.0, `SparseExtentHeader`). Offsets and sizes are in bytes. */
export interface SparseHeader {
  readonly version: number;
  readonly flags: number;
  readonly capacitySectors: number;
  readonly grainSectors: number;
  readonly descriptorOffset: number;
  readonly descriptorSize: number;
  readonly entriesPerTable: number;
  /** Of the directory in use: from the footer where the file has one. */
  readonly directoryOffset: number;
  readonly footer: boolean;
  readonly uncleanShutdown: boolean;
  readonly zeroGrains: boolean;
  readonly compressed: boolean;
}

const FLAG = { redundantDirectory: 1 << 1, zeroGrains: 1 << 2, compressed: 1 << 16, markers: 1 << 17 } as const;

/** gdOffset of a file whose header was written before anybody knew: the footer has the true one. */
const DIRECTORY_AT_END = 0xffff_ffff_ffff_ffffn;
/** Footer marker, footer, end-of-stream marker. */
const FOOTER_LENGTH = 3 * SECTOR;
const MARKER_FOOTER = 3;
const MARKER_END_OF_STREAM = 0;

/** qemu block/vmdk.c: 1 GiB in one grain is "unrealistic", and 512 entries is what every writer uses. */
const MAX_GRAIN_SECTORS = 0x20_0000;
const MAX_TABLE_ENTRIES = 512;
/** A compressed grain is held in memory as a whole. Writers use 64 KiB. */
const MAX_COMPRESSED_GRAIN_SECTORS = (4 * 1024 * 1024) / SECTOR;
const MAX_CAPACITY_SECTORS = Math.floor(Number.MAX_SAFE_INTEGER / SECTOR);

/** What has to be the same in header and footer, so that it does not matter which of them a reader takes. */
const SAME_IN_FOOTER = [
  ['version', 4, 4],
  ['flags', 8, 4],
  ['capacity', 12, 8],
  ['grainSize', 20, 8],
  ['descriptorOffset', 28, 8],
  ['descriptorSize', 36, 8],
  ['numGTEsPerGT', 44, 4],
  ['compressAlgorithm', 77, 2],
] as const;

/** Reads header and footer and refuses what no reader could use. One read, or two where there is a footer. */
export async function readHeader(file: ByteSource): Promise<SparseHeader> {
  const head = await readUpTo(file, 0, SECTOR);
  if (head.length < SECTOR) {
    throw new VmImportError(
      diagnostics['truncated-header']({ needed: SECTOR, size: head.length }, headerAt(file.uri, 0)),
    );
  }
  const atEnd = head.readBigUInt64LE(56) === DIRECTORY_AT_END;
  const last = atEnd ? await readFooter(file, head) : head;
  const header = parse(head, last, file.uri, atEnd);
  checkPlaces(header, head, file);
  return header;
}

function parse(head: Buffer, last: Buffer, uri: string, footer: boolean): SparseHeader {
  const refuse = (offset: number, field: string, value: string | number, rule: string): never => {
    throw new VmImportError(diagnostics['bad-header']({ field, value, rule }, headerAt(uri, offset)));
  };
  const u64 = (from: Buffer, offset: number, field: string) =>
    toNumber(from.readBigUInt64LE(offset), field, uri, `header+0x${offset.toString(16)}`);

  const version = head.readUInt32LE(4);
  if (version < 1 || version > 3) {
    throw new VmImportError(diagnostics['unsupported-version']({ version }, headerAt(uri, 4)));
  }
  const test = head.subarray(73, 77);
  if (test.toString('latin1') !== '\n \r\n') {
    const found = test.toString('hex').replaceAll(/..(?=.)/g, '$& ');
    throw new VmImportError(diagnostics['text-mode-damage']({ found }, headerAt(uri, 73)));
  }
  const flags = head.readUInt32LE(8);
  const capacitySectors = u64(head, 12, 'capacity');
  if (capacitySectors === 0) throw new VmImportError(diagnostics['capacity-zero']({}, headerAt(uri, 12)));
  if (capacitySectors > MAX_CAPACITY_SECTORS) {
    refuse(12, 'capacity', capacitySectors, `at most ${MAX_CAPACITY_SECTORS} sectors can be counted in bytes`);
  }
  const algorithm = head.readUInt16LE(77);
  if (algorithm > 1) refuse(77, 'compressAlgorithm', algorithm, '0 (none) and 1 (deflate) are defined');
  const compressed = algorithm === 1;
  // qemu goes by the algorithm, VMware by the flag: they may not differ.
  if (compressed !== ((flags & FLAG.compressed) !== 0)) {
    refuse(77, 'compressAlgorithm', algorithm, 'flag bit 16 has to be set if and only if it is 1');
  }
  // Without markers nobody knows how long a packed grain is, and qemu reads some and fails at others.
  if (compressed && (flags & FLAG.markers) === 0) refuse(8, 'flags', flags, 'compressed grains have markers (bit 17)');
  const grainSectors = u64(head, 20, 'grainSize');
  const mostGrain = compressed ? MAX_COMPRESSED_GRAIN_SECTORS : MAX_GRAIN_SECTORS;
  if (grainSectors < 1 || grainSectors > mostGrain || !Number.isInteger(Math.log2(grainSectors))) {
    refuse(20, 'grainSize', grainSectors, `it has to be a power of two from 1 to ${mostGrain} sectors`);
  }
  const entriesPerTable = head.readUInt32LE(44);
  if (entriesPerTable < 1 || entriesPerTable > MAX_TABLE_ENTRIES) {
    refuse(44, 'numGTEsPerGT', entriesPerTable, `it has to be 1 to ${MAX_TABLE_ENTRIES}`);
  }
  const sectors = (from: Buffer, offset: number, field: string): number => {
    const value = u64(from, offset, field);
    if (value > MAX_CAPACITY_SECTORS) refuse(offset, field, value, 'it counts sectors and points outside any file');
    return value * SECTOR;
  };
  return {
    version,
    flags,
    capacitySectors,
    grainSectors,
    descriptorOffset: sectors(head, 28, 'descriptorOffset'),
    descriptorSize: sectors(head, 36, 'descriptorSize'),
    entriesPerTable,
    directoryOffset: sectors(last, 56, 'gdOffset'),
    footer,
    uncleanShutdown: head.readUInt8(72) !== 0,
    zeroGrains: (flags & FLAG.zeroGrains) !== 0,
    compressed,
  };
}

async function readFooter(file: ByteSource, head: Buffer): Promise<Buffer> {
  const start = file.size - FOOTER_LENGTH;
  const refuse = (problem: string): never => {
    const at = [{ origin: 'content' as const, uri: file.uri, pointer: `0x${Math.max(0, start).toString(16)}` }];
    throw new VmImportError(diagnostics['bad-footer']({ problem }, at));
  };
  // qemu rounds the size up to sectors before it counts back from the end: only whole sectors leave one footer.
  if (file.size % SECTOR !== 0) refuse(`the file of ${file.size} bytes is not a whole number of sectors`);
  if (start < SECTOR) refuse('the file is too short to have one');
  const tail = await file.read(start, FOOTER_LENGTH);
  const footer = tail.subarray(SECTOR, 2 * SECTOR);
  if (footer.toString('latin1', 0, 4) !== 'KDMV') refuse('its signature is missing');
  if (!isMarker(tail, 0, MARKER_FOOTER)) refuse('no footer marker stands before it');
  if (tail.readBigUInt64LE(2 * SECTOR) !== 0n || !isMarker(tail, 2 * SECTOR, MARKER_END_OF_STREAM)) {
    refuse('no end-of-stream marker follows it');
  }
  for (const [field, offset, length] of SAME_IN_FOOTER) {
    if (!footer.subarray(offset, offset + length).equals(head.subarray(offset, offset + length))) {
      refuse(`its ${field} is not that of the header`);
    }
  }
  if (footer.readBigUInt64LE(56) === DIRECTORY_AT_END) refuse('it refers to a footer itself');
  return footer;
}

/** A marker that is no grain has size 0 and a type. */
function isMarker(bytes: Buffer, at: number, type: number): boolean {
  return bytes.readUInt32LE(at + 8) === 0 && bytes.readUInt32LE(at + 12) === type;
}

/** Grain directories and the sectors before the first grain have to be in the file; none of them is read here. */
function checkPlaces(header: SparseHeader, head: Buffer, file: ByteSource): void {
  const overhead = head.readBigUInt64LE(64);
  if (overhead * BigInt(SECTOR) > BigInt(file.size)) {
    const needed = (overhead * BigInt(SECTOR)).toString();
    throw new VmImportError(diagnostics['truncated-file']({ needed, size: file.size }, headerAt(file.uri, 64)));
  }
  const length = Math.ceil(header.capacitySectors / (header.grainSectors * header.entriesPerTable)) * 4;
  const directories = [{ at: 56, offset: header.directoryOffset }];
  // qemu reads the second directory too when it opens the file; with a footer its place is unknown in the header.
  if ((header.flags & FLAG.redundantDirectory) !== 0 && !header.footer) {
    const offset = toNumber(head.readBigUInt64LE(48), 'rgdOffset', file.uri, 'header+0x30') * SECTOR;
    // 0 is none to qemu, whatever the flag says
    if (offset !== 0) directories.push({ at: 48, offset });
  }
  for (const { at, offset } of directories) {
    if (offset < SECTOR || offset + length > file.size) {
      throw new VmImportError(
        diagnostics['directory-outside-file']({ offset, length, size: file.size }, headerAt(file.uri, at)),
      );
    }
  }
}
