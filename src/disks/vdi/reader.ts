import { readUpTo } from '../../bytes/index.ts';
import type { Finding } from '../../diagnostics/index.ts';
import type { DiskReader } from '../format.ts';
import { NO_GUID } from '../guid.ts';
import { headerAt } from '../header.ts';
import { mappedSource } from '../mapped.ts';
import { diagnostics } from './diagnostics.ts';
import { BLOCK_SIZE, HEADER_LENGTH, type Header, parseHeader } from './header.ts';
import { mapper } from './mapping.ts';

const SECTOR = 512;

/** Reader of VirtualBox disk images, version 1.1. */
export const reader: DiskReader = {
  async read(source) {
    const header = parseHeader(await readUpTo(source, 0, HEADER_LENGTH), source.size, source.uri);
    // qemu and VirtualBox round up; the blocks always hold the rest of the last sector.
    const seen = Math.ceil(header.size / SECTOR) * SECTOR;
    const differencing = needsParent(header);
    const findings: Finding[] = [];
    if (differencing) {
      findings.push(diagnostics.differencing({ type: header.type, parent: header.parent }, headerAt(source.uri, 440)));
    }
    if (seen !== header.size) {
      findings.push(diagnostics['size-not-sectors']({ size: header.size, seen }, headerAt(source.uri, 368)));
    }
    return {
      format: 'vdi',
      virtualSize: seen,
      backing: null,
      encrypted: false,
      details: {
        type: header.type,
        comment: header.comment,
        blockSize: BLOCK_SIZE,
        blocks: header.blocks,
        allocatedBlocks: header.allocatedBlocks,
        mapOffset: header.mapOffset,
        dataOffset: header.dataOffset,
        imageUuid: header.image,
        snapshotUuid: header.lastSnapshot,
        linkUuid: header.link === NO_GUID ? null : header.link,
        parentUuid: header.parent === NO_GUID ? null : header.parent,
      },
      votes: [],
      findings,
      hints: null,
      guest: () => (differencing ? null : mappedSource(source, { size: seen, locate: mapper(source, header, seen) })),
    };
  },
};

/** By its links, as qemu and VirtualBox judge it, or by a type that makes sense only on top of another image. */
function needsParent({ type, link, parent }: Header): boolean {
  return link !== NO_GUID || parent !== NO_GUID || type === 'undo' || type === 'differencing';
}
