import { bufferSource } from '../../../src/bytes/index.ts';
import type { DiskImage } from '../../../src/disks/format.ts';
import { reader } from '../../../src/disks/vdi/reader.ts';

export async function openBytes(bytes: Buffer): Promise<DiskImage> {
  return reader.read(bufferSource('/images/disk.vdi', bytes), { disk: 'disk0' });
}
