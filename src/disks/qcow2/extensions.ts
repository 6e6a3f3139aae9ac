import type { ByteSource } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { headerAt } from '../header.ts';
import { diagnostics } from './diagnostics.ts';
import { AUTOCLEAR, FEATURE_KINDS, type FeatureKind } from './features.ts';
import type { Header } from './header.ts';
import { HINT_EXTENSION_TYPE } from './hint-extension.ts';
import { decodeName } from './names.ts';

/** Types of header extensions (qcow2.txt, "Header extensions"). */
export const EXTENSION = {
  end: 0,
  backingFormat: 0xe2792aca,
  featureNames: 0x6803f857,
  bitmaps: 0x23852875,
  encryptionHeader: 0x0537be77,
  dataFile: 0x44415441,
  hints: HINT_EXTENSION_TYPE,
} as const;

const NAMES: ReadonlyMap<number, string> = new Map([
  [EXTENSION.backingFormat, 'backing-format'],
  [EXTENSION.featureNames, 'feature-name-table'],
  [EXTENSION.bitmaps, 'bitmaps'],
  [EXTENSION.encryptionHeader, 'full-disk-encryption-header'],
  [EXTENSION.dataFile, 'external-data-file-name'],
  [EXTENSION.hints, 'vm-hints'],
]);

export interface Extension {
  readonly type: number;
  /** null for a type this program does not know. */
  readonly name: string | null;
  /** File offset of the extension's own 8-byte header. */
  readonly offset: number;
  /** Bytes of data, without that header and without padding. */
  readonly length: number;
}

export interface ExtensionArea {
  readonly list: readonly Extension[];
  /** File offset of the end marker; null where the area simply ends after the last extension. */
  readonly endMarker: number | null;
  /** End of the room for extensions. */
  readonly end: number;
}

/** More than any program writes; qemu itself knows five types. */
const MAX_EXTENSIONS = 256;
/** PATH_MAX of Linux: a longer name could not be opened. */
const MAX_DATA_FILE_NAME = 4096;
/** qemu keeps the backing format in a buffer of 16 bytes with its terminator. */
const MAX_BACKING_FORMAT = 15;
/** QCOW2_MAX_BITMAPS, QCOW2_MAX_BITMAP_DIRECTORY_SIZE (block/qcow2-bitmap.c, block/qcow2.h). */
const MAX_BITMAPS = 65535;
const MAX_BITMAP_DIRECTORY = 1024 * MAX_BITMAPS;
/** A row of the feature name table: kind, bit, name. */
const FEATURE_ROW = 48;

/** `0xe2792aca` */
export function typeName(type: number): string {
  return `0x${type.toString(16).padStart(8, '0')}`;
}

/**
 * Lists the header extensions without reading their data. The area goes from the header to the backing file name or
 * to the end of the first cluster, and ends early at an end marker (type 0).
 */
export async function listExtensions(source: ByteSource, header: Header): Promise<ExtensionArea> {
  const end = header.backingFileOffset || header.clusterSize;
  const list: Extension[] = [];
  let offset = header.headerLength;
  while (offset < end) {
    if (end - offset < 8) {
      throw bad(source, 0, offset, `its header does not fit into the ${end - offset} bytes that are left`);
    }
    // A short last cluster reads as zeros in qemu, that is, as an end marker.
    if (offset + 8 > source.size) return { list, endMarker: null, end };
    const head = await source.read(offset, 8);
    const type = head.readUInt32BE(0);
    const length = head.readUInt32BE(4);
    if (length > end - offset - 8) {
      throw bad(source, type, offset, `its ${length} bytes do not fit into the ${end - offset - 8} that are left`);
    }
    if (type === EXTENSION.end) return { list, endMarker: offset, end };
    if (list.length === MAX_EXTENSIONS) {
      const at = headerAt(source.uri, offset);
      throw new VmImportError(diagnostics['too-many-extensions']({ limit: MAX_EXTENSIONS }, at));
    }
    const name = NAMES.get(type) ?? null;
    if (name !== null && type !== EXTENSION.hints && list.some((other) => other.type === type)) {
      const at = headerAt(source.uri, offset);
      throw new VmImportError(diagnostics['duplicate-extension']({ type: name, offset }, at));
    }
    list.push({ type, name, offset, length });
    offset += 8 + Math.ceil(length / 8) * 8;
  }
  return { list, endMarker: null, end };
}

export interface KnownExtensions {
  readonly backingFormat: string | null;
  readonly dataFile: string | null;
  readonly bitmaps: number;
  readonly encryptionHeader: { readonly offset: number; readonly length: number } | null;
  readonly featureNames: ReadonlyMap<string, string>;
}

/** Key of `featureNames`. */
export function featureKey(kind: FeatureKind, bit: number): string {
  return `${kind}:${bit}`;
}

/** Reads the extensions the specification defines, with the checks of qemu's `qcow2_read_extensions`. */
export async function readKnownExtensions(
  source: ByteSource,
  header: Header,
  area: ExtensionArea,
): Promise<KnownExtensions> {
  const find = (type: number) => area.list.find((extension) => extension.type === type);
  const format = find(EXTENSION.backingFormat);
  const dataFile = find(EXTENSION.dataFile);
  const text = async (extension: Extension, what: string, limit: number) => {
    if (extension.length > limit) {
      throw bad(source, extension.type, extension.offset, `its ${extension.length} bytes exceed the limit of ${limit}`);
    }
    return decodeName(await dataOf(source, extension), what, source.uri, extension.offset + 8);
  };
  return {
    backingFormat: format === undefined ? null : await text(format, 'backing format', MAX_BACKING_FORMAT),
    dataFile: dataFile === undefined ? null : await text(dataFile, 'external data file', MAX_DATA_FILE_NAME),
    bitmaps: await readBitmaps(source, header, find(EXTENSION.bitmaps)),
    encryptionHeader: await readEncryptionHeader(source, header, find(EXTENSION.encryptionHeader)),
    featureNames: await readFeatureNames(source, find(EXTENSION.featureNames)),
  };
}

/** The data of an extension whose length the caller has bounded. */
export async function dataOf(source: ByteSource, extension: Extension): Promise<Buffer> {
  return source.read(extension.offset + 8, extension.length);
}

async function readBitmaps(source: ByteSource, header: Header, extension: Extension | undefined): Promise<number> {
  if (extension === undefined) return 0;
  const refuse = (problem: string): never => {
    throw bad(source, extension.type, extension.offset, problem);
  };
  if (extension.length !== 24) refuse(`it has ${extension.length} bytes, not 24`);
  // Without the autoclear bit a program that knows no bitmaps wrote to the image: they are stale and qemu skips them.
  if ((header.autoclearFeatures & AUTOCLEAR.bitmaps) === 0n) return 0;
  const data = await dataOf(source, extension);
  const count = data.readUInt32BE(0);
  const size = data.readBigUInt64BE(8);
  const offset = data.readBigUInt64BE(16);
  if (count === 0 || count > MAX_BITMAPS) refuse(`it counts ${count} bitmaps, 1 to ${MAX_BITMAPS} are possible`);
  if (data.readUInt32BE(4) !== 0) refuse('its reserved field is not zero');
  if (offset % BigInt(header.clusterSize) !== 0n || offset === 0n) {
    refuse('the bitmap directory is not at a cluster of its own');
  }
  if (size > BigInt(MAX_BITMAP_DIRECTORY)) refuse('the bitmap directory is larger than qemu opens');
  if (offset + size > BigInt(source.size)) refuse('the bitmap directory does not lie inside the file');
  return count;
}

async function readEncryptionHeader(
  source: ByteSource,
  header: Header,
  extension: Extension | undefined,
): Promise<KnownExtensions['encryptionHeader']> {
  if (extension === undefined) {
    if (header.cryptMethod !== 'luks') return null;
    throw bad(source, EXTENSION.encryptionHeader, header.headerLength, 'a LUKS image needs it and it is not there');
  }
  const refuse = (problem: string): never => {
    throw bad(source, extension.type, extension.offset, problem);
  };
  if (header.cryptMethod !== 'luks') refuse('the image is not encrypted with LUKS');
  if (extension.length !== 16) refuse(`it has ${extension.length} bytes, not 16`);
  const data = await dataOf(source, extension);
  const offset = data.readBigUInt64BE(0);
  const length = data.readBigUInt64BE(8);
  if (offset % BigInt(header.clusterSize) !== 0n || offset === 0n) {
    refuse('the LUKS header is not at a cluster of its own');
  }
  if (offset + length > BigInt(source.size)) refuse('the LUKS header does not lie inside the file');
  return { offset: Number(offset), length: Number(length) };
}

async function readFeatureNames(
  source: ByteSource,
  extension: Extension | undefined,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  if (extension === undefined) return names;
  // 3 kinds of 64 bits: a longer table repeats itself.
  const rows = Math.min(Math.floor(extension.length / FEATURE_ROW), FEATURE_KINDS.length * 64);
  const data = await source.read(extension.offset + 8, rows * FEATURE_ROW);
  for (let row = 0; row < rows; row++) {
    const at = row * FEATURE_ROW;
    const kind = FEATURE_KINDS[data.readUInt8(at)];
    if (kind === undefined) continue;
    // The names only decorate a message, so odd bytes in them are no reason to refuse the image.
    const name = data.toString('utf8', at + 2, at + FEATURE_ROW).split('\0', 1)[0] ?? '';
    names.set(featureKey(kind, data.readUInt8(at + 1)), name);
  }
  return names;
}

function bad(source: ByteSource, type: number, offset: number, problem: string): VmImportError {
  const name = NAMES.get(type);
  const args = { type: name ?? typeName(type), offset, problem };
  return new VmImportError(diagnostics['bad-extension'](args, headerAt(source.uri, offset)));
}
