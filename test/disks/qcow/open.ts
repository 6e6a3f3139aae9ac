import { buildQcow, type QcowOptions } from '../../../fixtures/generate/qcow.ts';
import { bufferSource } from '../../../src/bytes/index.ts';
import type { DiskImage } from '../../../src/disks/format.ts';
import { reader } from '../../../src/disks/qcow/reader.ts';

const URI = '/images/disk.qcow';

/** Reads a generated image. */
export async function open(options: QcowOptions = {}): Promise<DiskImage> {
  return openBytes(buildQcow(options).bytes);
}

export async function openBytes(bytes: Buffer): Promise<DiskImage> {
  return reader.read(bufferSource(URI, bytes), { disk: 'disk0' });
}
