import type { ByteSource } from '../../bytes/index.ts';
import { type Finding, VmImportError } from '../../diagnostics/index.ts';
import type { Json } from '../../facts/index.ts';
import type { DiskReader } from '../format.ts';
import { mappedSource } from '../mapped.ts';
import { diagnostics } from './diagnostics.ts';
import { type Header, readHeader, vhdxAt } from './header.ts';
import { batEntries, chunkRatio, mapper } from './mapping.ts';
import { type Metadata, readMetadata } from './metadata.ts';
import { type Regions, readRegions } from './regions.ts';

/** Keys of a parent locator that hold a path ([MS-VHDX] 2.6.2.6.3), best first. */
const PATH_KEYS = ['relative_path', 'absolute_win32_path', 'volume_path'] as const;
/** Creator field of the file type identifier: 256 UTF-16 characters behind the signature. */
const CREATOR_LENGTH = 512;
const BAT_ENTRY = 8;
/** Characters of the parent's name in a message; all of it is in the details. */
const NAME_SHOWN = 512;

/** Reader of VHDX, version 1, as in [MS-VHDX]. */
export const reader: DiskReader = {
  async read(source) {
    const header = await readHeader(source);
    const creator = untilNul((await source.read(8, CREATOR_LENGTH)).toString('utf16le'));
    const regions = await readRegions(source, header);
    const metadata = await readMetadata(source, regions.metadata);
    refuseShortTable(source, regions, metadata);
    const hasParent = metadata.hasParent || metadata.parentLocator !== null;
    return {
      format: 'vhdx',
      virtualSize: metadata.virtualSize,
      backing: null,
      encrypted: false,
      details: detailsOf(creator, header, metadata),
      votes: [],
      findings: judge(source.uri, header, regions, metadata),
      hints: null,
      guest: () => {
        if (hasParent || header.logGuid !== null) return null;
        return mappedSource(source, { size: metadata.virtualSize, locate: mapper(source, regions, metadata) });
      },
    };
  },
};

function refuseShortTable(source: ByteSource, { bat }: Regions, metadata: Metadata): void {
  const length = batEntries(metadata) * BAT_ENTRY;
  if (length <= bat.length) return;
  const rule = `a disk of ${metadata.virtualSize} bytes needs ${length}`;
  const args = { structure: bat.what, field: 'length', value: bat.length, rule };
  throw new VmImportError(diagnostics['bad-field'](args, vhdxAt(source.uri, bat.offset)));
}

function judge(uri: string, header: Header, regions: Regions, metadata: Metadata): readonly Finding[] {
  const findings: Finding[] = [];
  const { parentLocator, logicalSectorSize } = metadata;
  if (header.logGuid !== null) findings.push(diagnostics['dirty-log']({}, vhdxAt(uri, header.offset + 48)));
  if (metadata.hasParent || parentLocator !== null) {
    const key = PATH_KEYS.find((name) => parentLocator?.[name] !== undefined);
    const parent = key === undefined ? 'not named' : (parentLocator?.[key] ?? 'not named').slice(0, NAME_SHOWN);
    findings.push(diagnostics.differencing({ parent }, vhdxAt(uri, regions.metadata.offset)));
  }
  if (logicalSectorSize !== 512) {
    findings.push(diagnostics['sector-size']({ bytes: logicalSectorSize }, vhdxAt(uri, regions.metadata.offset)));
  }
  return findings;
}

function detailsOf(creator: string, header: Header, metadata: Metadata): { readonly [name: string]: Json } {
  const hasParent = metadata.hasParent || metadata.parentLocator !== null;
  return {
    type: hasParent ? 'differencing' : metadata.leaveAllocated ? 'fixed' : 'dynamic',
    creator,
    // 64 bits that count writes of headers; a number would lose some.
    sequence: header.sequence.toString(),
    fileWriteGuid: header.fileWriteGuid,
    dataWriteGuid: header.dataWriteGuid,
    logGuid: header.logGuid,
    logLength: header.logLength,
    blockSize: metadata.blockSize,
    chunkRatio: chunkRatio(metadata),
    logicalSectorSize: metadata.logicalSectorSize,
    physicalSectorSize: metadata.physicalSectorSize,
    virtualDiskId: metadata.virtualDiskId,
    parentLocator: metadata.parentLocator === null ? null : { ...metadata.parentLocator },
  };
}

function untilNul(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
