import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCloop } from '../../fixtures/generate/cloop.ts';
import { bufferSource } from '../../src/bytes/index.ts';
import { VmImportError } from '../../src/diagnostics/index.ts';
import { reader } from '../../src/disks/cloop/reader.ts';

const GOOD = buildCloop();

/** An image that is refused, or a finding; anything else is thrown on. */
async function exercise(bytes: Buffer): Promise<void> {
  const source = bufferSource('fuzz', bytes);
  try {
    const image = await reader.read(source, { disk: 'disk0' });
    expect(image.findings).toMatchObject([{ code: 'cloop/unsupported' }]);
    expect(JSON.parse(JSON.stringify(image.details))).toEqual(image.details);
    expect(image.virtualSize === null || Number.isSafeInteger(image.virtualSize)).toBe(true);
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    expect(error.finding).toMatchObject({ severity: 'error', exit: 3 });
  }
  expect(source.bytesRead).toBeLessThanOrEqual(512);
}

describe('a cloop reader on hostile bytes gives an image that is refused or a finding', () => {
  it('cut at every length', async () => {
    for (let length = 0; length <= GOOD.length; length++) await exercise(GOOD.subarray(0, length));
  });

  it('with any byte changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(GOOD.length - 1), fc.nat(255), async (at, value) => {
        const bytes = Buffer.from(GOOD);
        bytes.writeUInt8(value, at);
        await exercise(bytes);
      }),
      { numRuns: 1000 },
    );
  });

  it('with random bytes behind the signature', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (random) => {
        await exercise(Buffer.concat([GOOD.subarray(0, 24), Buffer.from(random)]));
      }),
    );
  });
});
