import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildVdi, MAP } from '../../fixtures/generate/vdi.ts';
import { reader } from '../../src/disks/vdi/reader.ts';
import { guestBytes } from '../guest.ts';
import { cutEverywhere, exercise, flipBytes, randomAfter, randomFields, type Subject } from './disk-reader.ts';

const MIB = 1024 * 1024;
/** The header and nothing else. */
const subject: Subject = { reader, headerBytes: 512 };

const GOOD = buildVdi({ size: 3 * MIB, blocks: [[0, Buffer.alloc(MIB, 1)]], comment: 'a comment' });
const words = (from: number, count: number) => fc.integer({ min: 0, max: count - 1 }).map((index) => from + index * 4);

describe('a VDI reader on hostile bytes gives an image or a finding', () => {
  it('the file that is broken below is good', async () => {
    expect((await exercise(subject, GOOD))?.guest(null)).not.toBeNull();
  });

  it('at every byte of header and map changed', async () => {
    await flipBytes(subject, GOOD, 0, 100);
    await flipBytes(subject, GOOD, 336, 460);
    await flipBytes(subject, GOOD, MAP, MAP + 12);
  });

  it('cut anywhere', async () => {
    await cutEverywhere(subject, GOOD, 520, 32749);
  });

  it('with random bytes after the magic', async () => {
    await randomAfter(subject, GOOD.subarray(0, 68));
    await randomAfter(subject, GOOD.subarray(0, MAP));
  });

  it('with random fields in header and map', async () => {
    await randomFields(subject, GOOD, fc.oneof(words(68, 4), words(336, 30), words(MAP, 3)));
  });
});

describe('guest bytes', () => {
  it('are what was put in, in whatever order the blocks lie', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([0, 1, 2, 3]),
        fc.integer({ min: 60_000, max: 2 * MIB }),
        async (order, piece) => {
          const blocks = order.map((index) => [index, Buffer.alloc(MIB, index + 1)] as const);
          const image = await exercise(subject, buildVdi({ size: 4 * MIB, blocks }));
          const expected = [0, 1, 2, 3].map((index) => Buffer.alloc(MIB, order.includes(index) ? index + 1 : 0));
          expect((await guestBytes(image, piece)).equals(Buffer.concat(expected))).toBe(true);
        },
      ),
      { numRuns: 20 },
    );
  });
});
