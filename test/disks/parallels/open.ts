import { buildParallels, type ParallelsOptions } from '../../../fixtures/generate/parallels.ts';
import { bufferSource } from '../../../src/bytes/index.ts';
import type { DiskImage } from '../../../src/disks/format.ts';
import { reader } from '../../../src/disks/parallels/reader.ts';

const URI = '/images/disk.parallels';

/** Reads a generated image. */
export async function open(options: ParallelsOptions = {}): Promise<DiskImage> {
  return openBytes(buildParallels(options));
}

export async function openBytes(bytes: Buffer): Promise<DiskImage> {
  return reader.read(bufferSource(URI, bytes), { disk: 'disk0' });
}
