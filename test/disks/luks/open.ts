import { bufferSource } from '../../../src/bytes/index.ts';
import type { DiskImage } from '../../../src/disks/format.ts';
import { reader } from '../../../src/disks/luks/reader.ts';

export async function openBytes(bytes: Buffer): Promise<DiskImage> {
  return reader.read(bufferSource('/images/disk.luks', bytes), { disk: 'disk0' });
}
