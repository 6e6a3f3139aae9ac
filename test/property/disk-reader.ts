import fc from 'fast-check';
import { expect } from 'vitest';
import { type ByteSource, bufferSource } from '../../src/bytes/index.ts';
import type { DiskImage, DiskReader } from '../../src/disks/format.ts';
import { expectRefusal, expectWorded } from '../findings.ts';

/** A reader, and what its files need. */
export interface Subject {
  readonly reader: DiskReader;
  /** The most bytes it may read before it has an image or a finding. */
  readonly headerBytes: number;
  /** Guest offsets to look at beside the usual ones. */
  readonly looks?: readonly number[];
  /** What overlays are read on. */
  readonly base?: ByteSource;
}

const LOOKS = [0, 511, 4096, 65536];

/** Reads the file and pieces of its guest: each time bytes or a finding, within bounds. */
export async function exercise(subject: Subject, bytes: Buffer): Promise<DiskImage | null> {
  const { reader, headerBytes, looks = [], base = null } = subject;
  const source = bufferSource('fuzz', bytes);
  let image: DiskImage;
  try {
    image = await reader.read(source, { disk: 'disk0' });
  } catch (error) {
    expectRefusal(error);
    return null;
  } finally {
    expect(source.bytesRead).toBeLessThanOrEqual(headerBytes);
  }
  expect(JSON.parse(JSON.stringify(image.details))).toEqual(image.details);
  for (const finding of image.findings) {
    expect(finding.exit).toBe(3);
    expectWorded(finding);
  }
  const guest = image.guest(base);
  if (guest !== null) await look(guest, [...LOOKS, ...looks, Math.floor(guest.size / 2), guest.size - 512]);
  return image;
}

async function look(guest: ByteSource, offsets: readonly number[]): Promise<void> {
  for (const offset of offsets) {
    if (offset < 0 || offset >= guest.size) continue;
    const length = Math.min(guest.size - offset, 8192);
    try {
      expect(await guest.read(offset, length)).toHaveLength(length);
    } catch (error) {
      expectRefusal(error);
    }
  }
}

/** Every byte of `[from, to)` set to 0, 1, 0x7f, 0x80, 0xff and flipped at both ends. */
export async function flipBytes(subject: Subject, good: Buffer, from: number, to: number): Promise<void> {
  for (let at = from; at < Math.min(to, good.length); at++) {
    const old = good.readUInt8(at);
    for (const value of new Set([0, 1, 0x7f, 0x80, 0xff, old ^ 0x01, old ^ 0x80])) {
      good.writeUInt8(value, at);
      await exercise(subject, good);
    }
    good.writeUInt8(old, at);
  }
}

/** Cut at every one of the first `dense` bytes and then at every `step`. */
export async function cutEverywhere(subject: Subject, good: Buffer, dense: number, step: number): Promise<void> {
  for (let length = 0; length < good.length; length += length < dense ? 1 : step) {
    await exercise(subject, good.subarray(0, length));
  }
}

/** Random bytes behind the first `kept` bytes of a good file. */
export async function randomAfter(subject: Subject, kept: Buffer, numRuns = 300): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 4096 }), async (tail) => {
      await exercise(subject, Buffer.concat([kept, tail]));
    }),
    { numRuns },
  );
}

export interface FieldOptions {
  /** Puts checksums right again. */
  readonly seal?: (bytes: Buffer) => void;
  /** Either where it is left out, field by field. */
  readonly order?: 'big endian' | 'little endian';
  /** What the format might take, beside what breaks arithmetic. */
  readonly values?: fc.Arbitrary<number>;
  readonly numRuns?: number;
}

/**
 * Values that break arithmetic, in up to four 32-bit fields of a file. The file is changed and restored in place,
 * since a copy of some MiB each time would take longer than the reader.
 */
export async function randomFields(
  subject: Subject,
  good: Buffer,
  offsets: fc.Arbitrary<number>,
  { seal = () => {}, order, values, numRuns = 500 }: FieldOptions = {},
): Promise<void> {
  const value = fc.oneof(
    fc.constantFrom(0, 1, 2, 3, 8, 512, 4096, 65536, 0x100000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff),
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    ...(values === undefined ? [] : [values]),
  );
  const bigEndian = order === undefined ? fc.boolean() : fc.constant(order === 'big endian');
  const field = fc.record({ at: offsets, value, bigEndian });
  await fc.assert(
    fc.asyncProperty(fc.array(field, { minLength: 1, maxLength: 4 }), async (fields) => {
      const before = fields.map(({ at }) => Buffer.from(good.subarray(at, at + 4)));
      for (const { at, value: word, bigEndian } of fields) {
        if (bigEndian) good.writeUInt32BE(word, at);
        else good.writeUInt32LE(word, at);
      }
      seal(good);
      try {
        await exercise(subject, good);
      } finally {
        // last one first: a field may have been written twice
        for (const [index, { at }] of [...fields.entries()].reverse()) before[index]?.copy(good, at);
      }
    }),
    { numRuns },
  );
  seal(good);
}
