import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEY_NAMES } from '../../src/facts/index.ts';
import { vote } from '../../src/policy/index.ts';
import { offsetInScalar } from '../../src/policy/places.ts';
import { readYaml } from '../../src/policy/yaml.ts';
import { evidence, load } from './evidence.ts';

const PLACE = /^[1-9]\d*:[1-9]\d*$/;

async function isTold(text: string): Promise<void> {
  const { policy, findings } = await load({ 'x.yaml': text });
  for (const { code, exit, at } of findings) {
    expect(code).toMatch(/^policy\//);
    expect(exit).toBe(2);
    expect(at[0]?.pointer).toMatch(PLACE);
  }
  expect(policy === null).toBe(findings.length > 0);
  if (policy !== null) await vote(policy, { evidence: evidence(), os: null, architecture: null });
}

const GOOD = `schema: vm-import/policy@1
name: site
extends: [preset:default]
trust: { hints: honour }
rules:
  - id: site.a
    title: &t "A \\"title\\""
    when: >
      disks.exists(d, d.virtualSize > 2 * 1024
        && os != '')
    prefer: { machine: [q35, pc-q35-9.0], disk-bus.disk0: virtio }
    limit: { vcpus: { max: 32 } }
  - id: site.b
    warn: '{{ os }} isn''t known'
    tags: [a, *t]
`;

describe('whatever a policy file holds, it loads or its problems are told with their place', () => {
  it('the file that the next tests break is good', async () => {
    const { findings } = await load({ 'x.yaml': GOOD });
    expect(findings).toEqual([]);
  });

  it('any text', () =>
    fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), isTold), { numRuns: 200 }));

  it('YAML syntax in any order', () => {
    const token = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '&x ',
      '*x ',
      '!t ',
      '"',
      "'",
      '|',
      '>',
      '#',
      '? ',
      '---',
      '%',
      '\t',
      '0',
    );
    const text = fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join(''));
    return fc.assert(fc.asyncProperty(text, isTold), { numRuns: 300 });
  });

  it('any JSON', () => fc.assert(fc.asyncProperty(fc.json({ maxDepth: 4 }), isTold), { numRuns: 200 }));

  it('any rules', () => {
    const word = fc.constantFrom(
      'id',
      'when',
      'set',
      'require',
      'prefer',
      'limit',
      'deny',
      'warn',
      'phase',
      'severity',
      'tags',
      'locked',
      'docs',
      ...KEY_NAMES,
    );
    const leaf = fc.oneof(
      word,
      fc.constantFrom('a.b', 'verify', 'error', 'q35', 'true', '{{ os }}', 'os == ""'),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(word, tie('tree'), { maxKeys: 5 }),
      ),
    }));
    const rules = fc.array(fc.dictionary(word, tree, { maxKeys: 6 }), { maxLength: 4 });
    const policy = rules.map((list) => JSON.stringify({ schema: 'vm-import/policy@1', name: 'x', rules: list }));
    return fc.assert(fc.asyncProperty(policy, isTold), { numRuns: 300 });
  });

  it('a good file cut anywhere or with any character changed', () => {
    const broken = fc.oneof(
      fc.nat(GOOD.length).map((at) => GOOD.slice(0, at)),
      fc
        .tuple(fc.nat(GOOD.length - 1), fc.string({ minLength: 1, maxLength: 1 }))
        .map(([at, put]) => GOOD.slice(0, at) + put + GOOD.slice(at + 1)),
    );
    return fc.assert(fc.asyncProperty(broken, isTold), { numRuns: 300 });
  });
});

describe('places inside a text of several lines', () => {
  it.each<[string, string, number, string]>([
    ['plain', 'a: one two', 4, '1:8'],
    ['plain over two lines', 'a: one\n   two', 4, '2:4'],
    ['single quotes', "a: 'it''s two'", 5, '1:11'],
    ['double quotes', 'a: "one two"', 4, '1:9'],
    ['double quotes with an escape', 'a: "\\"one\\" two"', 6, '1:13'],
    ['a literal block', 'a: |\n  one\n  two\n', 4, '3:3'],
    ['a folded block', 'a: >-\n  one\n  two\n', 4, '3:3'],
    ['a folded block with an empty line', 'a: >\n  one\n\n  two\n', 4, '4:3'],
    ['an escape that has no counterpart', 'a: "\\x41 two"', 2, '1:4'],
  ])('%s', (_, text, index, place) => {
    const { tree, place: placeOf } = readYaml(text);
    const scalar = tree?.kind === 'map' ? tree.entries.get('a')?.value : undefined;
    expect(scalar?.kind === 'scalar' ? placeOf(offsetInScalar(text, scalar, index)) : null).toBe(place);
  });
});
