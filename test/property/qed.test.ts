import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildQed } from '../../fixtures/generate/qed.ts';
import { bufferSource } from '../../src/bytes/index.ts';
import { reader } from '../../src/disks/qed/reader.ts';
import { guestBytes } from '../guest.ts';
import { exercise, type Subject } from './disk-reader.ts';
import { describeTwoLevels } from './two-levels.ts';

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

describeTwoLevels({
  title: 'a QED',
  subject,
  built,
  magic: Buffer.from('QED\0'),
  lastWord: 15,
  clusterSize: CLUSTER,
  order: 'little endian',
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
