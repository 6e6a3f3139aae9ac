import fc from 'fast-check';
import { describe, it } from 'vitest';
import { cutEverywhere, type FieldOptions, flipBytes, randomAfter, randomFields, type Subject } from './disk-reader.ts';

/** A format whose guest is found through two levels of tables, and a small image of it. */
export interface TwoLevels {
  /** The format with its article, as it is written in text. */
  readonly title: string;
  readonly subject: Subject;
  readonly built: {
    readonly bytes: Buffer;
    readonly l1Offset: number;
    readonly l2Offsets: ReadonlyMap<number, number>;
  };
  readonly magic: Buffer;
  /** The last word of 32 bits of the header. */
  readonly lastWord: number;
  readonly clusterSize: number;
  readonly order: NonNullable<FieldOptions['order']>;
}

export function describeTwoLevels(format: TwoLevels): void {
  const { title, subject, built, magic, lastWord, clusterSize, order } = format;
  const l2 = built.l2Offsets.get(0);
  if (l2 === undefined) throw new Error('an image without tables');

  describe(`${title} reader on hostile bytes gives an image or a finding`, () => {
    it('at every byte of header and tables set to 0, 1, 0x7f, 0x80, 0xff and flipped', async () => {
      for (const start of [0, built.l1Offset, l2]) await flipBytes(subject, built.bytes, start, start + 80);
    });

    it('cut at every byte of the header and at every sector', async () => {
      await cutEverywhere(subject, built.bytes, 100, 512);
    });

    it('with random bytes after the magic', async () => {
      await randomAfter(subject, magic);
    });

    it('with random fields and entries in an image that is right otherwise', async () => {
      const header = fc.integer({ min: 1, max: lastWord }).map((index) => index * 4);
      const entries = fc.constantFrom(built.l1Offset, l2, l2 + 4, l2 + 40);
      await randomFields(subject, built.bytes, fc.oneof(header, entries), {
        order,
        values: fc.nat(10).map((n) => n * clusterSize),
        numRuns: 1000,
      });
    });
  });
}
