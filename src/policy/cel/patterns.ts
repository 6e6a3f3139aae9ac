import { Failure } from './meter.ts';

const MAX_LENGTH = 200;

export interface Pattern {
  readonly found: (text: string) => boolean;
  /** Steps for one character of a text. */
  readonly weight: number;
}

let compileWithRe2: ((pattern: string) => Pattern) | undefined;

/**
 * Brings in RE2, the regular expressions of CEL, when one of the expressions uses it. JavaScript's own engine
 * backtracks, and what it would search comes from hostile images.
 */
export async function bringPatterns(expressions: Iterable<{ readonly text: string }>): Promise<void> {
  if (compileWithRe2 !== undefined) return;
  for (const { text } of expressions) {
    if (!text.includes('matches')) continue;
    const { RE2JS } = await import('re2js');
    compileWithRe2 = (source) => {
      const pattern = RE2JS.compile(source);
      return { found: (searched) => pattern.matcher(searched).find(), weight: pattern.programSize() };
    };
    return;
  }
}

/** Compiles the pattern of `matches`; throws Failure. `bringPatterns` comes first. */
export function compilePattern(source: string): Pattern {
  if (source.length > MAX_LENGTH) throw new Failure(`the pattern is longer than ${MAX_LENGTH} characters`);
  if (compileWithRe2 === undefined) throw new Error('patterns were not brought in');
  try {
    return compileWithRe2(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'not understood';
    throw new Failure(`the pattern is no RE2 regular expression: ${reason}`);
  }
}
