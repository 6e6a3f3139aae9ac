import { type ByteSource, readUpTo } from '../../bytes/index.ts';
import { type Finding, type Provenance, VmImportError } from '../../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';
import { FIRST_DESCRIPTOR, identifierAt, isNsr, SECTOR } from './signature.ts';

/** What an installer disc says about itself; text without its padding. ECMA-119, 8.4. */
export interface PrimaryDescriptor {
  readonly systemId: string;
  readonly volumeId: string;
  readonly volumeSetId: string;
  readonly publisher: string;
  readonly preparer: string;
  readonly application: string;
  readonly blockSize: number;
  /** Blocks times block size. */
  readonly volumeSize: number;
}

export interface Descriptors {
  readonly primary: PrimaryDescriptor | null;
  readonly joliet: boolean;
  readonly udf: boolean;
  /** Sector of the El Torito boot catalog; null on a disc that does not boot. */
  readonly bootCatalog: number | null;
  readonly findings: readonly Finding[];
}

/** Real discs have three to eight; they end with a terminator of their own kind. */
const MAX_DESCRIPTORS = 32;
const EL_TORITO = 'EL TORITO SPECIFICATION';
/** Escape sequences of Joliet, by level (Joliet specification, "Escape Sequences Field"). */
const JOLIET: ReadonlySet<string> = new Set(['%/@', '%/C', '%/E']);
const UDF_IDENTIFIERS: ReadonlySet<string> = new Set(['BEA01', 'BOOT2', 'CDW02', 'TEA01']);

/** A place on a disc, for findings. */
export function discAt(uri: string, offset: number): readonly Provenance[] {
  return [{ origin: 'content', uri, pointer: `0x${offset.toString(16)}` }];
}

/** Reads the sequence of volume descriptors; ISO 9660 comes first, UDF behind it. */
export async function readDescriptors(source: ByteSource): Promise<Descriptors> {
  const bytes = await readUpTo(source, FIRST_DESCRIPTOR, MAX_DESCRIPTORS * SECTOR);
  if (bytes.length < SECTOR) {
    const args = { needed: FIRST_DESCRIPTOR + SECTOR, size: source.size };
    throw new VmImportError(diagnostics.truncated(args, discAt(source.uri, FIRST_DESCRIPTOR)));
  }
  const findings: Finding[] = [];
  let primary: PrimaryDescriptor | null = null;
  let joliet = false;
  let udf = false;
  let bootCatalog: number | null = null;
  for (let at = 0; at + SECTOR <= bytes.length; at += SECTOR) {
    const sector = bytes.subarray(at, at + SECTOR);
    const identifier = identifierAt(sector, 0);
    if (isNsr(identifier)) udf = true;
    else if (identifier === 'CD001') {
      const type = sector.readUInt8(0);
      if (type === 0 && sector.toString('latin1', 7, 7 + EL_TORITO.length) === EL_TORITO) {
        bootCatalog ??= sector.readUInt32LE(71);
      }
      if (type === 1 && primary === null) primary = parsePrimary(sector, FIRST_DESCRIPTOR + at, source.uri, findings);
      if (type === 2 && JOLIET.has(sector.toString('latin1', 88, 91))) joliet = true;
    } else if (!UDF_IDENTIFIERS.has(identifier)) break;
  }
  if (primary === null && !udf) {
    throw new VmImportError(diagnostics['no-volume']({}, discAt(source.uri, FIRST_DESCRIPTOR)));
  }
  return { primary, joliet, udf, bootCatalog, findings };
}

function parsePrimary(sector: Buffer, offset: number, uri: string, findings: Finding[]): PrimaryDescriptor {
  const blockSize = sector.readUInt16LE(128);
  const blocks = sector.readUInt32LE(80);
  if (blockSize !== 512 && blockSize !== 1024 && blockSize !== SECTOR) {
    const args = { field: 'logical block size', value: blockSize, rule: 'it has to be 512, 1024 or 2048' };
    throw new VmImportError(diagnostics['bad-descriptor'](args, discAt(uri, offset + 128)));
  }
  // Numbers are stored in both byte orders; systems read the one that is theirs.
  if (sector.readUInt32BE(84) !== blocks || sector.readUInt16BE(130) !== blockSize) {
    findings.push(diagnostics['byte-orders-differ']({}, discAt(uri, offset + 80)));
  }
  const text = (from: number, length: number) => sector.toString('latin1', from, from + length).replace(/[ \0]+$/, '');
  return {
    systemId: text(8, 32),
    volumeId: text(40, 32),
    volumeSetId: text(190, 128),
    publisher: text(318, 128),
    preparer: text(446, 128),
    application: text(574, 128),
    blockSize,
    volumeSize: blocks * blockSize,
  };
}
