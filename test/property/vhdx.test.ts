import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BAT,
  buildVhdx,
  HEADER_1,
  HEADER_2,
  METADATA,
  REGIONS_1,
  REGIONS_2,
  sealVhdx,
} from '../../fixtures/generate/vhdx.ts';
import { reader } from '../../src/disks/vhdx/reader.ts';
import { cutEverywhere, exercise, flipBytes, randomAfter, randomFields, type Subject } from './disk-reader.ts';

const MIB = 1024 * 1024;
/** Identifier, two headers, two region tables, the metadata table, five items and a locator. */
const subject: Subject = { reader, headerBytes: 520 + 2 * 4096 + 4 * 65536 + 100 };

const GOOD = buildVhdx({ blocks: { 0: Buffer.alloc(MIB, 1) } });
const DIFFERENCING = buildVhdx({ locator: { relative_path: 'base.vhdx', parent_linkage: '{0}' } });

function seal(bytes: Buffer): void {
  for (const at of [HEADER_1, HEADER_2]) sealVhdx(bytes.subarray(at, at + 4096));
  for (const at of [REGIONS_1]) sealVhdx(bytes.subarray(at, at + 65536));
  bytes.copy(bytes, REGIONS_2, REGIONS_1, REGIONS_1 + 65536);
}

const words = (from: number, count: number) => fc.integer({ min: 0, max: count - 1 }).map((index) => from + index * 4);

describe('a VHDX reader on hostile bytes gives an image or a finding', () => {
  it('the files that are broken below are good', async () => {
    expect((await exercise(subject, GOOD))?.guest(null)).not.toBeNull();
    expect(await exercise(subject, DIFFERENCING)).not.toBeNull();
  });

  it('at every byte of headers and tables changed', async () => {
    await flipBytes(subject, GOOD, HEADER_2, HEADER_2 + 80);
    await flipBytes(subject, GOOD, REGIONS_1, REGIONS_1 + 20);
    await flipBytes(subject, GOOD, METADATA, METADATA + 100);
    await flipBytes(subject, GOOD, METADATA + 65536, METADATA + 65536 + 40);
    await flipBytes(subject, GOOD, BAT, BAT + 16);
  }, 30_000);

  it('cut anywhere', async () => {
    await cutEverywhere(subject, GOOD, 100, 65521);
  });

  it('with random bytes after the magic', async () => {
    await randomAfter(subject, Buffer.from('vhdxfile'));
    await randomAfter(subject, GOOD.subarray(0, METADATA), 50);
    await randomAfter(subject, GOOD.subarray(0, METADATA + 65536), 50);
  });

  it('with random fields and right checksums', async () => {
    await randomFields(subject, GOOD, fc.oneof(words(HEADER_2 + 8, 20), words(REGIONS_1 + 8, 20)), {
      seal,
      numRuns: 100,
    });
  });

  it('with random fields in metadata and table', async () => {
    await randomFields(subject, GOOD, fc.oneof(words(METADATA, 56), words(METADATA + 65536, 12), words(BAT, 4)), {
      numRuns: 200,
    });
    await randomFields(subject, DIFFERENCING, words(METADATA + 65536 + 40, 40), { numRuns: 100 });
  });
});
