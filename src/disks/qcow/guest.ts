import type { ByteSource } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { mappedSource, unpackedClusters } from '../mapped.ts';
import { diagnostics } from './diagnostics.ts';
import type { Header } from './header.ts';
import { mapper, type PackedCluster } from './mapping.ts';

/** The bytes the guest sees: `size` of them. What is not allocated comes from `base`, which may be shorter, or is zero. */
export function guestSource(file: ByteSource, header: Header, size: number, base: ByteSource | null): ByteSource {
  const clusters = unpackedClusters<string>(header.clusterSize);

  async function unpackedCluster({ offset, length }: PackedCluster, guestOffset: number): Promise<Buffer> {
    const cluster = await inflate(await file.read(offset, length), header);
    if (cluster !== null) return cluster;
    const problem = `it is not one cluster of ${header.clusterSize} bytes in deflate`;
    const at = [{ origin: 'content' as const, uri: file.uri, pointer: `0x${offset.toString(16)}` }];
    throw new VmImportError(diagnostics['bad-compressed-cluster']({ offset: guestOffset, problem }, at));
  }

  return mappedSource<PackedCluster>(file, {
    size,
    base,
    locate: mapper(file, header),
    async unpack(extent, guestOffset) {
      const key = `${extent.offset}+${extent.length}`;
      const cluster = await clusters.get(key, () => unpackedCluster(extent, guestOffset));
      return cluster.subarray(guestOffset % header.clusterSize);
    },
  });
}

/** Raw deflate with a window of 2^12, as `decompress_buffer` in qemu; the code is loaded when the first one is met. */
async function inflate(packed: Buffer, header: Header): Promise<Buffer | null> {
  const { constants, inflateRawSync } = await import('node:zlib');
  try {
    const cluster = inflateRawSync(packed, {
      windowBits: 12,
      maxOutputLength: header.clusterSize,
      // A stream that has given a whole cluster is enough for qemu, even without its last bits.
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    return cluster.length === header.clusterSize ? cluster : null;
  } catch {
    // Not deflate, or more than a cluster.
    return null;
  }
}
