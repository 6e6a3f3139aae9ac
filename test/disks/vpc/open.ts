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

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
