import type { ByteSource } from '../../bytes/index.ts';
import { mappedSource, unpackedClusters } from '../mapped.ts';
import { decompressor } from './decompress.ts';
import type { Header } from './header.ts';
import { mapper, type PackedCluster } from './mapping.ts';

/**
 * The bytes the guest sees: `size` of them, through L1 and L2 tables. What is not allocated comes from `base`, which
 * may be shorter (then zeros follow), or is zero where there is no base.
 */
export function guestSource(file: ByteSource, header: Header, size: number, base: ByteSource | null): ByteSource {
  const decompress = decompressor(file, header);
  const clusters = unpackedClusters<number>(header.clusterSize);
  return mappedSource<PackedCluster>(file, {
    size,
    base,
    locate: mapper(file, header),
    async unpack({ offset, length }, guestOffset) {
      const cluster = await clusters.get(offset, () => decompress(offset, length, guestOffset));
      return cluster.subarray(guestOffset % header.clusterSize);
    },
  });
}
