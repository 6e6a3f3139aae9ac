import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DiskReader } from '../../src/disks/format.ts';
import { exercise } from './disk-reader.ts';

/** A reader that names an image to refuse it, and what its files look like. */
export interface Refused {
  /** The format, as it is written in text. */
  readonly title: string;
  readonly reader: DiskReader;
  /** The one finding of every image. */
  readonly code: string;
  readonly good: Buffer;
  /** Where random bytes are put, in words. */
  readonly where: string;
  readonly withRandom: (random: Buffer) => Buffer;
}

/** On hostile bytes there is an image that is refused, or a finding, after one sector at most. */
export function describeRefused({ title, reader, code, good, where, withRandom }: Refused): void {
  async function refuse(bytes: Buffer): Promise<void> {
    const image = await exercise({ reader, headerBytes: 512 }, bytes);
    if (image === null) return;
    expect(image.findings).toMatchObject([{ code }]);
    expect(image.virtualSize === null || Number.isSafeInteger(image.virtualSize)).toBe(true);
  }

  describe(`a ${title} reader on hostile bytes gives an image that is refused or a finding`, () => {
    it('cut at every length', async () => {
      for (let length = 0; length <= good.length; length++) await refuse(good.subarray(0, length));
    });

    it('with any byte changed', async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(good.length - 1), fc.nat(255), async (at, value) => {
          const bytes = Buffer.from(good);
          bytes.writeUInt8(value, at);
          await refuse(bytes);
        }),
        { numRuns: 1000 },
      );
    });

    it(`with random bytes ${where}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (random) => refuse(withRandom(Buffer.from(random)))),
      );
    });
  });
}
