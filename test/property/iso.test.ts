import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bootEntry,
  buildIso,
  CATALOG,
  DESCRIPTORS,
  dstring,
  section,
  validation,
} from '../../fixtures/generate/iso.ts';
import { reader } from '../../src/disks/iso/reader.ts';
import { cutEverywhere, exercise, flipBytes, randomAfter, randomFields, type Subject } from './disk-reader.ts';

/** System area, 32 descriptors, one sector of boot catalog, the anchor of UDF and 16 descriptors behind it. */
const subject: Subject = { reader, headerBytes: 4098 + (32 + 1 + 1 + 16) * 2048 };

const GOOD = buildIso({
  sequence: ['primary', 'boot', 'joliet', 'end', 'BEA01', 'NSR02', 'TEA01'],
  catalog: [validation(0), bootEntry(50), section(0xef, 1, true), bootEntry(51)],
  udf: { volumeId: dstring('one', 32), logicalVolumeId: dstring('two', 128, 16) },
  system: ['mbr', 'gpt'],
});
const words = (from: number, count: number) => fc.integer({ min: 0, max: count - 1 }).map((index) => from + index * 4);

describe('an ISO reader on hostile bytes gives an image or a finding', () => {
  it('the file that is broken below is good', async () => {
    const image = await exercise(subject, GOOD);
    expect(image?.findings).toEqual([]);
    expect(image?.details).toMatchObject({ udf: true, joliet: true, elTorito: [{}, {}] });
  });

  it('at every byte of descriptors and catalog changed', async () => {
    await flipBytes(subject, GOOD, DESCRIPTORS, DESCRIPTORS + 140);
    await flipBytes(subject, GOOD, DESCRIPTORS + 2048, DESCRIPTORS + 2048 + 80);
    await flipBytes(subject, GOOD, CATALOG * 2048, CATALOG * 2048 + 130);
    await flipBytes(subject, GOOD, 256 * 2048, 256 * 2048 + 32);
    await flipBytes(subject, GOOD, 257 * 2048, 257 * 2048 + 60);
  });

  it('cut anywhere', async () => {
    await cutEverywhere(subject, GOOD, 1, 1021);
  });

  it('with random bytes after the magic', async () => {
    await randomAfter(subject, GOOD.subarray(0, DESCRIPTORS + 7));
    await randomAfter(subject, GOOD.subarray(0, DESCRIPTORS + 2048));
    await randomAfter(subject, GOOD.subarray(0, CATALOG * 2048 + 32));
  });

  it('with random fields', async () => {
    const places = [
      words(DESCRIPTORS + 76, 16),
      words(DESCRIPTORS + 2048 + 71, 1),
      words(CATALOG * 2048, 40),
      words(256 * 2048, 8),
      words(257 * 2048, 20),
    ];
    await randomFields(subject, GOOD, fc.oneof(...places));
  });
});
