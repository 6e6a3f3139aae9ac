/**
 * Whether a pattern matches a whole text: `*` stands for any characters, `?` for one UTF-16 unit. Time grows with the
 * product of the two lengths, whatever they hold: on a mismatch only the last `*` takes one character more, as what
 * those before it took is as good as any.
 */
export function wildcardMatches(pattern: string, text: string): boolean {
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
