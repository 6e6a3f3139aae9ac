import { describe, expect, it } from 'vitest';
import { compile, literalStart } from '../../../src/osinfo/media/patterns.ts';
import { waysOf } from '../../../src/osinfo/media/ways.ts';

function ask(pattern: string, text: string, anchored = false, length = 32): string | undefined {
  const matcher = compile(pattern, length, anchored);
  if ('problem' in matcher) throw new Error(matcher.problem);
  return matcher(text);
}

describe('in how many ways a pattern can be tried', () => {
  it.each([
    ['Fedora 37', 1],
    ['a?b?', 4],
    ['(x|y|z)1', 3],
    ['(x|y)(x|y)', 4],
    ['(-[0-9]|[1-9][0-9])?', 3],
    ['.*', 33],
    ['.*a.*', 33 * 33],
    ['\\d{8}T\\d{6}Z', 1],
    ['a{2,5}', 4],
    ['[)(|*]', 1],
    ['[]|*]', 1],
    ['\\(\\|\\*', 1],
    ['7 (?!SP[123])|(4 ?)', 3],
  ])('%s: %i', (pattern, ways) => expect(waysOf(pattern, 32)).toBe(ways));

  it.each([
    ['a repeated group', '(\\.\\d+)*'],
    ['the same, counted', '(a|b){3}'],
    ['a reference back', '(a)\\1'],
    ['a class of POSIX', '[[:alpha:]]'],
    ['an escape of PCRE alone', '\\Aabc\\z'],
    ['flags', '(?i)abc'],
    ['a named group', '(?<name>a)'],
  ])('%s is not for an engine that backtracks', (_, pattern) =>
    expect(waysOf(pattern, 32)).toBe(Number.POSITIVE_INFINITY),
  );
});

describe('patterns of osinfo-db', () => {
  it.each([
    ['Debian 11.\\d+.\\d+ amd64 n', 'Debian 11.5.0 amd64 n'],
    ['ALT 10\\.0(\\.\\d+)* Workstation', 'ALT 10.0.1.2 Workstation'],
    ['Fedora-S-23(_[A-Za-z]*)*-x86_64', 'Fedora-S-23_a_b-x86_64'],
    ['.*RHEL-7.9.*x86_64.*', 'RHEL-7.9 Server.x86_64'],
    ['Asianux Server (7 (?!SP[123])|(4 ?!SP[67])).+', 'Asianux Server 7 SP9 x86_64'],
    ['[[:upper:]]+_DVD', 'SOME_DVD'],
    ['\\Aabc\\z', 'abc'],
  ])('%s finds %s', (pattern, text) => expect(ask(pattern, text)).toBeDefined());

  it.each([
    ['Asianux Server (7 (?!SP[123])|(4 ?!SP[67])).+', 'Asianux Server 7 SP2 x86_64'],
    ['Fedora-S-dvd', 'FEDORA-S-DVD'],
    ['^(SSS_X64FREE?)_', 'X_SSS_X64FREE_EN'],
  ])('%s does not find %s', (pattern, text) => expect(ask(pattern, text)).toBeUndefined());

  it('give what the first group took', () => {
    expect(ask('[A-Z0-9]*_([A-Z]*)', 'GRMCXCHK_DE', true)).toBe('DE');
    expect(ask('(x(\\.\\d+)*)y', 'x.1.2y')).toBe('x.1.2');
    expect(ask('a(b)?', 'a')).toBe('');
  });

  it('are held to the beginning where that is asked, alternatives too', () => {
    expect(ask('a|b', 'xb', true)).toBeUndefined();
    expect(ask('a|b', 'bx', true)).toBe('');
  });

  it.each([
    ['a reference back', '(a*)\\1'],
    ['look-ahead beside repetition', '(?=a)(a*)*'],
    ['no pattern', '('],
    ['a possessive quantifier', 'a++'],
    ['a long one', 'a'.repeat(3000)],
  ])('are refused with a reason: %s', (_, pattern) => {
    expect(compile(pattern, 128)).toEqual({ problem: expect.stringMatching(/\w+/) });
  });

  it.each(['(a+)+$', '(a|aa)+$', '(a?){60}a{60}', '.*a.*a.*a.*a.*b', `${'a?'.repeat(100)}${'a'.repeat(100)}b`])(
    'take no time on a hostile text: %s',
    (pattern) => {
      const started = performance.now();
      ask(pattern, `${'a'.repeat(127)}!`, false, 128);
      expect(performance.now() - started).toBeLessThan(500);
    },
  );
});

describe('the text that all matches have', () => {
  it.each([
    ['Fedora-S-dvd', 'Fedora-S-dvd'],
    ['RHEL-7.9', 'RHEL-7'],
    ['openSUSE-x86_64*', 'openSUSE-x86_6'],
    ['CCSN?A', 'CCS'],
    ['Debian (a|b)', 'Debian '],
    ['Debian|Ubuntu', ''],
    ['a[|]b', 'a'],
    ['a[(]|b', ''],
    ['(A|B)', ''],
    ['^A', ''],
  ])('of %s is "%s"', (pattern, text) => expect(literalStart(pattern)).toBe(text));
});
