import { buildVhdx, type VhdxOptions } from '../../../fixtures/generate/vhdx.ts';
import { bufferSource } from '../../../src/bytes/index.ts';
import type { DiskImage } from '../../../src/disks/format.ts';
import { reader } from '../../../src/disks/vhdx/reader.ts';

const URI = '/images/disk.vhdx';

/** Reads a generated image. */
export async function open(options: VhdxOptions = {}): Promise<DiskImage> {
  return openBytes(buildVhdx(options));
}

export async function openBytes(bytes: Buffer): Promise<DiskImage> {
  return reader.read(bufferSource(URI, bytes), { disk: 'disk0' });
}
