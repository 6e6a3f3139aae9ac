import { RE2JS } from 're2js';
import { waysOf } from './ways.ts';

/** The longest one of osinfo-db has 457 characters. */
const MAX_PATTERN = 2048;
/** With at most 128 places to start from this is far below a millisecond. */
const CHEAP = 256;

/**
 * A pattern of the knowledge base, ready to be asked. Undefined: the text does not match; else what its first group
 * took, or the empty text.
 */
export type Matcher = (text: string) => string | undefined;

/**
 * Compiles a pattern that somebody else wrote, for texts that an enemy may have written, of at most that many
 * characters: an engine that backtracks gets only patterns that it can try in few ways, RE2 everything else, in linear
 * time. What neither can do (a look-ahead beside many repetitions, say) gives the reason as text.
 */
export function compile(pattern: string, length: number, anchored = false): Matcher | { readonly problem: string } {
  if (pattern.length > MAX_PATTERN) return { problem: `it is longer than ${MAX_PATTERN} characters` };
  if (!anchored && literalStart(pattern) === pattern) return (text) => (text.includes(pattern) ? '' : undefined);
  const source = anchored ? `^(?:${pattern})` : pattern;
  return compileCheap(source, length) ?? compileLinear(source);
}

function compileCheap(source: string, length: number): Matcher | undefined {
  if (waysOf(source, length) > CHEAP) return undefined;
  try {
    const expression = new RegExp(source);
    return (text) => {
      const found = expression.exec(text);
      return found === null ? undefined : (found[1] ?? '');
    };
  } catch {
    return undefined;
  }
}

function compileLinear(source: string): Matcher | { readonly problem: string } {
  try {
    const expression = RE2JS.compile(source);
    return (text) => {
      const matcher = expression.matcher(text);
      if (!matcher.find()) return undefined;
      return matcher.groupCount() > 0 ? (matcher.group(1) ?? '') : '';
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'it is refused' };
  }
}

/**
 * Text that is in everything the pattern matches, so that most patterns need not be compiled to know that they do not:
 * the plain characters it begins with, unless it has alternatives.
 */
export function literalStart(pattern: string): string {
  const plain = /^[^\\^$.|?*+()[\]{}]*/.exec(pattern)?.[0] ?? '';
  if (hasAlternatives(pattern)) return '';
  return /^[?*{]/.test(pattern.slice(plain.length)) ? plain.slice(0, -1) : plain;
}

/** Whether there may be a `|` outside of all groups. */
function hasAlternatives(pattern: string): boolean {
  let depth = 0;
  for (const piece of pattern.replace(/\\./gs, '').replace(/\[\^?\]?[^\]]*\]/g, '')) {
    if (piece === '(') depth++;
    else if (piece === ')') depth--;
    else if (piece === '|' && depth <= 0) return true;
  }
  return false;
}
