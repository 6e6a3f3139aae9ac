import type { Partition } from '../../facts/index.ts';

/** A stretch of the disk that no partition covers. */
export interface Gap {
  readonly start: number;
  readonly size: number;
}

/** Partitions that lie one beside the other; those that overlap stand in different lanes. */
export type Lane = readonly Partition[];

export interface DiskScale {
  /** Bytes the drawing spans. */
  readonly size: number;
  readonly lanes: readonly Lane[];
  /** Partitions that fit into no lane, because too many overlap. */
  readonly left: number;
  /** MBR: what the extended partition spans; logical partitions lie inside. */
  readonly extended: readonly Partition[];
  readonly gaps: readonly Gap[];
  /** Whether something is drawn wider than it is, to be seen. */
  readonly widened: boolean;
  /** Percent of the width at which a byte lies. Never decreases. */
  readonly at: (byte: number) => number;
}

/** Percent that a partition gets at least, while there is room for all. */
const NARROWEST = 1.2;
/** Percent of the width that may be given away to what would be too small to see. */
const GIVEN_AWAY = 50;
const MOST_LANES = 4;

/** How to draw a disk to scale. Null when its size is unknown, so that there is no scale. */
export function diskScale(virtualSize: number | null, partitions: readonly Partition[]): DiskScale | null {
  const size = virtualSize ?? Math.max(0, ...partitions.map(endOf));
  if (size <= 0) return null;
  const clamp = (byte: number) => Math.min(size, Math.max(0, byte));
  const data = partitions.filter(({ role }) => role !== 'extended').toSorted((a, b) => a.start - b.start);
  // the extended partition covers nothing, but what is free inside it is not free outside
  const edges = partitions.flatMap((part) => [clamp(part.start), clamp(endOf(part))]);
  const cuts = [...new Set([0, size, ...edges])].toSorted((a, b) => a - b);
  const covered = coverage(cuts, data, clamp);
  const pieces = covered.map((layers, index) => {
    const [start, end] = [cuts[index] ?? 0, cuts[index + 1] ?? 0];
    return { start, size: end - start, covered: layers > 0 };
  });
  const { percents, widened } = widths(pieces, size);
  return {
    size,
    ...lanes(data),
    extended: partitions.filter(({ role }) => role === 'extended'),
    gaps: pieces.filter((piece) => !piece.covered).map(({ start, size: bytes }) => ({ start, size: bytes })),
    widened,
    at: (byte) => interpolate(clamp(byte), cuts, percents),
  };
}

export function endOf({ start, size }: Partition): number {
  return start + size;
}

/** How many partitions cover each piece between two cuts. */
function coverage(
  cuts: readonly number[],
  partitions: readonly Partition[],
  clamp: (byte: number) => number,
): readonly number[] {
  const steps = new Map<number, number>();
  const step = (byte: number, by: number) => steps.set(byte, (steps.get(byte) ?? 0) + by);
  for (const part of partitions) {
    step(clamp(part.start), 1);
    step(clamp(endOf(part)), -1);
  }
  let layers = 0;
  return cuts.slice(0, -1).map((cut) => {
    layers += steps.get(cut) ?? 0;
    return layers;
  });
}

interface Piece {
  readonly start: number;
  readonly size: number;
  readonly covered: boolean;
}

/** Percent at every cut: to scale, but pieces of partitions that would be invisible are widened at the others' cost. */
function widths(pieces: readonly Piece[], total: number): { readonly percents: readonly number[]; widened: boolean } {
  const floor = Math.min(NARROWEST, GIVEN_AWAY / Math.max(1, pieces.filter((piece) => piece.covered).length));
  const share = ({ size }: Piece) => (size / total) * 100;
  const small = (piece: Piece) => piece.covered && share(piece) < floor;
  const given = pieces.filter(small).length * floor;
  const rest = pieces.filter((piece) => !small(piece)).reduce((sum, piece) => sum + share(piece), 0);
  const percents = [0];
  let at = 0;
  for (const piece of pieces) {
    at += small(piece) ? floor : (share(piece) / rest) * (100 - given);
    percents.push(Math.min(100, at));
  }
  return { percents, widened: given > 0 };
}

function interpolate(byte: number, cuts: readonly number[], percents: readonly number[]): number {
  let [low, high] = [0, cuts.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((cuts[middle] ?? 0) <= byte) low = middle;
    else high = middle;
  }
  const [from, to] = [cuts[low] ?? 0, cuts[high] ?? 0];
  const [left, right] = [percents[low] ?? 0, percents[high] ?? 0];
  return to === from ? left : left + ((byte - from) / (to - from)) * (right - left);
}

function lanes(partitions: readonly Partition[]): { readonly lanes: readonly Lane[]; readonly left: number } {
  const found: Partition[][] = [];
  let left = 0;
  for (const part of partitions) {
    const free = found.find((lane) => endOf(lane.at(-1) ?? part) <= part.start);
    if (free !== undefined) free.push(part);
    else if (found.length < MOST_LANES) found.push([part]);
    else left += 1;
  }
  return { lanes: found, left };
}
