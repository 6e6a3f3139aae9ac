import { type ByteSource, toNumber } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { guidAt } from '../guid.ts';
import { diagnostics } from './diagnostics.ts';
import { HEADER_SECTION, type Header, readRegionTable, vhdxAt } from './header.ts';

/** A range of the file that belongs to tables, so that no block may lie in it. */
export interface Region {
  readonly what: string;
  readonly offset: number;
  readonly length: number;
}

export interface Regions {
  readonly bat: Region;
  readonly metadata: Region;
  /** null when the header says that there is none. */
  readonly log: Region | null;
}

/** [MS-VHDX] 2.2.3.2 */
const KNOWN: ReadonlyMap<string, 'bat' | 'metadata'> = new Map([
  ['2dc27766-f623-4200-9d64-115e9bfd4a08', 'bat'],
  ['8b7ca206-4790-4b9a-b8fe-575f050f886e', 'metadata'],
]);
const NAMES = { bat: 'block allocation table', metadata: 'metadata region' } as const;
const MAX_ENTRIES = 2047;
const MIB = 1024 * 1024;

/** Finds the regions; every one lies behind the header section, inside the file and apart from the others. */
export async function readRegions(source: ByteSource, header: Header): Promise<Regions> {
  const { offset: tableOffset, bytes } = await readRegionTable(source);
  const count = bytes.readUInt32LE(8);
  if (count > MAX_ENTRIES) {
    const args = { structure: 'region table', field: 'entry count', value: count, rule: `at most ${MAX_ENTRIES} fit` };
    throw new VmImportError(diagnostics['bad-field'](args, vhdxAt(source.uri, tableOffset + 8)));
  }
  const found: { bat: Region | null; metadata: Region | null } = { bat: null, metadata: null };
  for (let index = 0; index < count; index++) {
    const at = 16 + index * 32;
    const guid = guidAt(bytes, at);
    const name = KNOWN.get(guid);
    const place = vhdxAt(source.uri, tableOffset + at);
    if (name === undefined) {
      if ((bytes.readUInt32LE(at + 28) & 1) === 0) continue;
      throw new VmImportError(diagnostics['unknown-required']({ what: 'region', guid }, place));
    }
    if (found[name] !== null) throw new VmImportError(diagnostics.duplicate({ what: NAMES[name] }, place));
    const offset = bytes.readBigUInt64LE(at + 16);
    found[name] = regionAt(source, NAMES[name], offset, bytes.readUInt32LE(at + 24), tableOffset + at + 16);
  }
  const { bat, metadata } = found;
  if (bat === null || metadata === null) {
    const what = bat === null ? NAMES.bat : NAMES.metadata;
    throw new VmImportError(diagnostics.missing({ what }, vhdxAt(source.uri, tableOffset)));
  }
  const log =
    header.logLength === 0 ? null : regionAt(source, 'log', header.logOffset, header.logLength, header.offset + 72);
  refuseOverlap([bat, metadata, ...(log === null ? [] : [log])], source.uri);
  return { bat, metadata, log };
}

function regionAt(source: ByteSource, what: string, start: bigint, length: number, pointer: number): Region {
  const place = `0x${pointer.toString(16)}`;
  const offset = toNumber(start, `offset of the ${what}`, source.uri, place);
  const refuse = (field: string, value: number, rule: string): never => {
    throw new VmImportError(
      diagnostics['bad-field']({ structure: what, field, value, rule }, vhdxAt(source.uri, pointer)),
    );
  };
  if (offset < HEADER_SECTION || offset % MIB !== 0)
    refuse('offset', offset, 'it has to be a multiple of 1 MiB, not 0');
  if (length === 0 || length % MIB !== 0) refuse('length', length, 'it has to be a multiple of 1 MiB, not 0');
  if (offset + length > source.size) {
    const args = { structure: what, length, offset, size: source.size };
    throw new VmImportError(diagnostics['outside-file'](args, vhdxAt(source.uri, pointer)));
  }
  return { what, offset, length };
}

function refuseOverlap(regions: readonly Region[], uri: string): void {
  const sorted = regions.toSorted((a, b) => a.offset - b.offset);
  for (const [index, region] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next === undefined || region.offset + region.length <= next.offset) continue;
    throw new VmImportError(diagnostics.overlap({ first: region.what, second: next.what }, vhdxAt(uri, next.offset)));
  }
}
