import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildLuks1, buildLuks2, METADATA, sealLuks2 } from '../../fixtures/generate/luks.ts';
import { reader } from '../../src/disks/luks/reader.ts';
import { cutEverywhere, exercise, flipBytes, randomAfter, randomFields, type Subject } from './disk-reader.ts';

/** The magic, a binary header, and then header and JSON as a whole: 4 MiB at most, here no more than the file. */
const subject: Subject = { reader, headerBytes: 8 + 4096 + 65536 };

const LUKS1 = buildLuks1();
const LUKS2 = buildLuks2();
const words = (from: number, count: number) => fc.integer({ min: 0, max: count - 1 }).map((index) => from + index * 4);

describe('a LUKS reader on hostile bytes gives an image or a finding', () => {
  it('the files that are broken below are good', async () => {
    for (const good of [LUKS1, LUKS2]) expect((await exercise(subject, good))?.virtualSize).not.toBeNull();
  });

  it('at every byte of the header changed', async () => {
    await flipBytes(subject, LUKS1, 0, 592);
    await flipBytes(subject, LUKS2, 0, 120);
    await flipBytes(subject, LUKS2, 440, 520);
  });

  it('cut anywhere', async () => {
    await cutEverywhere(subject, LUKS1, 600, 511);
    await cutEverywhere(subject, LUKS2, 100, 511);
  });

  it('with random bytes after the magic', async () => {
    await randomAfter(subject, LUKS1.subarray(0, 8));
    await randomAfter(subject, LUKS2.subarray(0, 8));
    await randomAfter(subject, LUKS2.subarray(0, 4096));
  });

  it('with random fields and right checksums', async () => {
    await randomFields(subject, LUKS1, words(0, 148));
    await randomFields(subject, LUKS2, words(8, 60), { seal: (bytes) => sealLuks2(bytes, 16384) });
  });

  it('with any JSON in place of its metadata', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (json) => {
        await exercise(subject, buildLuks2({ json: JSON.stringify(json).slice(0, 12288) }));
      }),
    );
  });

  it('with any value in place of a part of its metadata', async () => {
    const [segment] = Object.values(METADATA.segments);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('type', 'offset', 'size', 'encryption', 'sector_size', 'flags'),
        fc.jsonValue({ maxDepth: 1 }),
        async (name, value) => {
          const json = JSON.stringify({ ...METADATA, segments: { '0': { ...segment, [name]: value } } });
          await exercise(subject, buildLuks2({ json: json.slice(0, 12288) }));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the largest header', () => {
  it.each([
    ['a million entries', (room: number) => `{"segments":{${'"a":0,'.repeat(room / 6 - 10)}"b":0}}`],
    [
      'a million flags',
      (room: number) => `{"keyslots":{},"segments":{"0":{"flags":[${'0,'.repeat(room / 2 - 50)}0]}}}`,
    ],
    ['a million levels', (room: number) => '['.repeat(room - 10)],
  ])('with %s is refused', async (_title, json) => {
    const headerSize = 4 * 1024 * 1024;
    const bytes = buildLuks2({ headerSize, size: headerSize + 65536, json: json(headerSize - 4096) });
    const before = process.memoryUsage().rss;
    const bounds = { reader, headerBytes: 8 + 4096 + headerSize };
    expect(await exercise(bounds, bytes)).toBeNull();
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 * 1024);
  });
});
