import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildQcow, type Cluster } from '../../fixtures/generate/qcow.ts';
import { bufferSource } from '../../src/bytes/index.ts';
import { reader } from '../../src/disks/qcow/reader.ts';
import { guestBytes } from '../guest.ts';
import { exercise, type Subject } from './disk-reader.ts';
import { describeTwoLevels } from './two-levels.ts';

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

describeTwoLevels({
  title: 'a qcow',
  subject,
  built,
  magic: Buffer.from('514649fb00000001', 'hex'),
  lastWord: 11,
  clusterSize: CLUSTER,
  order: 'big endian',
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
