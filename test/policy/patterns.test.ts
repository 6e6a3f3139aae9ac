import { describe, expect, it } from 'vitest';
import { longestText, matches, patternProblem } from '../../src/policy/patterns.ts';

describe('patterns', () => {
  it.each<[pattern: string, text: string, found: boolean]>([
    ['^win', 'win2k', true],
    ['win(2k|xp)', 'a win2k', true],
    ['(?i)^WIN', 'windows', true],
    ['^[[:alpha:]]+$', 'debian12', false],
    ['^\\pL+$', 'größe', true],
    ['[]x]+', ']', true],
    ['a\\z', 'a\n', false],
    // what an engine that backtracks never ends with
    ['(a+)+$', `${'a'.repeat(1000)}b`, false],
    ['(a|aa)+$', `${'a'.repeat(1000)}b`, false],
    ['(a?){30}a{30}$', 'a'.repeat(30), true],
    ['^a{0,50}a{0,50}a{0,50}a{0,50}$', `${'a'.repeat(1000)}b`, false],
    ['.*a.*b.*c.*d', 'abc'.repeat(1000), false],
  ])('%s means what RE2 says', (pattern, text, found) => {
    expect(patternProblem(pattern)).toBeUndefined();
    expect(matches(text, pattern)).toBe(found);
  });

  it.each<[string, string, string]>([
    ['a back reference', '(a)\\1', 'invalid escape sequence'],
    ['a lookahead', '(?=a)', 'not a regular expression of RE2'],
    ['no pattern', '(', 'missing closing )'],
    ['a long pattern', 'a'.repeat(201), 'longer than 200'],
    ['a repetition that RE2 has not', 'a{1001}', 'invalid repeat count'],
    ['repeated repetitions', '(a{1,30}){1,30}', 'repeats too much'],
    ['one long repetition', '\\w{0,400}', 'repeats too much'],
  ])('refuses %s', (_, pattern, problem) => expect(patternProblem(pattern)).toContain(problem));

  it.each([['^win(2k|xp)$'], ['[a-z]{1,63}x'], ['^a{0,50}a{0,50}a{0,50}y'], ['\\w{0,250}y']])(
    'tries %s on no text that would take more than eight million steps',
    (pattern) => {
      const longest = longestText(pattern);
      expect(longest).toBeGreaterThan(16_000);
      expect(matches('z'.repeat(longest), pattern)).toBe(false);
      expect(() => matches('z'.repeat(longest + 1), pattern)).toThrow('too long');
    },
  );
});
