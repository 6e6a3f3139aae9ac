import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildQcow2, type Cluster, u64 } from '../../fixtures/generate/qcow2.ts';
import { bufferSource } from '../../src/bytes/index.ts';
import { encodePayload, HINT_EXTENSION_TYPE } from '../../src/disks/qcow2/hint-extension.ts';
import { reader } from '../../src/disks/qcow2/reader.ts';
import { guestBytes } from '../guest.ts';
import { cutEverywhere, exercise, flipBytes, randomFields, type Subject } from './disk-reader.ts';

/** An image that has one of everything, small enough to be tried at every byte. */
const GOOD = buildQcow2({
  clusterBits: 12,
  size: 64 * 4096,
  backing: { name: '/images/base.qcow2', format: 'qcow2' },
  extensions: [
    { type: 0x6803f857, data: Buffer.alloc(96) },
    { type: 0x23852875, data: Buffer.concat([Buffer.from('0000000100000000', 'hex'), u64(32), u64(4096)]) },
    { type: HINT_EXTENSION_TYPE, data: encodePayload(Buffer.from('{"vmHints":1}'), 128) },
  ],
  autoclear: 1n,
  snapshots: [{ id: '1', name: 'one', vmStateSize: 7 }],
  clusters: { 0: { kind: 'data', bytes: Buffer.alloc(4096, 1) }, 1: { kind: 'compressed', bytes: Buffer.alloc(4096) } },
}).bytes;

/** Behind the last thing the header holds. */
const HEADER_END = GOOD.indexOf('/images/base.qcow2') + '/images/base.qcow2'.length;

const subject: Subject = {
  reader,
  // header, a bounded snapshot window and the extensions that are read; never the whole of anything large
  headerBytes: 2 * 65536 + 3 * 16384 - 1,
  looks: [4095, 8192],
  base: bufferSource('base', Buffer.alloc(1000, 0x42)),
};

describe('a qcow2 reader on hostile bytes gives an image or a finding', () => {
  it('the image that is broken below is good', async () => {
    const image = await exercise(subject, GOOD);
    expect(image?.hints).not.toBeNull();
    expect(image?.details).toMatchObject({ bitmaps: 1, snapshotCount: 1 });
  });

  it('at every byte of the header set to 0, 1, 0x7f, 0x80, 0xff and flipped', async () => {
    await flipBytes(subject, GOOD, 0, HEADER_END);
  });

  it('cut at every byte of the header and at every sector', async () => {
    await cutEverywhere(subject, GOOD, HEADER_END, 512);
  });

  it('with random bytes after the magic', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(2, 3), fc.uint8Array({ maxLength: 2048 }), async (version, tail) => {
        await exercise(subject, Buffer.concat([Buffer.from([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, version]), tail]));
      }),
    );
  });

  it('with random fields in a header that is right otherwise', async () => {
    const offsets = fc.integer({ min: 1, max: 120 }).map((index) => index * 4);
    await randomFields(subject, GOOD, offsets, { order: 'big endian', numRuns: 1000 });
  });

  const word = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    // near the truth: offsets inside the file, with flags
    fc
      .tuple(fc.bigInt({ min: 0n, max: 64n }), fc.constantFrom(0n, 1n, 1n << 62n, 1n << 63n, 3n << 62n))
      .map(([cluster, flags]) => (cluster << 12n) | flags),
  );

  it('with random L1 and L2 entries', async () => {
    const built = buildQcow2({
      clusterBits: 12,
      size: 1024 * 4096,
      clusters: { 0: { kind: 'zero' }, 600: { kind: 'zero' } },
    });
    const l2 = built.l2Offsets.get(0) ?? 0;
    await fc.assert(
      fc.asyncProperty(word, word, word, async (l1, first, second) => {
        const bytes = Buffer.from(built.bytes);
        u64(l1).copy(bytes, built.l1Offset + 8);
        u64(first).copy(bytes, l2);
        u64(second).copy(bytes, l2 + 8);
        await exercise(subject, bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('with random extended L2 entries and bitmaps', async () => {
    const built = buildQcow2({
      clusterBits: 14,
      size: 64 * 16384,
      extendedL2: true,
      clusters: { 0: { kind: 'zero' } },
    });
    const l2 = built.l2Offsets.get(0) ?? 0;
    await fc.assert(
      fc.asyncProperty(word, word, async (entry, bitmap) => {
        const bytes = Buffer.from(built.bytes);
        u64(entry).copy(bytes, l2);
        u64(bitmap).copy(bytes, l2 + 8);
        await exercise(subject, bytes);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['deflate', 0],
    ['zstd', 1],
  ])('with random packed clusters in %s', async (_title, compressionType) => {
    const start = compressionType === 0 ? Buffer.alloc(0) : Buffer.from('28b52ffd', 'hex');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 512 }), async (tail) => {
        const packed = Buffer.concat([start, tail]);
        const clusters: Record<number, Cluster> = { 0: { kind: 'compressed', packed } };
        await exercise(subject, buildQcow2({ clusterBits: 12, size: 65536, compressionType, clusters }).bytes);
      }),
      { numRuns: 500 },
    );
  });
});

describe('guest bytes', () => {
  it('are what was put in, in whatever pieces they are read', async () => {
    const cluster = fc.oneof(
      fc.record({ kind: fc.constant('data' as const), byte: fc.integer({ min: 1, max: 255 }) }),
      fc.record({ kind: fc.constant('compressed' as const), byte: fc.integer({ min: 1, max: 255 }) }),
      fc.record({
        kind: fc.constantFrom('zero' as const, 'zero-allocated' as const, 'none' as const),
        byte: fc.constant(0),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(cluster, { minLength: 1, maxLength: 20 }),
        fc.constantFrom(9, 10, 12),
        fc.integer({ min: 1, max: 5000 }),
        async (kinds, clusterBits, piece) => {
          const size = 2 ** clusterBits;
          const clusters: Record<number, Cluster> = {};
          for (const [index, { kind, byte }] of kinds.entries()) {
            if (kind === 'none') continue;
            clusters[index] =
              kind === 'data' || kind === 'compressed' ? { kind, bytes: Buffer.alloc(size, byte) } : { kind };
          }
          const image = await exercise(subject, buildQcow2({ clusterBits, size: kinds.length * size, clusters }).bytes);
          const expected = Buffer.concat(kinds.map(({ byte }) => Buffer.alloc(size, byte)));
          expect((await guestBytes(image, piece)).equals(expected)).toBe(true);
        },
      ),
    );
  });
});
