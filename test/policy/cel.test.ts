import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { functionNames } from '../../src/policy/cel/functions.ts';
import { LOOPS } from '../../src/policy/cel/loops.ts';
import { FACT_TYPES } from '../../src/policy/cel/types.ts';
import { bringPatterns, evaluate, expressionProblem } from '../../src/policy/conditions.ts';
import { voteScope } from '../../src/policy/scope.ts';
import { evidence } from './evidence.ts';

/*
 * The facts of the Common Expression Language that policies rely on, in our own examples: the language definition of
 * cel-spec and the documents of its string extension. What the whole of CEL has and we do not is in docs/cel.md.
 */

const GRIN = '\u{1f600}';
const facts = {
  n: 3,
  half: 0.5,
  two: 2.5,
  text: `a${GRIN}b`,
  list: [1, 2.5, 'x', null, [1], { k: 1 }],
  none: null,
  yes: true,
  big: 9007199254740992,
  same: { a: [1, { b: 2 }], c: null },
};
const extensions = { ...facts, again: { c: null, a: [1, { b: 2 }] } };
const scope = () => voteScope({ evidence: evidence({ extensions }), os: 'win10', architecture: null });

/** `f.x` is the fact x, of a type that is known only when the expression runs. */
function written(expression: string): string {
  return expression.replace(/\bf\./g, 'evidence.extensions.');
}

function run(expression: string) {
  const text = written(expression);
  expect(expressionProblem(text, { phase: 'vote', wants: 'bool' })?.problem ?? '').toMatch(/^$|must be true or false/);
  return evaluate({ text }, 'vote', scope());
}

beforeAll(() => bringPatterns([{ text: 'matches' }]));

describe('what CEL says an expression comes to', () => {
  it.each<[topic: string, expression: string, value: unknown]>([
    ['int and double compare as numbers', 'f.n == 3.0', true],
    ['also inside lists', '[1, 2] == dyn([1.0, 2.0])', true],
    ['also as keys', 'dyn({1: "x"})[1.0]', 'x'],
    ['also with in', 'dyn(3.0) in [1, 2, 3]', true],
    ['also in order', 'f.half < f.n && f.n > f.two', true],
    ['values of different types are unequal, not an error', 'dyn("3") == f.n', false],
    ['and so not equal', 'dyn("3") != f.n', true],
    ['null is equal to null only', 'f.none == null && f.n != null && !(f.none == 0)', true],
    ['lists are equal element by element', 'f.list == [1, 2.5, "x", null, [1], {"k": 1}]', true],
    ['and in order', 'f.list[4] == [1] && [1, 2] != [2, 1]', true],
    ['maps are equal whatever their order', 'f.same == f.again', true],
    ['a map without a key is another map', 'dyn({"a": 1}) == {"a": 1, "b": null}', false],
    ['in looks at the keys of a map', '"a" in f.same && !("b" in f.same)', true],
    ['a key with null is there', '"c" in f.same && has(f.same.c)', true],
    ['has() is false for a field that is not there', 'has(f.same.zzz)', false],
    ['int division cuts towards zero', '-7 / 2 == -3 && -7 % 2 == -1', true],
    ['double division does not', '7.0 / 2.0', 3.5],
    ['a double divided by zero is infinite', '1.0 / 0.0 > 1e308', true],
    ['NaN equals nothing', 'double("NaN") == double("NaN")', false],
    ['the lowest int can be written', '-9223372036854775808 < 0', true],
    ['a long int is exact', '9007199254740993 == f.big + 1', true],
    ['hexadecimal', '0x1F', 31n],
    ['&& with a side that decides absorbs an error', 'f.zzz && f.none == 1', false],
    ['on both sides', 'f.none == 1 && f.zzz', false],
    ['|| the same', 'f.zzz == 1 || f.n == 3', true],
    ['the ternary runs one side only', 'f.n == 3 ? 1 : 1 / 0', 1n],
    ['exists absorbs the error of another element', '[0, 1].exists(i, 1 / i == 1)', true],
    ['all absorbs it too', '[0, 2].all(i, 4 / i == 1)', false],
    ['all of nothing', 'disks[0].partitions.all(p, p.size > 1)', true],
    ['exists of nothing', 'disks[0].partitions.exists(p, p.size > 1)', false],
    ['exists_one', '[1, 2, 2].exists_one(i, i == 1) && ![1, 2, 2].exists_one(i, i == 2)', true],
    ['filter and map', '[1, 2, 3].filter(i, i > 1).map(i, i * 2)', [4n, 6n]],
    ['map with a condition', '[1, 2, 3].map(i, i > 1, i * 2)', [4n, 6n]],
    ['a loop over a map takes its keys', 'f.same.exists(k, k == "a")', true],
    ['an inner variable hides an outer one', '[1].exists(i, [2].exists(i, i == 2) && i == 1)', true],
    ['cel.bind names a value', 'cel.bind(x, f.n * 2, x + x)', 12n],
    ['a text has code points, not UTF-16 units', 'size(f.text)', 3n],
    ['also for positions', 'f.text.indexOf("b") == 2 && f.text.substring(2) == "b"', true],
    ['texts are ordered by code point', `"${GRIN}" > "\\uffff" && "a" < "b" && "" < "a"`, true],
    ['contains, startsWith, endsWith', 'os.contains("n1") && os.startsWith("win") && os.endsWith("10")', true],
    ['matches finds anywhere', 'os.matches("n[0-9]+")', true],
    ['matches is RE2: anchors', 'os.matches("^n") || os.matches("win$")', false],
    ['matches is RE2: flags and classes', 'os.matches("(?i)^WIN[[:digit:]]+\\\\z")', true],
    ['a point is one code point', `f.text.matches("^a.b$")`, true],
    ['lowerAscii leaves other letters alone', '"WIN\u00c4".lowerAscii()', 'win\u00c4'],
    ['upperAscii the same', '"win\u00e4".upperAscii()', 'WIN\u00e4'],
    ['trim', '" \\t x\\u00a0".trim()', 'x'],
    ['split and join', '"a,b,c".split(",").join("-")', 'a-b-c'],
    ['split with a limit', '"a,b,c".split(",", 2) == ["a", "b,c"]', true],
    ['lastIndexOf', '"abab".lastIndexOf("ab") == 2 && "abab".lastIndexOf("x") == -1', true],
    ['escapes in a text', '"\\x41\\u0042\\103\\n" == "ABC\\n"', true],
    ['a raw text has none', 'r"\\d" == "\\\\d"', true],
    ['int of a text', 'int("-12") + int(2.9)', -10n],
    ['double of an int', 'double(f.n) / 2.0', 1.5],
    ['string of numbers and bools', 'string(f.n) + string(0.5) + string(true)', '30.5true'],
    ['bool of a text', 'bool("true") && !bool("0")', true],
  ])('%s: %s', (_, expression, value) => {
    expect(run(expression)).toEqual({ ok: true, value });
  });

  it.each<[topic: string, expression: string, problem: string, unknown: boolean]>([
    ['int overflow', 'f.big * f.big * 2 == 0', 'integer overflow: 81129638414606681695789005144064', false],
    ['the negative of the lowest int', '-(-9223372036854775808) > 0', 'integer overflow: 9223372036854775808', false],
    ['the lowest int by -1', '-9223372036854775808 / -1 > 0', 'integer overflow: 9223372036854775808', false],
    ['int of a double that is too large', 'int(1e19) > 0', 'integer overflow: 10000000000000000000', false],
    ['division by zero', '1 / 0 == 1', 'division by zero', false],
    ['remainder by zero', '1 % 0 == 1', 'division by zero', false],
    ['int and double do not mix in arithmetic', 'f.n + f.half == 3.5', 'int + double is not possible', false],
    ['a list index past the end', 'f.list[6] == 1', 'there is no element 6 in a list of 6', false],
    ['a list index below zero', 'f.list[-1] == 1', 'there is no element -1 in a list of 6', false],
    ['a missing key', 'f.same["zzz"] == 1', 'there is no field zzz', false],
    ['has() of what has no fields', 'has(f.n.x)', 'has(int.x) is not possible', false],
    ['has() of an unknown fact', 'has(f.none.x)', 'has(null.x) is not possible', true],
    ['a key twice', '{"a": 1, "a": 2}.size() == 1', 'the key a is there twice', false],
    ['a double as a key', '{1.5: 1}.size() == 1', 'a double is no key of a map', false],
    ['int of words', 'int("x") == 1', 'int: the text is no whole number', false],
    ['an order that there is none', 'f.yes < f.n', 'bool < int is not possible', false],
    ['an unknown fact in order', 'f.none < 1', 'null < int is not possible', true],
    ['an unknown fact as a condition', 'f.none && true', 'null is neither true nor false', true],
    ['no fact that decides', 'f.none < 1 || f.n == 4', 'null < int is not possible', true],
    ['an error that no unknown fact excuses', 'f.none < 1 || 1 / 0 == 1', 'division by zero', false],
    ['the same in a loop', '[f.none, 0].exists(x, 1 / x == 5)', 'division by zero', false],
    ['filter does not absorb', '[1, 0].filter(i, 1 / i == 1).size() == 1', 'division by zero', false],
    ['exists_one does not absorb', '[1, 0].exists_one(i, 1 / i == 1)', 'division by zero', false],
    ['a condition that is no bool', 'f.n ? true : false', 'int is neither true nor false', false],
  ])('%s has no value: %s', (_, expression, problem, unknown) => {
    const cause = unknown ? 'unknown' : expect.not.stringMatching('unknown');
    expect(run(expression)).toEqual({ ok: false, problem, cause, exhausted: false });
  });
});

describe('docs/cel.md', () => {
  it('names every field of every fact, every function and every loop', async () => {
    const page = await readFile('docs/cel.md', 'utf8');
    for (const [type, fields] of Object.entries(FACT_TYPES)) {
      const row = page.split('\n').find((line) => line.startsWith(`| ${type} |`) || line.includes(`${type} (`)) ?? '';
      expect([type, Object.keys(fields).filter((field) => !new RegExp(`\\b${field}\\b`).test(row))]).toEqual([
        type,
        [],
      ]);
    }
    const names = [...functionNames(true), ...functionNames(false), ...LOOPS.keys(), 'matches', 'has'];
    expect(names.filter((name) => !new RegExp(`[\`.]${name}[\`(]`).test(page))).toEqual([]);
  });
});
