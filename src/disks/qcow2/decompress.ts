import type { ByteSource } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';
import type { Header } from './header.ts';

/** Unpacks `packed`, which may have bytes of its neighbours behind it, to exactly `size` bytes; null if it does not. */
export type Unpack = (packed: Buffer, size: number) => Buffer | null;

/** Reads and unpacks compressed clusters. The code that unpacks is loaded when the first one is met. */
export function decompressor(
  file: ByteSource,
  header: Header,
): (offset: number, length: number, guestOffset: number) => Promise<Buffer> {
  let loading: Promise<Unpack> | undefined;
  return async (offset, length, guestOffset) => {
    loading ??= header.compressionType === 'zstd' ? loadZstd() : loadDeflate();
    const unpack = await loading;
    const cluster = unpack(await file.read(offset, length), header.clusterSize);
    if (cluster !== null) return cluster;
    const problem = `it is not one cluster of ${header.clusterSize} bytes in ${header.compressionType}`;
    throw new VmImportError(
      diagnostics['bad-compressed-cluster']({ offset: guestOffset, problem }, [
        { origin: 'content', uri: file.uri, pointer: `0x${offset.toString(16)}` },
      ]),
    );
  };
}

async function loadDeflate(): Promise<Unpack> {
  const { constants, inflateRawSync } = await import('node:zlib');
  return (packed, size) => {
    try {
      const cluster = inflateRawSync(packed, {
        // qemu packs and unpacks with a window of 2^12 (block/qcow2-threads.c).
        windowBits: 12,
        maxOutputLength: size,
        // A stream that has given a whole cluster is enough for qemu, even without its last bits.
        finishFlush: constants.Z_SYNC_FLUSH,
      });
      return cluster.length === size ? cluster : null;
    } catch {
      // Not deflate, or more than a cluster.
      return null;
    }
  };
}

async function loadZstd(): Promise<Unpack> {
  return (await import('./zstd.ts')).loadZstd();
}
