/**
 * In how many ways, at most, a backtracking engine can try a regular expression at one place of a text of that length.
 * Infinity where the pattern repeats a group, refers back, or uses syntax in which PCRE and JavaScript differ.
 */
export function waysOf(pattern: string, length: number): number {
  if (FOREIGN.test(pattern)) return Number.POSITIVE_INFINITY;
  const open: Alternatives[] = [{ finished: 0, current: 1 }];
  for (let at = 0; at < pattern.length; ) {
    const top = open.at(-1) as Alternatives;
    const character = pattern.charAt(at);
    if (character === '(') {
      open.push({ finished: 0, current: 1 });
      at += GROUP.exec(pattern.slice(at))?.[0].length ?? 1;
    } else if (character === '|') {
      top.finished += top.current;
      top.current = 1;
      at++;
    } else {
      const closed = character === ')' && open.length > 1 ? open.pop() : undefined;
      const inner = closed === undefined ? 1 : closed.finished + closed.current;
      at = endOfAtom(pattern, at);
      const quantifier = QUANTIFIER.exec(pattern.slice(at))?.[0] ?? '';
      at += quantifier.length;
      (open.at(-1) as Alternatives).current *=
        closed === undefined ? repeats(quantifier, length) : of(inner, quantifier);
    }
  }
  return open.reduce((ways, { finished, current }) => ways * (finished + current), 1);
}

interface Alternatives {
  /** Ways through the alternatives that are complete. */
  finished: number;
  current: number;
}

/** POSIX classes, and escapes and groups other than those that mean the same to PCRE and JavaScript. */
const FOREIGN = /\[\[?[:.=]|\\(?:[^\W_dDwWsSbB]|_)|\(\?(?![:=!])|\([*]/;
const GROUP = /^\((?:\?[:=!])?/;
const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})[?+]?/;

/** A group that is there once or not at all is one more alternative; any other repetition is not counted but refused. */
function of(ways: number, quantifier: string): number {
  if (quantifier === '') return ways;
  return quantifier.startsWith('?') ? ways + 1 : Number.POSITIVE_INFINITY;
}

/** Of a single character. */
function repeats(quantifier: string, length: number): number {
  if (quantifier === '') return 1;
  if (quantifier.startsWith('?')) return 2;
  const [, from, comma, to] = /^\{(\d+)(,?)(\d*)\}/.exec(quantifier) ?? [];
  if (from !== undefined && comma === '') return 1;
  const most = to === undefined || to === '' ? length : Math.min(Number(to), length);
  return Math.max(1, most - Number(from ?? 0) + 1);
}

/** Index behind the character, escape or class at `at`. */
function endOfAtom(pattern: string, at: number): number {
  const character = pattern.charAt(at);
  if (character === '\\') return at + 2;
  if (character !== '[') return at + 1;
  // a bracket right behind the opening one is a member
  let end = pattern.startsWith('[^', at) ? at + 3 : at + 2;
  while (end < pattern.length && pattern.charAt(end) !== ']') end += pattern.charAt(end) === '\\' ? 2 : 1;
  return end + 1;
}
