/** A part of the report: rows between a beginning and an end. Only rows are ever left out. */
export interface Section {
  readonly before: string;
  readonly rows: readonly string[];
  /** How many rows there are besides, which would never fit. */
  readonly others?: number;
  readonly after: string;
  /** What a row is, and what several are: `finding`, `findings`. */
  readonly nouns: readonly [one: string, several: string];
}

/**
 * Joins sections within `limit` characters. Earlier ones go first, and each keeps its place: from the first row that
 * does not fit, every section says how many it has left out.
 */
export function within(sections: readonly Section[], limit: number): string {
  let left = limit - sections.reduce((sum, section) => sum + fixedSize(section), 0);
  const written = sections.map((section) => {
    const { before, rows, after, nouns, others = 0 } = section;
    const taken = rows.findIndex((row) => {
      left -= row.length;
      return left < 0;
    });
    if (taken < 0) return `${before}${rows.join('')}${others === 0 ? '' : leftOut(others, nouns)}${after}`;
    const note = leftOut(rows.length - taken + others, nouns);
    return taken === 0 ? note : `${before}${rows.slice(0, taken).join('')}${note}${after}`;
  });
  return written.join('');
}

function fixedSize({ before, rows, after, nouns, others = 0 }: Section): number {
  return before.length + after.length + leftOut(rows.length + others, nouns).length;
}

/** A paragraph of its own: it ends a table and a list. */
function leftOut(count: number, [one, several]: Section['nouns']): string {
  return `\n*${count} ${count === 1 ? one : several} left out: a comment has no more room. The JSON report has them all.*\n`;
}
