import { buildQcow2, type Qcow2Options } from '../../../fixtures/generate/qcow2.ts';
import { bufferSource } from '../../../src/bytes/index.ts';
import type { DiskImage } from '../../../src/disks/format.ts';
import { reader } from '../../../src/disks/qcow2/reader.ts';

export const URI = '/images/disk.qcow2';

/** Reads a generated image. */
export async function open(options: Qcow2Options = {}): Promise<DiskImage> {
  return openBytes(buildQcow2(options).bytes);
}

export async function openBytes(bytes: Buffer): Promise<DiskImage> {
  return reader.read(bufferSource(URI, bytes), { disk: 'disk0' });
}
