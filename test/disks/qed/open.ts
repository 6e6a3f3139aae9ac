import { buildQed, type QedOptions } from '../../../fixtures/generate/qed.ts';
import { bufferSource } from '../../../src/bytes/index.ts';
import { type Finding, VmImportError } from '../../../src/diagnostics/index.ts';
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

/** The finding an action ends in; anything else it throws, or no throw at all, fails the test. */
export async function findingOf(action: Promise<unknown>): Promise<Finding> {
  try {
    await action;
  } catch (error) {
    if (error instanceof VmImportError) return error.finding;
    throw error;
  }
  throw new Error('it was expected to end in a finding');
}

export function codes(image: DiskImage): readonly string[] {
  return image.findings.map(({ code }) => code);
}
