import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildCowd,
  buildSeSparse,
  buildVmdk,
  descriptorText,
  type Grain,
  u32le,
} from '../../fixtures/generate/vmdk.ts';
import { reader } from '../../src/disks/vmdk/reader.ts';
import { kindOf } from '../../src/disks/vmdk/signature.ts';
import { guestBytes } from '../guest.ts';
import { cutEverywhere, exercise, flipBytes, type Subject } from './disk-reader.ts';

const GRAIN = 8 * 512;
const grains: Readonly<Record<number, Grain>> = {
  0: { kind: 'data', bytes: Buffer.alloc(GRAIN, 1) },
  5: { kind: 'data', bytes: Buffer.alloc(GRAIN, 2) },
};
/** Images that have one of everything, small enough to be tried at every byte. */
const GOOD = [
  ['monolithicSparse', { zeroGrains: true, redundant: true }],
  ['streamOptimized', { stream: true }],
  ['streamOptimized with a footer', { stream: true, footer: true }],
] as const;
const build = (options: (typeof GOOD)[number][1]) =>
  buildVmdk({ capacity: 64, grainSectors: 8, entriesPerTable: 4, descriptorSectors: 2, grains, ...options });

const subject: Subject = {
  reader,
  // the probe's look, header, descriptor, qemu's window, footer
  headerBytes: 2 * 65536 + 2 ** 20 - 1,
  looks: [GRAIN - 1, 5 * GRAIN],
};

describe('a VMDK reader on hostile bytes gives an image or a finding', () => {
  it.each(GOOD)('the %s image that is broken below is good', async (_title, options) => {
    const image = await exercise(subject, build(options).bytes);
    expect(image?.findings).toEqual([]);
    expect((await image?.guest(null)?.read(5 * GRAIN, 1))?.[0]).toBe(2);
  });

  it.each(GOOD)(
    '%s, every byte of header and footer set to 0, 1, 0x7f, 0x80, 0xff and flipped',
    async (_title, options) => {
      const { bytes: good } = build(options);
      await flipBytes(subject, good, 0, 80);
      for (let at = good.length - 1536; at < good.length; at += 4) await flipBytes(subject, good, at, at + 1);
    },
  );

  it.each(GOOD)('%s, every byte of descriptor and tables flipped', async (_title, options) => {
    const { bytes: good, directoryOffset, tableOffsets } = build(options);
    const starts = [512, 1024, directoryOffset, ...tableOffsets.values()];
    for (const start of starts) {
      for (let at = start; at < start + 512; at += 3) {
        const bytes = Buffer.from(good);
        bytes.writeUInt8(bytes.readUInt8(at) ^ 0x81, at);
        await exercise(subject, bytes);
      }
    }
  });

  it.each(GOOD)('%s, cut at every byte of its header and at every 64 bytes', async (_title, options) => {
    await cutEverywhere(subject, build(options).bytes, 520, 64);
  });

  it.each([
    ['KDMV', Buffer.from('KDMV\x01\0\0\0')],
    ['COWD', buildCowd(8).subarray(0, 8)],
    ['seSparse', buildSeSparse(8).subarray(0, 8)],
    ['a descriptor', Buffer.from('# Disk DescriptorFile\n')],
  ])('with random bytes after %s', async (_title, magic) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2048 }), async (tail) => {
        await exercise(subject, Buffer.concat([magic, tail]));
      }),
    );
  });

  it('with random fields in a header that is right otherwise', async () => {
    const { bytes: good } = build({ stream: true, footer: true });
    const field = fc.record({
      at: fc.integer({ min: 1, max: 19 }).map((index) => index * 4),
      value: fc.oneof(fc.constantFrom(0, 1, 2, 8, 0x7fffffff, 0x80000000, 0xffffffff), fc.nat(0xffffffff)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(field, { minLength: 1, maxLength: 4 }), fc.boolean(), async (fields, both) => {
        const bytes = Buffer.from(good);
        for (const { at, value } of fields) {
          bytes.writeUInt32LE(value, at);
          if (both) bytes.writeUInt32LE(value, bytes.length - 1024 + at);
        }
        await exercise(subject, bytes);
      }),
      { numRuns: 1000 },
    );
  });

  it('with random lines in the descriptor', async () => {
    const word = fc.constantFrom(
      'RW',
      'RDONLY',
      '=',
      '"',
      'createType',
      'CID',
      'ddb.',
      'SPARSE',
      '1',
      '/',
      '#',
      '\r',
      '\0',
    );
    const line = fc.oneof(
      fc.array(fc.oneof(word, fc.string({ maxLength: 6 })), { maxLength: 8 }).map((words) => words.join(' ')),
      fc.constantFrom(...descriptorText({}).split('\n')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 20 }), fc.boolean(), async (lines, embedded) => {
        const text = lines.join('\n');
        await exercise(
          subject,
          embedded ? buildVmdk({ descriptor: text.slice(0, 5000) }).bytes : Buffer.from(`version=1\n${text}`),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('with random directory and table entries', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...GOOD),
        fc.array(fc.oneof(fc.nat(64), fc.nat(0xffffffff)), { minLength: 4, maxLength: 4 }),
        async ([, options], entries) => {
          const built = build(options);
          const places = [built.directoryOffset, built.directoryOffset + 4, ...built.tableOffsets.values()];
          for (const [index, entry] of entries.entries()) u32le(entry).copy(built.bytes, places[index] ?? 0);
          await exercise(subject, built.bytes);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('with random packed grains', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 512 }), fc.nat(20000), async (tail, size) => {
        const packed = Buffer.concat([Buffer.from([0x78, 0x9c]), tail]);
        const broken: Readonly<Record<number, Grain>> = { 0: { kind: 'packed', packed, size } };
        await exercise(subject, buildVmdk({ capacity: 64, grainSectors: 8, stream: true, grains: broken }).bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('and its probe answers any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect([null, 'sparse', 'cowd', 'sesparse', 'descriptor']).toContain(kindOf(Buffer.from(bytes)));
      }),
    );
  });
});

describe('guest bytes', () => {
  it('are what was put in, in whatever pieces they are read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }),
        fc.constantFrom({}, { stream: true }, { stream: true, footer: true }),
        fc.constantFrom(1, 8),
        fc.constantFrom(1, 3, 512),
        fc.integer({ min: 1, max: 5000 }),
        async (bytes, options, grainSectors, entriesPerTable, piece) => {
          const size = grainSectors * 512;
          const put: Record<number, Grain> = {};
          for (const [index, byte] of bytes.entries()) {
            if (byte !== 0) put[index] = { kind: 'data', bytes: Buffer.alloc(size, byte) };
          }
          const capacity = bytes.length * grainSectors;
          const built = buildVmdk({ capacity, grainSectors, entriesPerTable, grains: put, ...options });
          const image = await exercise(subject, built.bytes);
          expect(
            (await guestBytes(image, piece)).equals(Buffer.concat(bytes.map((byte) => Buffer.alloc(size, byte)))),
          ).toBe(true);
        },
      ),
    );
  });
});
