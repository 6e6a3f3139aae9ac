import { type ByteSource, sliceSource, toNumber, withHead } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { guidAt } from '../guid.ts';
import { diagnostics } from './diagnostics.ts';
import { vhdxAt } from './header.ts';
import { type Locator, readLocator } from './parent-locator.ts';
import type { Region } from './regions.ts';

/** [MS-VHDX] 2.6: what the metadata region says about the disk. */
export interface Metadata {
  readonly blockSize: number;
  /** All blocks are to stay allocated: what Windows calls a fixed disk. */
  readonly leaveAllocated: boolean;
  readonly hasParent: boolean;
  readonly virtualSize: number;
  readonly virtualDiskId: string | null;
  readonly logicalSectorSize: number;
  readonly physicalSectorSize: number | null;
  readonly parentLocator: Locator | null;
}

interface Item {
  /** Inside the file. */
  readonly offset: number;
  readonly length: number;
}

type ItemName =
  | 'file parameters'
  | 'virtual size'
  | 'disk id'
  | 'logical sector'
  | 'physical sector'
  | 'parent locator';

/** [MS-VHDX] 2.6.2 */
const KNOWN: ReadonlyMap<string, ItemName> = new Map([
  ['caa16737-fa36-4d43-b3b6-33f0aa44e76b', 'file parameters'],
  ['2fa54224-cd1b-4876-b211-5dbed83bf4b8', 'virtual size'],
  ['beca12ab-b2e6-4523-93ef-c309e000c746', 'disk id'],
  ['8141bf1d-a96f-4709-ba47-f233a8faab5f', 'logical sector'],
  ['cda348c7-445d-4471-9cc9-e9885251c556', 'physical sector'],
  ['a8d35f2d-b30b-454d-abf7-d3d84834ab0c', 'parent locator'],
]);
const TABLE_LENGTH = 64 * 1024;
/** What qemu and Hyper-V write needs a few hundred bytes of it. */
const TABLE_START = 4096;
/** All items but a parent locator; qemu and Hyper-V write fewer than 100 bytes. */
const ITEMS_LENGTH = 1024;
const MAX_ENTRIES = 2047;
const REQUIRED_FLAG = 4;
const MIB = 1024 * 1024;
const MAX_BLOCK = 256 * MIB;
/** 2.6.2.2: 64 TiB. */
const MAX_SIZE = 64 * 1024 * 1024 * MIB;

export async function readMetadata(source: ByteSource, region: Region): Promise<Metadata> {
  const items = await readTable(source, region);
  // programs put the items, a few bytes each, one behind the other: what lies near the first comes from one read
  const start = Math.min(region.offset + region.length, ...[...items.values()].map(({ offset }) => offset));
  const data = withHead(sliceSource(source, start, region.offset + region.length - start), ITEMS_LENGTH);
  const refuse = (item: Item, field: string, value: number, rule: string): never => {
    const args = { structure: 'metadata region', field, value, rule };
    throw new VmImportError(diagnostics['bad-field'](args, vhdxAt(source.uri, item.offset)));
  };
  const optional = async (name: ItemName, length: number): Promise<Buffer | null> => {
    const item = items.get(name);
    if (item === undefined) return null;
    if (item.length < length) refuse(item, `length of ${name}`, item.length, `it has to be at least ${length}`);
    return data.read(item.offset - start, length);
  };
  const required = async (name: ItemName, length: number): Promise<readonly [Buffer, Item]> => {
    const bytes = await optional(name, length);
    const item = items.get(name);
    if (bytes !== null && item !== undefined) return [bytes, item];
    throw new VmImportError(diagnostics.missing({ what: `metadata item ${name}` }, vhdxAt(source.uri, region.offset)));
  };

  const [parameters, parametersItem] = await required('file parameters', 8);
  const blockSize = parameters.readUInt32LE(0);
  if (blockSize < MIB || blockSize > MAX_BLOCK || (blockSize & (blockSize - 1)) !== 0) {
    refuse(parametersItem, 'block size', blockSize, 'it has to be a power of two from 1 to 256 MiB');
  }
  const [sector, sectorItem] = await required('logical sector', 4);
  const logicalSectorSize = sector.readUInt32LE(0);
  if (logicalSectorSize !== 512 && logicalSectorSize !== 4096) {
    refuse(sectorItem, 'logical sector size', logicalSectorSize, 'it has to be 512 or 4096');
  }
  const [size, sizeItem] = await required('virtual size', 8);
  const pointer = `0x${sizeItem.offset.toString(16)}`;
  const virtualSize = toNumber(size.readBigUInt64LE(0), 'virtual size', source.uri, pointer);
  if (virtualSize === 0 || virtualSize > MAX_SIZE || virtualSize % logicalSectorSize !== 0) {
    refuse(sizeItem, 'virtual size', virtualSize, 'it has to be a whole number of sectors, not 0, at most 64 TiB');
  }
  const id = await optional('disk id', 16);
  const physical = await optional('physical sector', 4);
  const locator = items.get('parent locator');
  return {
    blockSize,
    leaveAllocated: (parameters.readUInt32LE(4) & 1) !== 0,
    hasParent: (parameters.readUInt32LE(4) & 2) !== 0,
    virtualSize,
    virtualDiskId: id === null ? null : guidAt(id, 0),
    logicalSectorSize,
    physicalSectorSize: physical === null ? null : physical.readUInt32LE(0),
    parentLocator: locator === undefined ? null : await readLocator(data, locator.offset - start, locator.length),
  };
}

/** The metadata table (2.6.1); an unknown item that is required is one that this program must not pass over. */
async function readTable(source: ByteSource, region: Region): Promise<ReadonlyMap<ItemName, Item>> {
  // A region has at least 1 MiB.
  const start = await source.read(region.offset, TABLE_START);
  const listed = 32 + Math.min(start.readUInt16LE(10), MAX_ENTRIES) * 32;
  const table = listed <= TABLE_START ? start : await source.read(region.offset, listed);
  const structure = 'metadata region';
  if (table.toString('latin1', 0, 8) !== 'metadata') {
    const value = table.toString('hex', 0, 8);
    const args = { structure, field: 'signature', value, rule: 'it has to be "metadata"' };
    throw new VmImportError(diagnostics['bad-field'](args, vhdxAt(source.uri, region.offset)));
  }
  const count = table.readUInt16LE(10);
  if (count > MAX_ENTRIES) {
    const args = { structure, field: 'entry count', value: count, rule: `at most ${MAX_ENTRIES} fit` };
    throw new VmImportError(diagnostics['bad-field'](args, vhdxAt(source.uri, region.offset + 10)));
  }
  const items = new Map<ItemName, Item>();
  for (let index = 0; index < count; index++) {
    const at = 32 + index * 32;
    const place = vhdxAt(source.uri, region.offset + at);
    const guid = guidAt(table, at);
    const name = KNOWN.get(guid);
    if (name === undefined) {
      if ((table.readUInt32LE(at + 24) & REQUIRED_FLAG) === 0) continue;
      throw new VmImportError(diagnostics['unknown-required']({ what: 'metadata item', guid }, place));
    }
    if (items.has(name)) throw new VmImportError(diagnostics.duplicate({ what: `metadata item ${name}` }, place));
    const offset = table.readUInt32LE(at + 16);
    const length = table.readUInt32LE(at + 20);
    if (offset < TABLE_LENGTH || offset + length > region.length) {
      const rule = `it has to lie between its table and the end of the region (${region.length} bytes)`;
      const args = { structure, field: `place of ${name}`, value: offset, rule };
      throw new VmImportError(diagnostics['bad-field'](args, place));
    }
    items.set(name, { offset: region.offset + offset, length });
  }
  return items;
}
