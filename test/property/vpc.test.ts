import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildVpc } from '../../fixtures/generate/vpc.ts';
import { reader } from '../../src/disks/vpc/reader.ts';
import { guestBytes } from '../guest.ts';
import { cutEverywhere, exercise, flipBytes, randomAfter, randomFields, type Subject } from './disk-reader.ts';

/** Footers, dynamic disk header, eight locators, and a batmap of at most 128 KiB. */
const subject: Subject = { reader, headerBytes: 2 * 512 + 1024 + 8 * 1024 + 32 + 131072 };

const DYNAMIC = buildVpc({
  creator: 'tap\0',
  creatorVersion: 0x00010003,
  batmap: 'good',
  blocks: { 0: Buffer.alloc(4096, 1), 3: Buffer.alloc(4096, 2) },
});
const FIXED = buildVpc({ type: 'fixed', size: 4096 }).bytes;
const DIFFERENCING = buildVpc({
  type: 'differencing',
  parent: { name: 'base.vhd', locators: [{ platform: 'W2ru', data: Buffer.from('base', 'utf16le') }] },
}).bytes;

const FOOTER_FIELDS = fc.integer({ min: 2, max: 22 }).map((index) => index * 4);
const HEADER_FIELDS = fc.integer({ min: 2, max: 190 }).map((index) => 512 + index * 4);

/** Makes both footers and the header right again after a change, so that what is behind the checksum is tried. */
function seal(bytes: Buffer): void {
  const sum = (from: number, length: number, field: number) => {
    bytes.writeUInt32BE(0, from + field);
    let total = 0;
    for (const byte of bytes.subarray(from, from + length)) total += byte;
    bytes.writeUInt32BE((0xffffffff - total) >>> 0, from + field);
  };
  sum(0, 512, 64);
  sum(512, 1024, 36);
  bytes.copy(bytes, bytes.length - 512, 0, 512);
}

describe('a VHD reader on hostile bytes gives an image or a finding', () => {
  it('the files that are broken below are good', async () => {
    for (const good of [DYNAMIC.bytes, FIXED]) expect((await exercise(subject, good))?.guest(null)).not.toBeNull();
    expect(await exercise(subject, DIFFERENCING)).not.toBeNull();
  });

  it('at every byte of the header changed', async () => {
    await flipBytes(subject, DYNAMIC.bytes, 0, 100);
    await flipBytes(subject, DYNAMIC.bytes, 512, 600);
    await flipBytes(subject, DYNAMIC.bytes, DYNAMIC.batOffset, DYNAMIC.batOffset + 16);
    await flipBytes(subject, FIXED, FIXED.length - 512, FIXED.length - 412);
  });

  it('cut anywhere', async () => {
    await cutEverywhere(subject, DYNAMIC.bytes, 520, 511);
    await cutEverywhere(subject, FIXED, 8, 13);
  });

  it('with random bytes after the magic', async () => {
    await randomAfter(subject, Buffer.from('conectix'));
    await randomAfter(subject, DYNAMIC.bytes.subarray(0, 512));
    await randomAfter(subject, DYNAMIC.bytes.subarray(0, 1536));
  });

  it('with random fields and right checksums', async () => {
    await randomFields(subject, DYNAMIC.bytes, fc.oneof(FOOTER_FIELDS, HEADER_FIELDS), { seal });
    await randomFields(subject, DIFFERENCING, fc.oneof(FOOTER_FIELDS, HEADER_FIELDS), { seal });
  });

  it('with random fields in table and batmap', async () => {
    const { bytes, batOffset } = DYNAMIC;
    const words = fc.integer({ min: 0, max: 140 }).map((index) => batOffset + index * 4);
    await randomFields(subject, bytes, words);
  });
});

describe('guest bytes', () => {
  it('are what was put in, in whatever pieces they are read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 20 }),
        fc.constantFrom(512, 1024, 8192),
        fc.integer({ min: 1, max: 5000 }),
        fc.constantFrom('fixed' as const, 'dynamic' as const),
        async (fill, blockSize, piece, type) => {
          const blocks: Record<number, Buffer> = {};
          for (const [index, byte] of fill.entries()) if (byte > 0) blocks[index] = Buffer.alloc(blockSize, byte);
          const image = await exercise(
            subject,
            buildVpc({ type, size: fill.length * blockSize, blockSize, blocks }).bytes,
          );
          const expected = Buffer.concat(fill.map((byte) => Buffer.alloc(blockSize, byte)));
          expect((await guestBytes(image, piece)).equals(expected)).toBe(true);
        },
      ),
    );
  });
});
