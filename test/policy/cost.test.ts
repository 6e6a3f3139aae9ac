import { beforeAll, describe, expect, it } from 'vitest';
import type { Json, Partition } from '../../src/facts/index.ts';
import { MAX_STEPS, MAX_STEPS_IN_ALL } from '../../src/policy/cel/meter.ts';
import { bringPatterns, evaluate, expressionProblem } from '../../src/policy/conditions.ts';
import { voteScope } from '../../src/policy/scope.ts';
import { disk, evidence } from './evidence.ts';

/*
 * Expressions against an image that does its worst: as many partitions and labels as readers let through, the longest
 * texts, the deepest extensions. What takes long is ended by its steps, the same number on any machine.
 */

const LONG = 'x'.repeat(4096);
const labels = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`l${index}`, `${LONG}${index}`]));
const partitions = Array.from(
  { length: 4096 },
  (_, index): Partition => ({
    index,
    table: 'gpt',
    typeId: LONG,
    typeName: null,
    role: null,
    name: `p${index}`,
    start: index,
    size: index,
    active: false,
    filesystem: null,
  }),
);

function nested(depth: number): Json {
  let value: Json = {};
  for (let level = 0; level < depth; level++) value = { a: value };
  return value;
}

const hostile = evidence({
  machine: { name: LONG, labels },
  disks: [disk({ partitions })],
  extensions: { one: nested(20_000), other: nested(20_000), wide: labels },
});

const P = 'disks[0].partitions';
const L = 'evidence.machine.labels';
const times = (count: number, text: string, by: string) => Array(count).fill(text).join(by);

/** Far above what the slowest of them takes on a busy machine; a hang is what this would find. */
const LONG_AGO = 10_000;

beforeAll(() => bringPatterns([{ text: 'matches' }]));

describe('an expression ends after a bounded number of steps', () => {
  it.each<[string, string]>([
    ['a loop in a loop', `${P}.all(a, ${P}.all(b, a.index >= 0 || b.index >= 0))`],
    ['four loops', `${P}.all(a, ${P}.all(b, ${P}.all(c, ${P}.all(d, true))))`],
    ['long sums', `${P}.all(a, ${P}.all(b, ${times(300, 'a.index', ' + ')} != 1))`],
    ['lists made over and over', `${P}.all(a, ${P}.all(b, [${times(200, 'b.index', ',')}].size() == 200))`],
    [
      'maps, of which each takes far more memory than its text',
      `${P}.map(a, [${times(40, '{}', ',')}]).size() == 4096`,
    ],
    ['failures that are absorbed', `${P}.exists(a, ${P}.exists(b, 1 / 0 == 1 || dyn(a).nope))`],
    ['a search for a value in a list', `${P}.all(a, ${P}.all(b, !(-1 in ${P}.map(p, p.index))))`],
    ['texts compared', `${L}.all(k, ${L}.all(j, ${L}[k] <= ${L}[j] || true))`],
    ['texts joined', `${L}.map(k, ${L}.map(j, ${L}[k] + ${L}[j])).size() == 1`],
    ['texts counted', `${L}.all(k, ${L}.all(j, ${L}[k].size() > 1))`],
    ['texts searched', `${L}.all(k, ${L}.all(j, ${L}[k].indexOf("y") < 3))`],
    ['texts searched from the end', `${L}.all(k, ${L}.all(j, ${L}[k].lastIndexOf(${L}[j]) < 9))`],
    ['texts searched for a pattern', `${L}.all(k, ${L}.all(j, !${L}[k].matches("(a|b|x)*y.*z")))`],
    ['a large pattern', `${L}.all(k, !${L}[k].matches(".{1000}b"))`],
    ['texts split and joined again', `${L}.map(k, ${L}[k]).join(${L}["l1"]).split("").join("-").size() == 1`],
    ['texts changed', `${L}.all(k, ${L}.all(j, ${L}[k].upperAscii() != ""))`],
    ['keys of maps', `${L}.all(k, ${L}.all(j, evidence.extensions.wide.size() == 1000))`],
    [
      'lists that double',
      `cel.bind(a, ${times(9, P, '+')}, cel.bind(b, ${times(9, 'a', '+')}, cel.bind(c, ${times(9, 'b', '+')}, c.size() == 1)))`,
    ],
  ])('%s', (_, text) => {
    expect(expressionProblem(text, { phase: 'vote', wants: 'bool' })).toBeUndefined();
    const before = performance.now();
    expect(evaluate({ text }, 'vote', voteScope({ evidence: hostile, os: null, architecture: null }))).toEqual({
      ok: false,
      problem: `it takes more than ${MAX_STEPS} steps on this image`,
      cause: null,
      exhausted: true,
    });
    expect(performance.now() - before).toBeLessThan(LONG_AGO);
  });

  it.each<[string, string, unknown]>([
    [
      'what a rule asks of every partition',
      `${P}.exists(p, p.typeName == "linux" && p.size > 4 || p.name.startsWith("q"))`,
      false,
    ],
    [
      'the same with unknown facts that are absorbed',
      `${P}.exists(p, p.role.startsWith("root") || p.index == 4095)`,
      true,
    ],
    ['a pattern on every label', `${L}.exists(k, k.matches("^l999$"))`, true],
    [
      'a text that doubles a few times',
      `cel.bind(a, ${times(8, 'os', '+')}, cel.bind(b, ${times(8, 'a', '+')}, size(b) == 320))`,
      true,
    ],
  ])('%s is no trouble', (_, text, value) => {
    const outcome = evaluate({ text }, 'vote', voteScope({ evidence: hostile, os: 'win10', architecture: null }));
    expect(outcome).toEqual({ ok: true, value });
  });

  it('does not follow what is nested without end', () => {
    const text = 'evidence.extensions["one"] == evidence.extensions["other"]';
    expect(evaluate({ text }, 'vote', voteScope({ evidence: hostile, os: null, architecture: null }))).toMatchObject({
      ok: false,
      problem: expect.stringContaining('nested'),
    });
  });

  it('all expressions of a policy share a second bound', () => {
    const scope = voteScope({ evidence: hostile, os: null, architecture: null });
    const problems = Array.from({ length: 12 }, (_, rule) => {
      const outcome = evaluate({ text: `${P}.all(a, ${P}.all(b, a.index != -${rule + 1}))` }, 'vote', scope);
      return outcome.ok ? '' : outcome.problem;
    });
    expect(problems.slice(0, 9)).toEqual(Array(9).fill(`it takes more than ${MAX_STEPS} steps on this image`));
    expect(problems.at(-1)).toBe(
      `the expressions of the policy together take more than ${MAX_STEPS_IN_ALL} steps on this image`,
    );
  });
});
