import { RE2JS } from 're2js';

const MAX_LENGTH = 200;
/** Instructions of a compiled pattern; `{0,99}` counts as two hundred. Names of systems need about fifty. */
const MAX_PROGRAM = 512;
/** Instructions times characters: what one match may cost, far below a second. 64 KiB of text fit for most patterns. */
const MAX_STEPS = 8 * 1024 * 1024;
/** Compiled patterns that are kept; they are literals of policies, so there are few. */
const MAX_KEPT = 1000;

const compiled = new Map<string, RE2JS>();

/** Throws what RE2 says of a pattern that is none. */
function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const expression = RE2JS.compile(pattern);
  if (compiled.size >= MAX_KEPT) compiled.clear();
  compiled.set(pattern, expression);
  return expression;
}

/**
 * Why a regular expression may not be used; undefined when it may. It is RE2, as CEL says: what patterns match comes
 * from hostile images, and RE2 takes at most one step for each instruction and character.
 */
export function patternProblem(pattern: string): string | undefined {
  if (pattern.length > MAX_LENGTH) return `the pattern is longer than ${MAX_LENGTH} characters`;
  try {
    const size = compile(pattern).programSize();
    return size > MAX_PROGRAM ? `the pattern repeats too much: ${size} steps, more than ${MAX_PROGRAM}` : undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'it is refused';
    return `the pattern is not a regular expression of RE2: ${reason}`;
  }
}

/** Most characters that a pattern is tried on. */
export function longestText(pattern: string): number {
  return Math.floor(MAX_STEPS / compile(pattern).programSize());
}

/** Whether a pattern that `patternProblem` found nothing wrong with is found in a text. Throws when that is too long. */
export function matches(text: string, pattern: string): boolean {
  if (text.length > longestText(pattern)) {
    throw new Error(`a text of ${text.length} characters is too long for the pattern ${pattern}`);
  }
  return compile(pattern).matcher(text).find();
}
