import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildQed } from '../../fixtures/generate/qed.ts';
import { bufferSource } from '../../src/bytes/index.ts';
import { reader } from '../../src/disks/qed/reader.ts';
import { guestBytes } from '../guest.ts';
import { cutEverywhere, exercise, flipBytes, randomFields, type Subject } from './disk-reader.ts';

const CLUSTER = 4096;
const built = buildQed({
  size: 64 * CLUSTER,
  backing: { name: '/images/base.raw', raw: true },
  clusters: { 0: Buffer.alloc(CLUSTER, 1), 1: 'zero', 5: Buffer.alloc(CLUSTER, 2) },
});

/** The header's fields and a name. */
const subject: Subject = {
  reader,
  headerBytes: 64 + 4095,
  looks: [CLUSTER - 1, 5 * CLUSTER],
  base: bufferSource('base', Buffer.alloc(1000, 0x42)),
};

describe('a QED reader on hostile bytes gives an image or a finding', () => {
  it('at every byte of header and tables set to 0, 1, 0x7f, 0x80, 0xff and flipped', async () => {
    for (const start of [0, built.l1Offset, built.l2Offsets.get(0) ?? 0]) {
      await flipBytes(subject, built.bytes, start, start + 80);
    }
  });

  it('cut at every byte of the header and at every sector', async () => {
    await cutEverywhere(subject, built.bytes, 100, 512);
  });

  it('with random bytes after the magic', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2048 }), async (tail) => {
        await exercise(subject, Buffer.concat([Buffer.from('QED\0'), tail]));
      }),
    );
  });

  it('with random fields and entries in an image that is right otherwise', async () => {
    const l2 = built.l2Offsets.get(0) ?? 0;
    const header = fc.integer({ min: 1, max: 15 }).map((index) => index * 4);
    const entries = fc.constantFrom(built.l1Offset, l2, l2 + 4, l2 + 40);
    await randomFields(subject, built.bytes, fc.oneof(header, entries), {
      order: 'little endian',
      values: fc.nat(10).map((n) => n * CLUSTER),
      numRuns: 1000,
    });
  });
});

describe('guest bytes', () => {
  it('are what was put in, in whatever pieces they are read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }),
        fc.constantFrom(2, 4),
        fc.integer({ min: 1, max: 20000 }),
        async (kinds, tableSize, piece) => {
          const clusters: Record<number, Buffer | 'zero'> = {};
          for (const [index, kind] of kinds.entries()) {
            if (kind !== 0) clusters[index] = kind === 1 ? 'zero' : Buffer.alloc(CLUSTER, kind);
          }
          const image = await exercise(subject, buildQed({ size: kinds.length * CLUSTER, tableSize, clusters }).bytes);
          const expected = Buffer.concat(kinds.map((kind) => Buffer.alloc(CLUSTER, kind > 1 ? kind : 0)));
          expect((await guestBytes(image, piece)).equals(expected)).toBe(true);
        },
      ),
    );
  });
});
