import type { DiskReader } from '../format.ts';
import { headerAt } from '../header.ts';
import { mappedSource } from '../mapped.ts';
import { diagnostics } from './diagnostics.ts';
import { readHeader, SECTOR } from './header.ts';
import { mapper } from './mapping.ts';

/**
 * Complete reader of one expandable image. A snapshot of Parallels is another such file on top, and only the
 * DiskDescriptor.xml beside them says so: nothing in the file tells a whole disk from a delta.
 */
export const reader: DiskReader = {
  async read(source) {
    const header = await readHeader(source);
    return {
      format: 'parallels',
      virtualSize: header.sectors * SECTOR,
      backing: null,
      encrypted: false,
      details: {
        variant: header.variant,
        clusterSize: header.clusterSize,
        tableEntries: header.entries,
        heads: header.heads,
        cylinders: header.cylinders,
        dataOffset: header.dataOffset,
        flags: `0x${header.flags.toString(16)}`,
        extensionOffset: `0x${header.extensionOffset.toString(16)}`,
        inUse: header.inUse,
      },
      votes: [],
      findings: header.inUse ? [diagnostics['in-use']({}, headerAt(source.uri, 44))] : [],
      hints: null,
      guest: () => mappedSource(source, { size: header.sectors * SECTOR, locate: mapper(source, header) }),
    };
  },
};
