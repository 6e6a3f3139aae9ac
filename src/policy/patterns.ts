const MAX_LENGTH = 200;
/** `.*a.*b.*` takes cubic time on hostile text with a backtracking engine; more is not needed to name an OS. */
const MAX_UNBOUNDED = 3;

interface Group {
  /** Holds an alternative or a quantifier, so that repeating it could match one text in exponentially many ways. */
  ambiguous: boolean;
}

/**
 * Why a regular expression may not be used; undefined when it may. CEL means RE2, which takes linear time; the library
 * hands patterns to JavaScript's backtracking engine, and what they match comes from hostile images. So the pattern
 * must be a literal of the common subset of both in which backtracking stays cheap.
 */
export function patternProblem(pattern: string): string | undefined {
  if (pattern.length > MAX_LENGTH) return `the pattern is longer than ${MAX_LENGTH} characters`;
  if (/\(\?(?!:)/.test(pattern)) return 'the pattern uses (?...), which CEL does not have';
  if (/\\[1-9k]/.test(pattern)) return 'the pattern refers back to a group, which CEL does not have';
  try {
    new RegExp(pattern);
  } catch {
    return 'the pattern is not a regular expression';
  }
  return repetitionProblem(pattern);
}

function repetitionProblem(pattern: string): string | undefined {
  const open: Group[] = [];
  let closed: Group | undefined;
  let unbounded = 0;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(pattern.slice(at))?.[0];
    if (quantifier !== undefined) {
      if (closed?.ambiguous === true && quantifier !== '?')
        return 'the pattern repeats a group that repeats or has alternatives';
      if (/[*+]|,\}/.test(quantifier)) unbounded++;
      for (const group of open) group.ambiguous = true;
      at += quantifier.length - 1;
      // `+?` is one lazy quantifier
      if (pattern.charAt(at + 1) === '?') at++;
    }
    if (closed !== undefined && open.length > 0 && closed.ambiguous) for (const group of open) group.ambiguous = true;
    closed = undefined;
    if (quantifier !== undefined) continue;
    if (character === '\\') at++;
    else if (character === '[') at = endOfClass(pattern, at);
    else if (character === '|') for (const group of open) group.ambiguous = true;
    else if (character === '(') {
      open.push({ ambiguous: false });
      // the ? of (?: is no quantifier
      if (pattern.startsWith('?:', at + 1)) at += 2;
    } else if (character === ')') closed = open.pop();
  }
  return unbounded > MAX_UNBOUNDED ? `the pattern has more than ${MAX_UNBOUNDED} unbounded repetitions` : undefined;
}

function endOfClass(pattern: string, from: number): number {
  for (let at = from + 1; at < pattern.length; at++) {
    if (pattern.charAt(at) === '\\') at++;
    else if (pattern.charAt(at) === ']') return at;
  }
  return pattern.length;
}
