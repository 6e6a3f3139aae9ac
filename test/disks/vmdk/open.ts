import { buildVmdk, type VmdkOptions } from '../../../fixtures/generate/vmdk.ts';
import { bufferSource } from '../../../src/bytes/index.ts';
import type { DiskImage } from '../../../src/disks/format.ts';
import { reader } from '../../../src/disks/vmdk/reader.ts';

export const URI = '/images/disk.vmdk';

/** Reads a generated image. */
export async function open(options: VmdkOptions = {}): Promise<DiskImage> {
  return openBytes(buildVmdk(options).bytes);
}

export async function openBytes(bytes: Buffer): Promise<DiskImage> {
  return reader.read(bufferSource(URI, bytes), { disk: 'disk0' });
}
