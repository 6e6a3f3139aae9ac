import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildParallels } from '../../fixtures/generate/parallels.ts';
import { reader } from '../../src/disks/parallels/reader.ts';
import { guestBytes } from '../guest.ts';
import { cutEverywhere, exercise, flipBytes, randomAfter, randomFields, type Subject } from './disk-reader.ts';

const CLUSTER = 4096;
const built = buildParallels({
  sectors: 64 * 8,
  clusters: { 0: Buffer.alloc(CLUSTER, 1), 5: Buffer.alloc(CLUSTER, 2) },
});

/** The header only. */
const subject: Subject = { reader, headerBytes: 64, looks: [CLUSTER - 1, 5 * CLUSTER] };

describe('a Parallels reader on hostile bytes gives an image or a finding', () => {
  it('at every byte of header and tables set to 0, 1, 0x7f, 0x80, 0xff and flipped', async () => {
    await flipBytes(subject, built, 0, 120);
  });

  it('cut at every byte of the header and at every sector', async () => {
    await cutEverywhere(subject, built, 100, 512);
  });

  it('with random bytes after the magic', async () => {
    await randomAfter(subject, Buffer.from('WithouFreSpacExt'));
    await randomAfter(subject, Buffer.from('WithoutFreeSpace\x02\0\0\0'));
  });

  it('with random fields and entries in an image that is right otherwise', async () => {
    const header = fc.integer({ min: 4, max: 15 }).map((index) => index * 4);
    await randomFields(subject, built, fc.oneof(header, fc.constantFrom(64, 68, 84)), {
      order: 'little endian',
      values: fc.nat(64),
      numRuns: 1000,
    });
  });
});

describe('guest bytes', () => {
  it('are what was put in, in whatever pieces they are read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 20000 }),
        async (kinds, first, piece) => {
          const clusters: Record<number, Buffer> = {};
          for (const [index, byte] of kinds.entries()) if (byte !== 0) clusters[index] = Buffer.alloc(CLUSTER, byte);
          const image = await exercise(subject, buildParallels({ sectors: kinds.length * 8, first, clusters }));
          const expected = Buffer.concat(kinds.map((kind) => Buffer.alloc(CLUSTER, kind)));
          expect((await guestBytes(image, piece)).equals(expected)).toBe(true);
        },
      ),
    );
  });
});
