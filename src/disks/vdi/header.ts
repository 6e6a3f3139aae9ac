import { toNumber } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { guidAt } from '../guid.ts';
import { headerAt } from '../header.ts';
import { diagnostics } from './diagnostics.ts';

export const HEADER_LENGTH = 512;
export const BLOCK_SIZE = 1024 * 1024;
const SECTOR = 512;
/** VDI_VERSION_1_1 of qemu's block/vdi.c, which knows no other. */
const VERSION = 0x00010001;
/** VDI_BLOCKS_IN_IMAGE_MAX of the same: 4 GiB of block map at most. */
const MAX_BLOCKS = 0x3fffffff;

const TYPES: ReadonlyMap<number, 'dynamic' | 'static' | 'undo' | 'differencing'> = new Map([
  [1, 'dynamic'],
  [2, 'static'],
  [3, 'undo'],
  [4, 'differencing'],
]);

/** The header of version 1.1 as stored (VDICore.h, VDIHEADER1PLUS); little endian. */
export interface Header {
  readonly type: 'dynamic' | 'static' | 'undo' | 'differencing';
  readonly comment: string;
  readonly mapOffset: number;
  readonly dataOffset: number;
  readonly size: number;
  readonly blocks: number;
  readonly allocatedBlocks: number;
  readonly image: string;
  readonly lastSnapshot: string;
  readonly link: string;
  readonly parent: string;
}

/** Parses the header and makes the checks of qemu's `vdi_open`, and some more. */
export function parseHeader(head: Buffer, fileSize: number, uri: string): Header {
  if (head.length < HEADER_LENGTH) {
    const args = { needed: HEADER_LENGTH, size: head.length };
    throw new VmImportError(diagnostics['truncated-header'](args, headerAt(uri, 0)));
  }
  const refuse = (offset: number, field: string, value: number, rule: string): never => {
    throw new VmImportError(diagnostics['bad-header']({ field, value, rule }, headerAt(uri, offset)));
  };
  const version = head.readUInt32LE(68);
  if (version !== VERSION) {
    const args = { version: `${version >>> 16}.${version & 0xffff}` };
    throw new VmImportError(diagnostics['unsupported-version'](args, headerAt(uri, 68)));
  }
  const code = head.readUInt32LE(76);
  const type = TYPES.get(code) ?? refuse(76, 'type', code, '1 (dynamic) to 4 (differencing) are defined');
  const sector = head.readUInt32LE(360);
  if (sector !== SECTOR) refuse(360, 'sector size', sector, 'it has to be 512');
  const blockSize = head.readUInt32LE(376);
  if (blockSize !== BLOCK_SIZE) refuse(376, 'block size', blockSize, 'qemu opens only disks with blocks of 1 MiB');
  const extra = head.readUInt32LE(380);
  // Nobody writes them; VirtualBox would skip these bytes before each block and qemu would read them as data.
  if (extra !== 0) refuse(380, 'extra bytes of a block', extra, 'it has to be 0');

  const blocks = head.readUInt32LE(384);
  if (blocks > MAX_BLOCKS) refuse(384, 'blocks', blocks, `at most ${MAX_BLOCKS} are possible`);
  const allocatedBlocks = head.readUInt32LE(388);
  if (allocatedBlocks > blocks) refuse(388, 'allocated blocks', allocatedBlocks, `the disk has ${blocks}`);
  const size = toNumber(head.readBigUInt64LE(368), 'size', uri, 'header+0x170');
  if (size > blocks * BLOCK_SIZE) refuse(368, 'size', size, `the ${blocks} blocks do not hold that much`);

  const mapOffset = head.readUInt32LE(340);
  const dataOffset = head.readUInt32LE(344);
  const mapLength = blocks * 4;
  if (mapOffset % SECTOR !== 0 || mapOffset < HEADER_LENGTH) {
    refuse(340, 'block map offset', mapOffset, 'it has to be a multiple of 512 behind the header');
  }
  if (mapOffset + mapLength > fileSize) {
    const args = { structure: 'block map', length: mapLength, offset: mapOffset, size: fileSize };
    throw new VmImportError(diagnostics['outside-file'](args, headerAt(uri, 340)));
  }
  if (dataOffset % SECTOR !== 0 || dataOffset < mapOffset + mapLength) {
    refuse(344, 'data offset', dataOffset, 'it has to be a multiple of 512 behind the block map');
  }
  return {
    type,
    comment: untilNul(head.toString('utf8', 84, 340)),
    mapOffset,
    dataOffset,
    size,
    blocks,
    allocatedBlocks,
    image: guidAt(head, 392),
    lastSnapshot: guidAt(head, 408),
    link: guidAt(head, 424),
    parent: guidAt(head, 440),
  };
}

function untilNul(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
