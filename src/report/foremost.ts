import type { FindingDocument } from '../facts/index.ts';
import { STANDINGS, standing } from './standing.ts';

/**
 * More findings than this nobody reads one by one; a hostile document can raise a hundred thousand. GitHub shows as many
 * of a SARIF run.
 */
export const MOST_FINDINGS = 5_000;

/** What counts most, in the order of the report, and how many there are besides. */
export function foremost<T>(
  entries: readonly T[],
  of: (entry: T) => FindingDocument,
): { readonly shown: readonly T[]; readonly left: number } {
  if (entries.length <= MOST_FINDINGS) return { shown: entries, left: 0 };
  const weights = entries.map((entry) => STANDINGS.indexOf(standing(of(entry))));
  const counts = STANDINGS.map((_, weight) => weights.filter((each) => each === weight).length);
  let room = MOST_FINDINGS;
  const rooms = counts.map((count) => {
    const taken = Math.min(count, room);
    room -= taken;
    return taken;
  });
  const shown = entries.filter((_, index) => {
    const weight = weights[index] ?? 0;
    rooms[weight] = (rooms[weight] ?? 0) - 1;
    return (rooms[weight] ?? 0) >= 0;
  });
  return { shown, left: entries.length - shown.length };
}

/** `and 88,000 more findings: ...`, for the end of a list. */
export function leftOutWords(left: number, noun = 'finding'): string {
  return `and ${left.toLocaleString('en-US')} more ${noun}${left === 1 ? '' : 's'}; the JSON report has them all`;
}
