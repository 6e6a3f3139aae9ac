import { type ByteSource, toNumber } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';
import { checksumOf, type Footer, uuidOf, vpcAt } from './footer.ts';
import { FOOTER_LENGTH } from './signature.ts';

/** "Dynamic Disk Header Format"; big endian, 1024 bytes. */
export interface DynamicHeader {
  readonly offset: number;
  readonly batOffset: number;
  readonly batEntries: number;
  readonly blockSize: number;
  /** Of a differencing disk; null else. */
  readonly parent: Parent | null;
}

export interface Parent {
  readonly uuid: string;
  readonly name: string;
  readonly locators: readonly { readonly platform: string; readonly name: string }[];
}

export const DYNAMIC_HEADER_LENGTH = 1024;
const SECTOR = 512;
const LOCATORS = 8;
/** A path of Windows has at most 32767 characters; none that is used needs more than this many bytes. */
const MAX_LOCATOR = 1024;
/** Platform codes of parent locators whose data are a path, and its encoding. */
const ENCODINGS: ReadonlyMap<string, 'utf16le' | 'utf8'> = new Map([
  ['W2ku', 'utf16le'],
  ['W2ru', 'utf16le'],
  ['MacX', 'utf8'],
]);

/** Reads the header that follows the footer copy, and refuses what qemu, Hyper-V or XenServer would not open. */
export async function readDynamicHeader(source: ByteSource, footer: Footer, size: number): Promise<DynamicHeader> {
  const offset = footer.dataOffset ?? source.size;
  if (offset < FOOTER_LENGTH || offset + DYNAMIC_HEADER_LENGTH > source.size) {
    const args = { structure: 'dynamic disk header', length: DYNAMIC_HEADER_LENGTH, offset, size: source.size };
    throw new VmImportError(diagnostics['outside-file'](args, vpcAt(source.uri, footer.offset + 16)));
  }
  const bytes = await source.read(offset, DYNAMIC_HEADER_LENGTH);
  const refuse = (at: number, field: string, value: string | number, rule: string): never => {
    throw new VmImportError(diagnostics['bad-header']({ field, value, rule }, vpcAt(source.uri, offset + at)));
  };
  if (bytes.toString('latin1', 0, 8) !== 'cxsparse') {
    refuse(0, 'cookie', bytes.toString('hex', 0, 8), 'it has to be "cxsparse"');
  }
  if (checksumOf(bytes, 36) !== bytes.readUInt32BE(36)) {
    const args = { structure: 'dynamic disk header' };
    throw new VmImportError(diagnostics['wrong-checksum'](args, vpcAt(source.uri, offset + 36)));
  }
  if (bytes.readUInt16BE(24) !== 1) refuse(24, 'version', bytes.readUInt16BE(24), 'only major version 1 is defined');
  const blockSize = bytes.readUInt32BE(32);
  if (blockSize < SECTOR || (blockSize & (blockSize - 1)) !== 0) {
    refuse(32, 'block size', blockSize, 'it has to be a power of two of at least 512');
  }
  const batEntries = bytes.readUInt32BE(28);
  const batOffset = toNumber(bytes.readBigUInt64BE(16), 'BAT offset', source.uri, `0x${(offset + 16).toString(16)}`);
  if (batEntries * blockSize < size) {
    refuse(28, 'BAT entries', batEntries, `a disk of ${size} bytes needs ${Math.ceil(size / blockSize)}`);
  }
  const length = batEntries * 4;
  if (batOffset < FOOTER_LENGTH || batOffset + length > source.size) {
    const args = { structure: 'block allocation table', length, offset: batOffset, size: source.size };
    throw new VmImportError(diagnostics['outside-file'](args, vpcAt(source.uri, offset + 16)));
  }
  const parent = footer.type === 'differencing' ? await readParent(source, bytes) : null;
  return { offset, batOffset, batEntries, blockSize, parent };
}

/** What the disk says its parent is: only names to show, nothing that is opened. */
async function readParent(source: ByteSource, header: Buffer): Promise<Parent> {
  const locators: { platform: string; name: string }[] = [];
  for (let index = 0; index < LOCATORS; index++) {
    const at = 576 + index * 24;
    const platform = header.toString('latin1', at, at + 4);
    const encoding = ENCODINGS.get(platform);
    const length = header.readUInt32BE(at + 8);
    const offset = header.readBigUInt64BE(at + 16);
    // A locator that is not there or not sane is only a name less: the disk is refused whatever it says.
    if (encoding === undefined || length > MAX_LOCATOR || offset + BigInt(length) > BigInt(source.size)) continue;
    locators.push({ platform, name: untilNul((await source.read(Number(offset), length)).toString(encoding)) });
  }
  // The name in the header itself is UTF-16 in big endian; Node decodes the little one.
  const name = Buffer.from(header.subarray(64, 576)).swap16().toString('utf16le');
  return { uuid: uuidOf(header.subarray(40, 56)), name: untilNul(name), locators };
}

function untilNul(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
