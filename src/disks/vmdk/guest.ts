import type { ByteSource } from '../../bytes/index.ts';
import { mappedSource, unpackedClusters } from '../mapped.ts';
import { unpacker } from './grain.ts';
import { SECTOR, type SparseHeader } from './header.ts';
import { mapper, type PackedGrain } from './mapping.ts';

/** The bytes the guest sees, through grain directory and tables. What is not there is zero. */
export function guestSource(file: ByteSource, header: SparseHeader): ByteSource {
  const unpack = unpacker(file, header);
  // kept by guest offset, not by place: two entries for one grain are two grains, of which one marker is wrong
  const grains = unpackedClusters<number>(header.grainSectors * SECTOR);
  return mappedSource<PackedGrain>(file, {
    size: header.capacitySectors * SECTOR,
    locate: mapper(file, header),
    async unpack({ offset, skip }, guestOffset) {
      const start = guestOffset - skip;
      return (await grains.get(start, () => unpack(offset, start))).subarray(skip);
    },
  });
}
