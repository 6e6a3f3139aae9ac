/**
 * Whether a pattern matches a whole text: `*` stands for any characters but `/`, `?` for one. Time grows with the
 * product of the two lengths, whatever they hold.
 */
export function globMatches(pattern: string, text: string): boolean {
  const [patterns, texts] = [pattern.split('/'), text.split('/')];
  return patterns.length === texts.length && patterns.every((part, index) => partMatches(part, texts[index] ?? ''));
}

/** On a mismatch only the last `*` takes one character more: what those before it took is as good as any. */
function partMatches(pattern: string, text: string): boolean {
  let [at, star, taken] = [0, -1, 0];
  let next = 0;
  while (at < text.length) {
    const wanted = pattern.charAt(next);
    if (wanted === '*') {
      star = next++;
      taken = at;
    } else if (next < pattern.length && (wanted === '?' || wanted === text.charAt(at))) {
      next++;
      at++;
    } else if (star >= 0) {
      next = star + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  while (pattern.charAt(next) === '*') next++;
  return next === pattern.length;
}
