import { describe, expect, it } from 'vitest';
import { patternProblem } from '../../src/policy/patterns.ts';

describe('patterns', () => {
  it.each([
    '^win',
    'win(2k|xp)',
    '^(rhel|centos)[0-9]+(\\.[0-9]+)?$',
    '[(+]*',
    'a{2,4}',
    '(?:ab)+',
    '\\(a+\\)+',
    'a+?b*?',
    '[]x]+',
  ])('accepts %s', (pattern) => expect(patternProblem(pattern)).toBeUndefined());

  it.each<[string, string, string]>([
    ['a repeated group that repeats', '(a+)+$', 'repeats a group'],
    ['the same, deeper', '((a+))+$', 'repeats a group'],
    ['the same, counted', '(a?){30}a{30}', 'repeats a group'],
    ['alternatives that overlap', '(a|aa)+$', 'repeats a group'],
    ['repetition beside the inner group', '((a)b*)+$', 'repeats a group'],
    ['many repetitions', '.*a.*b.*c.*d', 'unbounded'],
    ['a back reference', '(a)\\1', 'refers back'],
    ['a lookahead', '(?=a)', '(?...)'],
    ['no pattern', '(', 'not a regular expression'],
    ['a long pattern', 'a'.repeat(201), 'longer'],
  ])('refuses %s', (_, pattern, problem) => expect(patternProblem(pattern)).toContain(problem));
});
