import { buildQed, type QedOptions } from '../../../fixtures/generate/qed.ts';
import { bufferSource } from '../../../src/bytes/index.ts';
import type { DiskImage } from '../../../src/disks/format.ts';
import { reader } from '../../../src/disks/qed/reader.ts';

const URI = '/images/disk.qed';

/** Reads a generated image. */
export async function open(options: QedOptions = {}): Promise<DiskImage> {
  return openBytes(buildQed(options).bytes);
}

export async function openBytes(bytes: Buffer): Promise<DiskImage> {
  return reader.read(bufferSource(URI, bytes), { disk: 'disk0' });
}
