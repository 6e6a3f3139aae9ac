import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildQcow, type Cluster } from '../../fixtures/generate/qcow.ts';
import { bufferSource } from '../../src/bytes/index.ts';
import { reader } from '../../src/disks/qcow/reader.ts';
import { guestBytes } from '../guest.ts';
import { cutEverywhere, exercise, flipBytes, randomFields, type Subject } from './disk-reader.ts';

const CLUSTER = 4096;
const built = buildQcow({
  size: 64 * CLUSTER,
  backing: '/images/base.raw',
  clusters: {
    0: { kind: 'data', bytes: Buffer.alloc(CLUSTER, 1) },
    1: { kind: 'compressed', bytes: Buffer.alloc(CLUSTER, 3) },
    5: { kind: 'data', bytes: Buffer.alloc(CLUSTER, 2) },
  },
});

/** The header's fields and a name. */
const subject: Subject = {
  reader,
  headerBytes: 48 + 1023,
  looks: [CLUSTER - 1, 5 * CLUSTER],
  base: bufferSource('base', Buffer.alloc(1000, 0x42)),
};

describe('a qcow reader on hostile bytes gives an image or a finding', () => {
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
        await exercise(subject, Buffer.concat([Buffer.from('514649fb00000001', 'hex'), tail]));
      }),
    );
  });

  it('with random fields and entries in an image that is right otherwise', async () => {
    const l2 = built.l2Offsets.get(0) ?? 0;
    const header = fc.integer({ min: 1, max: 11 }).map((index) => index * 4);
    const entries = fc.constantFrom(built.l1Offset, l2, l2 + 4, l2 + 40);
    await randomFields(subject, built.bytes, fc.oneof(header, entries), {
      order: 'big endian',
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
        fc.constantFrom(6, 9),
        fc.integer({ min: 1, max: 20000 }),
        async (kinds, l2Bits, piece) => {
          const clusters: Record<number, Cluster> = {};
          for (const [index, byte] of kinds.entries()) {
            if (byte === 0) continue;
            clusters[index] = { kind: byte === 1 ? 'compressed' : 'data', bytes: Buffer.alloc(CLUSTER, byte) };
          }
          const image = await exercise(subject, buildQcow({ size: kinds.length * CLUSTER, l2Bits, clusters }).bytes);
          const expected = Buffer.concat(kinds.map((kind) => Buffer.alloc(CLUSTER, kind)));
          expect((await guestBytes(image, piece)).equals(expected)).toBe(true);
        },
      ),
    );
  });
});
