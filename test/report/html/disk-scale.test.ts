import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Partition } from '../../../src/facts/index.ts';
import { diskScale } from '../../../src/report/html/disk-scale.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

const part = (index: number, start: number, size: number, role: Partition['role'] = null): Partition => ({
  index,
  table: 'gpt',
  typeId: '0x83',
  typeName: null,
  role,
  name: null,
  start,
  size,
  active: false,
  filesystem: null,
});

/** Percent of the width that each partition gets. */
const widthsOf = (scale: ReturnType<typeof diskScale>, parts: readonly Partition[]) =>
  parts.map(({ start, size }) => Number(((scale?.at(start + size) ?? 0) - (scale?.at(start) ?? 0)).toFixed(2)));

describe('how a disk is drawn', () => {
  it('to scale, where everything can be seen', () => {
    const parts = [part(1, 0, 40 * GIB), part(2, 60 * GIB, 40 * GIB)];
    const scale = diskScale(100 * GIB, parts);
    expect(scale).toMatchObject({ widened: false, lanes: [parts], gaps: [{ start: 40 * GIB, size: 20 * GIB }] });
    expect(widthsOf(scale, parts)).toEqual([40, 40]);
  });

  it('with small partitions wider than they are, and the rest in proportion', () => {
    const parts = [part(1, MIB, MIB), part(2, 2 * MIB, 50 * GIB), part(3, 50 * GIB + 2 * MIB, 25 * GIB)];
    const scale = diskScale(100 * GIB, parts);
    expect(scale?.widened).toBe(true);
    const [tiny, large, half] = widthsOf(scale, parts);
    expect(tiny).toBe(1.2);
    expect((large ?? 0) / (half ?? 1)).toBeCloseTo(2, 2);
  });

  it('with partitions that overlap in lanes of their own, and not more lanes than one can read', () => {
    const parts = Array.from({ length: 7 }, (_, index) => part(index + 1, index * MIB, 10 * GIB));
    expect(diskScale(20 * GIB, parts)).toMatchObject({ left: 3, lanes: [{}, {}, {}, {}] });
  });

  it('with what is free in an extended partition apart from what is free outside', () => {
    const logical = part(5, 2 * GIB, GIB);
    const scale = diskScale(10 * GIB, [part(1, GIB, 5 * GIB, 'extended'), logical]);
    expect(scale?.lanes).toEqual([[logical]]);
    expect(scale?.gaps.map(({ start, size }) => [start / GIB, size / GIB])).toEqual([
      [0, 1],
      [1, 1],
      [3, 3],
      [6, 4],
    ]);
  });

  it('as far as the partitions reach, where the size is unknown; not at all without either', () => {
    expect(diskScale(null, [part(1, 0, GIB)])?.size).toBe(GIB);
    expect(diskScale(null, [])).toBeNull();
    expect(diskScale(0, [part(1, 0, GIB)])).toBeNull();
  });

  it('within its frame and in order, whatever a partition table claims', () => {
    const number = fc.oneof(fc.nat(100), fc.maxSafeNat());
    const partition = fc.tuple(number, number, fc.boolean());
    fc.assert(
      fc.property(fc.option(number), fc.array(partition, { maxLength: 200 }), (size, table) => {
        const parts = table.map(([start, length, outer], index) =>
          part(index, start, length, outer ? 'extended' : null),
        );
        const scale = diskScale(size, parts);
        const reach = size ?? Math.max(0, ...table.map(([start, length]) => start + length));
        expect(scale === null).toBe(reach === 0);
        if (scale === null) return;
        const places = [...new Set(parts.flatMap(({ start, size: length }) => [start, start + length]))];
        const drawn = places.toSorted((a, b) => a - b).map(scale.at);
        expect(drawn.every((place) => place >= 0 && place <= 100.000001)).toBe(true);
        expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
        expect(scale.lanes.flat().length + scale.left + scale.extended.length).toBe(parts.length);
      }),
    );
  });
});
