import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ARCHITECTURES, type Evidence, PAYLOADS, type Value } from '../../../src/facts/index.ts';
import { bringPatterns, evaluate, expressionProblem, syntaxTree } from '../../../src/policy/conditions.ts';
import { possible } from '../../../src/policy/lint/formula.ts';
import { ANYTHING, FAILS, FALSE, TRUE } from '../../../src/policy/lint/values.ts';
import { verifyScope } from '../../../src/policy/scope.ts';
import { disk, evidence } from '../evidence.ts';

beforeAll(() => bringPatterns([{ text: 'os.matches("")' }]));

const outcomes = (text: string) => possible(syntaxTree(text, 'verify'), 'verify');

describe('what a condition can come to', () => {
  it.each([
    'false',
    '1 > 2',
    'false && os == "a"',
    'os == "a" && os == "b"',
    'os == "a" && !(os in ["a", "b"])',
    'os in []',
    'os == "debian12" && os.startsWith("win")',
    'os == "debian12" && os.matches("^win")',
    'size(disks) < 0',
    'disks.size() > 3 && size(nics) == 1 && disks.size() < 4',
    'disks.exists(d, d.format == "raw" && d.format == "qcow2")',
    'disks.exists(d, d.virtualSize > 10 && d.virtualSize < 5)',
    'disks.exists(d, d.fileSize > 10 && d.fileSize < 11)',
    'disks.exists(d, d.virtualSize == null && d.virtualSize > 1)',
    'disks.exists(d, d.details.x > 3 && d.details.x == 2.5)',
    'disks.exists(d, d.partitions.exists(p, p.size == 1 && p.size == 2))',
    'disks.exists(d, d.encrypted && !d.encrypted)',
    'evidence.disks.exists(d, d.id != d.id)',
    'plan["firmware"] == "bios" && plan.firmware == "uefi"',
    'plan["disk-bus"] == "ide"',
    'plan["vcpus"] > 4096',
    'plan["tpm"] == 2.0',
    'os == "a" ? false : os == "a"',
    '!(disks.all(d, d.device) || !disks.all(d, d.device))',
  ])('never true: %s', (text) => expect(outcomes(text) & TRUE).toBe(0));

  it.each([
    'true',
    '"a" in ["a"]',
    'size(disks) >= 0',
    '-1 < disks.size()',
    'os == os',
    'os != "a" || os != "b"',
    'os == "a" || !(os == \'a\')',
    '!(os in [])',
    'disks.all(d, d.format == "raw" || d.format != "raw")',
    'disks.all(d, d.virtualSize == null || d.virtualSize >= 0)',
    'disks.all(d, d.bootable == true || d.bootable == false || d.bootable == null)',
    'disks.exists(d, d.encrypted) || !disks.exists(d, d.encrypted)',
    'plan["vcpus"] == null || plan["vcpus"] >= 1',
    'plan["nic-model"] == null',
    'size(disks) > 3 || size(disks) <= 3',
  ])('always true: %s', (text) => expect(outcomes(text)).toBe(TRUE));

  it.each<[string, number]>([
    ['disks.exists(d, d.encrypted || !d.encrypted)', TRUE | FALSE],
    ['disks.exists(d, true)', TRUE | FALSE],
    ['disks.all(d, false)', TRUE | FALSE],
    // a fact that is not there fails, whatever it is compared with
    ['disks[0].details.x == disks[0].details.x', TRUE | FAILS],
    ['disks[0].encrypted || !disks[0].encrypted', TRUE | FAILS],
    ['disks.all(d, d.virtualSize >= 0)', TRUE | FAILS],
    ['os.startsWith("win") && !os.startsWith("wi")', TRUE | FALSE],
    ['disks.exists(d, d.details.x == 2 && d.details.x == 2.5)', FALSE | FAILS],
    // a variable of a loop hides the fact of that name
    ['["a"].exists(os, os == "a" && os != "b") && os == "b"', TRUE | FALSE],
    [Array.from({ length: 13 }, (_, index) => `os == "${index}" && size(nics) > ${index}`).join(' || '), ANYTHING],
  ])('%s', (text, mask) => expect(outcomes(text) & (TRUE | FALSE)).toBe(mask & (TRUE | FALSE)));
});

const words = fc.constantFrom('a', 'win11', 'raw', 'qcow2', 'disk', 'iso', 'bios', 'uefi', '', 'x86_64', 'q35');
const literals = fc.oneof(
  words.map((word) => JSON.stringify(word)),
  fc.constantFrom('0', '1', '2', '4', '10', '-1', '2.5', 'null', 'true', 'false', '2 * 2', '1 + 1 > 1'),
);
const globals = fc.constantFrom(
  ...[
    'os',
    'architecture',
    'size(disks)',
    'disks.size()',
    'size(os)',
    'plan["vcpus"]',
    'plan["firmware"]',
    'plan.machine',
  ],
  ...[
    'plan["secure-boot"]',
    'plan["disk-bus.disk0"]',
    'plan["disk-bus"]',
    'evidence.machine.name',
    'disks[0].encrypted',
  ],
  ...['disks[0].details.x', 'evidence.machine.labels["team"]', 'size(disks[0].partitions)', 'evidence.disks'],
);
const locals = fc.constantFrom(
  ...[
    'd.format',
    'd.payload',
    'd.virtualSize',
    'd.fileSize',
    'd.encrypted',
    'd.bootable',
    'd.details.x',
    'd.backing',
    'd.id',
  ],
  ...['size(d.partitions)', 'd.details["y"]', 'd.content.table', 'os', 'd'],
);

const isSound = (text: string) => expressionProblem(text, { phase: 'verify', wants: 'bool' }) === undefined;

/** A condition over some terms. Nonsense such as `os == 1` is refused when a policy is loaded, and left out here. */
function conditions(terms: fc.Arbitrary<string>, loops: boolean): fc.Arbitrary<string> {
  const operator = fc.constantFrom('==', '!=', '<', '<=', '>', '>=');
  const test = fc.constantFrom('startsWith', 'endsWith', 'contains', 'matches');
  const { condition } = fc.letrec<{ condition: string; atom: string }>((tie) => ({
    atom: fc
      .oneof(
        fc.tuple(terms, operator, literals).map((parts) => parts.join(' ')),
        fc.tuple(literals, operator, terms).map((parts) => parts.join(' ')),
        fc.tuple(terms, fc.array(literals, { maxLength: 3 })).map(([term, list]) => `${term} in [${list.join(', ')}]`),
        fc.tuple(terms, operator, terms).map((parts) => parts.join(' ')),
        fc.tuple(terms, test, words).map(([term, name, word]) => `${term}.${name}(${JSON.stringify(word)})`),
        terms,
        literals,
        ...(loops
          ? [
              fc
                .tuple(fc.constantFrom('exists', 'all', 'exists_one'), conditions(locals, false))
                .map(([name, body]) => `disks.${name}(d, ${body})`),
            ]
          : []),
      )
      .filter((atom) => isSound(loops ? atom : `disks.exists(d, ${atom})`)),
    condition: fc.oneof(
      { maxDepth: 3 },
      tie('atom'),
      fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a}) && (${b})`),
      fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a}) || (${b})`),
      tie('condition').map((a) => `!(${a})`),
      fc.tuple(tie('condition'), tie('condition'), tie('condition')).map(([a, b, c]) => `(${a}) ? (${b}) : (${c})`),
    ),
  }));
  return condition;
}

const details = fc.constantFrom<Evidence['disks'][number]['details']>(
  {},
  { x: null },
  { x: 2 },
  { x: 2.5, y: 'a' },
  { x: 'a' },
  { x: true, y: [] },
);
const disks = fc.array(
  fc.record({
    format: fc.constantFrom('raw', 'qcow2', 'iso'),
    payload: fc.constantFrom(...PAYLOADS),
    virtualSize: fc.constantFrom(null, 0, 1, 2, 3, 4, 10, 1e12),
    fileSize: fc.constantFrom(0, 1, 2, 4, 1e9),
    encrypted: fc.boolean(),
    bootable: fc.constantFrom(null, true, false),
    backing: fc.constantFrom(null, [{ name: 'a', path: null, format: 'raw' }]),
    details,
  }),
  { maxLength: 3 },
);
const plans = fc.record<{ [path: string]: Value }>(
  {
    vcpus: fc.constantFrom(1, 2, 3, 4096),
    firmware: fc.constantFrom('bios', 'uefi'),
    machine: fc.constantFrom('q35', 'pc-q35-9.0'),
    'secure-boot': fc.boolean(),
    'disk-bus.disk0': fc.constantFrom('virtio', 'ide'),
  },
  { requiredKeys: [] },
);
const contexts = fc
  .tuple(
    disks,
    plans,
    fc.constantFrom(null, 'a', 'win11', 'debian12'),
    fc.constantFrom(null, ...ARCHITECTURES),
    fc.boolean(),
  )
  .map(([list, plan, os, architecture, labels]) => ({
    evidence: evidence({
      disks: list.map((fields, index) => disk({ ...fields, id: `disk${index}` })),
      machine: { name: 'a', labels: labels ? { team: 'a' } : {} },
    }),
    os,
    architecture,
    plan,
  }));

describe('over all conditions and all evidence', () => {
  it('what happens is always among what was said to be possible', () => {
    let told = 0;
    let judged = 0;
    const property = fc.property(
      conditions(globals, true),
      fc.array(contexts, { minLength: 8, maxLength: 8 }),
      (text, evidences) => {
        // the whole may nest too deep
        if (!isSound(text)) return;
        const mask = outcomes(text);
        judged++;
        if (mask === TRUE || (mask & TRUE) === 0) told++;
        for (const context of evidences) {
          const outcome = evaluate({ text }, 'verify', verifyScope(context));
          const happened = outcome.ok && typeof outcome.value === 'boolean' ? (outcome.value ? TRUE : FALSE) : FAILS;
          expect(
            mask & happened,
            `${text}: ${JSON.stringify(outcome, (_, value) => (typeof value === 'bigint' ? Number(value) : value))}`,
          ).toBe(happened);
        }
      },
    );
    fc.assert(property, { numRuns: 300 });
    // a property about nothing would hold as well
    expect(judged).toBeGreaterThan(200);
    expect(told).toBeGreaterThan(20);
  });
});
