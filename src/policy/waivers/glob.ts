import { wildcardMatches } from '../../facts/wildcard.ts';

/**
 * Whether a pattern matches a whole text: `*` stands for any characters but `/`, `?` for one. Time grows with the
 * product of the two lengths, whatever they hold.
 */
export function globMatches(pattern: string, text: string): boolean {
  const [patterns, texts] = [pattern.split('/'), text.split('/')];
  return patterns.length === texts.length && patterns.every((part, index) => wildcardMatches(part, texts[index] ?? ''));
}
