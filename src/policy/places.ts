import type { ScalarTree } from './yaml.ts';

/**
 * Offset in the file of character `index` of a scalar's value. YAML folds lines, strips indentation and doubles
 * quotes, so value and source are walked together: any run of white space matches any other. Falls back to the start
 * of the scalar where an escape makes the two too different.
 */
export function offsetInScalar(text: string, scalar: ScalarTree, index: number): number {
  if (typeof scalar.value !== 'string') return scalar.at;
  const { value } = scalar;
  let at = firstCharacter(text, scalar);
  const end = value.trimEnd().length;
  for (let i = 0; i < Math.min(index, end); i++) {
    const wanted = value.charAt(i);
    if (isSpace(wanted)) {
      if (!isSpace(value.charAt(i + 1))) at = skipSpace(text, at);
      continue;
    }
    at = skipSpace(text, at);
    const found = text.charAt(at);
    if (found === '\\' && scalar.style === 'QUOTE_DOUBLE') {
      if (text.charAt(at + 1) !== wanted) return scalar.at;
      at += 2;
    } else if (found !== wanted) {
      return scalar.at;
    } else {
      at += wanted === "'" && scalar.style === 'QUOTE_SINGLE' ? 2 : 1;
    }
  }
  return index >= end || isSpace(value.charAt(index)) ? at : skipSpace(text, at);
}

function firstCharacter(text: string, scalar: ScalarTree): number {
  if (scalar.style.startsWith('BLOCK')) return text.indexOf('\n', scalar.at) + 1;
  return scalar.style.startsWith('QUOTE') ? scalar.at + 1 : scalar.at;
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charAt(at))) at++;
  return at;
}
