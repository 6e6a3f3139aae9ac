import { buildVpc, type VpcOptions } from '../../../fixtures/generate/vpc.ts';
import { bufferSource } from '../../../src/bytes/index.ts';
import type { DiskImage } from '../../../src/disks/format.ts';
import { reader } from '../../../src/disks/vpc/reader.ts';

const URI = '/images/disk.vhd';

/** Reads a generated image. */
export async function open(options: VpcOptions = {}): Promise<DiskImage> {
  return openBytes(buildVpc(options).bytes);
}

export async function openBytes(bytes: Buffer): Promise<DiskImage> {
  return reader.read(bufferSource(URI, bytes), { disk: 'disk0' });
}

/** Codes of what was found, without those that every dynamic disk from Hyper-V brings along for other targets. */
export function codes(image: DiskImage): readonly string[] {
  const always = ['vpc/creator', 'vpc/xen-no-resize', 'vpc/azure-not-fixed'];
  return image.findings.map(({ code }) => code).filter((code) => !always.includes(code));
}
