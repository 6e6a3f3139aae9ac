import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Evidence, Json } from '../../src/facts/index.ts';
import { bringPatterns, evaluate, expressionProblem } from '../../src/policy/conditions.ts';
import { vote } from '../../src/policy/index.ts';
import { verifyScope, voteScope } from '../../src/policy/scope.ts';
import { disk, evidence, policyOf } from '../policy/evidence.ts';

const json: fc.Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 4, stringUnit: 'binary' })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json);
const text = fc.string({ unit: 'binary', maxLength: 12 });
const size = fc.oneof(fc.nat(), fc.maxSafeInteger(), fc.constant(null));

/** Evidence that an image made up. */
const anyEvidence: fc.Arbitrary<Evidence> = fc
  .record({
    labels: fc.dictionary(text, text, { maxKeys: 5 }),
    extensions: fc.dictionary(text, json, { maxKeys: 3 }),
    disks: fc.array(
      fc.record({
        virtualSize: size,
        bootable: fc.constantFrom(null, true, false),
        format: text,
        details: fc.dictionary(fc.oneof(fc.constantFrom('snapshotCount', 'version'), text), json, { maxKeys: 4 }),
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ labels, extensions, disks }) =>
    evidence({
      machine: { name: 'x', labels },
      extensions,
      disks: disks.map((fields, index) => disk({ id: `disk${index}`, ...fields })),
    }),
  );

/** Expressions by type, as a policy may hold them; `d` is a disk, so they stand inside a loop. */
const { bool } = fc.letrec<{ bool: string; int: string; text: string; list: string; dyn: string }>((tie) => {
  const [bool, int, word, list, dyn] = [tie('bool'), tie('int'), tie('text'), tie('list'), tie('dyn')];
  const order = fc.constantFrom('==', '!=', '<', '<=', '>', '>=');
  return {
    bool: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      fc.constantFrom('true', 'd.encrypted', 'd.bootable', '(d.virtualSize == null)', 'has(d.details.snapshotCount)'),
      fc.tuple(bool, fc.constantFrom('&&', '||', '=='), bool).map(([a, op, b]) => `(${a} ${op} ${b})`),
      bool.map((a) => `!(${a})`),
      fc.tuple(bool, bool, bool).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      fc.tuple(int, order, int).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(word, order, word).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(dyn, order, fc.oneof(int, word, dyn)).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(word, list).map(([a, b]) => `(${a} in ${b})`),
      fc.tuple(word, fc.constantFrom('startsWith', 'endsWith', 'contains'), word).map(([a, f, b]) => `${a}.${f}(${b})`),
      fc
        .tuple(list, fc.constantFrom('all', 'exists', 'exists_one'), word)
        .map(([a, f, b]) => `${a}.${f}(x, x != ${b})`),
      word.map((a) => `${a}.matches("^[a-z]+[0-9]?")`),
    ),
    int: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      fc.constantFrom(
        '0',
        '7',
        '-9223372036854775808',
        '9223372036854775807',
        'd.virtualSize',
        'd.fileSize',
        'size(disks)',
      ),
      fc.tuple(int, fc.constantFrom('+', '-', '*', '/', '%'), int).map(([a, op, b]) => `(${a} ${op} ${b})`),
      word.map((a) => `size(${a})`),
      list.map((a) => `${a}.size()`),
      fc.tuple(word, word).map(([a, b]) => `${a}.indexOf(${b})`),
      word.map((a) => `int(${a})`),
    ),
    text: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      fc.constantFrom('os', 'architecture', 'd.format', 'd.id', '""', '"x"', 'evidence.machine.name'),
      fc.tuple(word, word).map(([a, b]) => `(${a} + ${b})`),
      fc.tuple(word, int).map(([a, b]) => `${a}.substring(${b})`),
      int.map((a) => `string(${a})`),
      list.map((a) => `${a}.join("-")`),
      list.map((a) => `${a}[0]`),
      word.map((a) => `${a}.lowerAscii()`),
    ),
    list: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      fc.constantFrom('["a", "b"]', 'evidence.machine.labels.map(l, l)', 'disks.map(x, x.format)'),
      fc.tuple(word, word).map(([a, b]) => `[${a}, ${b}]`),
      fc.tuple(list, list).map(([a, b]) => `(${a} + ${b})`),
      fc.tuple(list, word).map(([a, b]) => `${a}.filter(x, x < ${b})`),
      fc.tuple(word, word).map(([a, b]) => `${a}.split(${b})`),
    ),
    dyn: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      fc.constantFrom('d.details.version', 'd.details["snapshotCount"]', 'evidence.extensions["a"]'),
      fc.tuple(dyn, fc.constantFrom('.a', '[0]', '["a"]')).map(([a, b]) => `${a}${b}`),
    ),
  };
});

beforeAll(() => bringPatterns([{ text: 'matches' }]));

describe('expressions, whatever an image holds', () => {
  it('come to true or false, or say why not', () => {
    let decided = 0;
    fc.assert(
      fc.property(bool, anyEvidence, (condition, facts) => {
        const expression = { text: `disks.exists(d, ${condition})` };
        const found = expressionProblem(expression.text, { phase: 'vote', wants: 'bool' });
        if (found !== undefined) {
          // too much of it, never a doubt about types
          expect(found.problem).toMatch(/nested|parts|loops|characters/);
          return;
        }
        const outcome = evaluate(expression, 'vote', voteScope({ evidence: facts, os: 'win10', architecture: null }));
        if (outcome.ok) {
          decided++;
          expect(typeof outcome.value).toBe('boolean');
        } else {
          expect(outcome.problem).not.toMatch(/undefined|\[object|stack|^$/);
        }
      }),
      { numRuns: 500 },
    );
    expect(decided).toBeGreaterThan(20);
  });

  it('come to the same each time', () => {
    fc.assert(
      fc.property(bool, anyEvidence, (condition, facts) => {
        const run = () => {
          const scope = voteScope({ evidence: facts, os: null, architecture: null });
          return evaluate({ text: `disks.exists(d, ${condition})` }, 'vote', scope);
        };
        expect(run()).toEqual(run());
      }),
    );
  });

  it('leave the evidence as it is', () => {
    fc.assert(
      fc.property(bool, anyEvidence, (condition, facts) => {
        const before = structuredClone(facts);
        evaluate(
          { text: `disks.exists(d, ${condition})` },
          'verify',
          verifyScope({ evidence: facts, os: null, architecture: null, plan: { os: 'x' } }),
        );
        expect(facts).toEqual(before);
      }),
    );
  });

  it('any text is refused with a place, or can be evaluated', () => {
    const token = fc.constantFrom(
      ...['disks', 'os', 'd', 'plan', 'has', 'size', 'exists', 'cel', 'bind', 'in', 'null', 'true', '1', '1.5', '2u'],
      ...[
        '"a"',
        "'",
        'b"x"',
        '.',
        ',',
        '(',
        ')',
        '[',
        ']',
        '{',
        '}',
        ':',
        '?',
        '!',
        '-',
        '+',
        '==',
        '<',
        '&&',
        '||',
        ' ',
      ],
    );
    const any = fc.oneof(
      fc.array(token, { maxLength: 25 }).map((tokens) => tokens.join('')),
      fc.string({ unit: 'binary', maxLength: 40 }),
    );
    fc.assert(
      fc.property(any, fc.constantFrom('vote' as const, 'verify' as const), (written, phase) => {
        const found = expressionProblem(written, { phase, wants: 'bool' });
        if (found !== undefined) {
          expect(found.problem).not.toBe('');
          expect(found.index).toBeGreaterThanOrEqual(0);
          expect(found.index).toBeLessThanOrEqual(written.length);
        }
        const context = { evidence: evidence(), os: null, architecture: null, plan: {} };
        const outcome = evaluate({ text: written }, phase, verifyScope(context));
        if (!outcome.ok) expect(outcome.problem).not.toBe('');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('rules that have nothing to do with each other', () => {
  it('vote the same in any order', async () => {
    const rules = [
      'when: disks.exists(d, d.virtualSize != null && d.virtualSize > 1000)\n    prefer: { machine: [q35] }',
      'when: disks.exists(d, has(d.details.version) && d.details.version == 1)\n    forbid: { firmware: [bios] }',
      'when: evidence.machine.labels.exists(l, l.size() > 3)\n    limit: { vcpus: { max: 4 } }',
      'when: disks.size() > 1\n    deny: "{{ disks.size() }} disks"',
      'when: disks.all(d, d.bootable == true)\n    warn: "{{ disks[0].format }}"',
    ].map((rule, index) => `  - id: site.r${index}\n    ${rule}\n`);
    const policies = new Map<string, Awaited<ReturnType<typeof policyOf>>>();
    const policyIn = async (order: readonly number[]) => {
      const key = order.join('');
      const known = policies.get(key) ?? (await policyOf(order.map((index) => rules[index]).join('')));
      policies.set(key, known);
      return known;
    };
    const inOrder = rules.map((_, index) => index);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(inOrder, { minLength: rules.length }), anyEvidence, async (order, facts) => {
        const context = { evidence: facts, os: null, architecture: null };
        const told = async (of: readonly number[]) => {
          const { votes, findings } = await vote(await policyIn(of), context);
          const voted = votes.map(({ key, values, strength, rule }) => JSON.stringify([rule, key, strength, values]));
          const found = findings.map(({ code, rule, severity, args }) => JSON.stringify([rule, code, severity, args]));
          return [voted.toSorted(), found.toSorted()];
        };
        expect(await told(order)).toEqual(await told(inOrder));
      }),
    );
  });
});
