import { beforeAll, describe, expect, it } from 'vitest';
import type { Partition } from '../../src/facts/index.ts';
import type { ExpressionUse } from '../../src/policy/conditions.ts';
import { evaluate, expressionProblem, prepare } from '../../src/policy/conditions.ts';
import { FACT_TYPES, verifyScope, voteScope } from '../../src/policy/scope.ts';
import { disk, evidence, GIB } from './evidence.ts';

const TWO_TIB = '2 * 1024 * 1024 * 1024 * 1024';
const PARTITION: Partition = {
  index: 1,
  table: 'gpt',
  typeId: '0fc63daf-8483-4772-8e79-3d69d8477de4',
  typeName: 'linux',
  role: 'linux-data',
  name: null,
  start: 1048576,
  size: 5,
  active: false,
  filesystem: 'ext4',
};
const disks = [
  disk({
    virtualSize: 4096 * GIB,
    bootable: true,
    details: { snapshotCount: 2, ratio: 1.5, features: { incompatible: ['dirty'] } },
  }),
  disk({ id: 'disk1', virtualSize: null, format: 'raw', details: {}, partitions: [PARTITION] }),
];
const context = {
  evidence: evidence({ disks, extensions: { 'org.example.tier': { gold: true } } }),
  os: 'win2k8',
  architecture: null,
  plan: { os: 'win2k8', 'memory-mib': 2048, 'secure-boot': true, 'disk-bus.disk0': 'virtio' },
};

beforeAll(() => prepare(['os.matches("")']));

describe('what an expression comes to', () => {
  it.each<[string, string, unknown]>([
    ['a size in bytes compares with whole numbers', `disks.exists(d, d.virtualSize > ${TWO_TIB})`, true],
    ['an unknown size is found with == null', 'disks.exists(d, d.virtualSize == null)', true],
    ['!= null guards a comparison', `disks.all(d, d.virtualSize != null && d.virtualSize > ${TWO_TIB})`, false],
    ['null equals no number', 'disks.exists(d, d.virtualSize == 0)', false],
    ['null is in no list', 'disks[1].virtualSize in [1, 2]', false],
    [
      'an unknown in one disk does not hide a match in another',
      `disks.exists(d, d.virtualSize < 10 || d.id == "disk0")`,
      true,
    ],
    ['null compares with true', 'disks.filter(d, d.bootable == true).size() == 1', true],
    ['has() tells whether a field of a format is there', 'disks.map(d, has(d.details.snapshotCount))', [true, false]],
    ['has() of a field that is null but there', 'disks.all(d, has(d.backing))', true],
    ['a detail is a whole number', 'disks[0].details.snapshotCount >= 2', true],
    ['a fraction is a double', 'disks[0].details.ratio > 1', true],
    ['a list inside the details', '"dirty" in disks[0].details.features.incompatible', true],
    ['a loop inside a loop', 'disks.exists(d, d.partitions.exists(p, p.typeName == "linux" && p.size > 4))', true],
    ['integer arithmetic', 'disks[0].virtualSize / disks[0].fileSize', 2048n],
    ['the shorthand is the evidence', 'disks == evidence.disks && nics.size() == 1', true],
    ['a label', 'evidence.machine.labels["team"] == "storage"', true],
    ['a label that is not there', 'has(evidence.machine.labels.nope)', false],
    ['an extension', 'evidence.extensions["org.example.tier"].gold', true],
    ['the settled os', 'os.startsWith("win")', true],
    ['an unknown architecture is empty', 'architecture == ""', true],
    ['a decided key', 'plan["os"] in ["win2k3", "win2k8"]', true],
    ['a decided key with a dot', 'plan.os == "win2k8"', true],
    ['a decided number', 'plan["memory-mib"] <= 2048', true],
    ['a decided bool', 'plan["secure-boot"]', true],
    ['a key of a device', 'plan["disk-bus.disk0"] == "virtio"', true],
    ['a key that nobody decided is null', 'plan["tpm-model"] == null', true],
    ['a device that is not there is null', 'plan["disk-bus.disk7"] == null', true],
    ['a key that nobody decided is in no list', 'plan["tpm"] in ["1.2"]', false],
    ['a pattern', 'os.matches("^win(2k|xp)")', true],
    ['a pattern of RE2', 'os.matches("(?i)^WIN\\\\pN?")', true],
    [
      'patterns in a loop and in text',
      '["matches"].exists(m, (m) // .matches(\n .matches("es$") && os.matches("x") == false)',
      true,
    ],
    [
      'a pattern that takes backtracking for ever',
      '(os + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!").matches("(a+)+$")',
      false,
    ],
  ])('%s', (_, text, value) => {
    expect(expressionProblem(text, { phase: 'verify', wants: 'bool' })?.problem ?? '').not.toMatch(/No such|Unknown/);
    expect(evaluate(text, 'verify', verifyScope(context))).toEqual({ ok: true, value });
  });

  it.each<[string, string, string, boolean]>([
    ['ordering null', 'disks.exists(d, d.virtualSize < 10)', 'no such overload: dyn<null> < int', true],
    ['calculating with null', 'disks[1].virtualSize + 1 > 0', 'no such overload: dyn<null> + int', true],
    ['a null where true or false is needed', '!disks[1].bootable', 'no such overload: !null', false],
    [
      'a detail that only other formats have',
      'disks[1].details.snapshotCount > 0',
      'No such key: snapshotCount',
      false,
    ],
    ['a disk that is not there', 'disks[5].encrypted', 'No such key: index out of bounds, index 5 >= size 2', false],
    ['division by zero', 'disks[0].fileSize / (size(nics) - 1) > 1', 'division by zero', false],
    ['overflow', '9223372036854775807 + size(disks) > 0', 'integer overflow: 9223372036854775809', false],
    ['a pattern for what is no text', 'disks[0].details.ratio.matches("a")', "'double.matches(string)'", false],
    ['bytes that are no JSON', 'b"x".json().a == 1', '', false],
  ])('%s fails, and says so', (_, text, problem, unknown) => {
    expect(expressionProblem(text, { phase: 'vote', wants: 'bool' })).toBeUndefined();
    const outcome = evaluate(text, 'vote', voteScope(context));
    expect(outcome.ok).toBe(false);
    if (outcome.ok) return;
    expect(outcome.problem).toContain(problem);
    expect(outcome.unknown).toBe(unknown || problem.includes('null'));
  });

  it('gives names of an image no meaning', () => {
    const hostile = {
      ...context,
      evidence: evidence({ disks: [disk({ details: JSON.parse('{"__proto__": {"x": 1}}') })] }),
    };
    const run = (text: string) => evaluate(text, 'vote', voteScope(hostile));
    expect(run('disks[0].details["__proto__"].x')).toEqual({ ok: true, value: 1n });
    expect(run('disks.exists(d, has(d.details.constructor))')).toEqual({ ok: true, value: false });
    expect(run('disks[0].details["toString"]').ok).toBe(false);
  });

  it('declares every fact of the evidence', () => {
    const fields = (name: string) => Object.keys(FACT_TYPES.find((type) => type.name === name)?.fields ?? {}).sort();
    expect(fields('Evidence')).toEqual(Object.keys(evidence()).sort());
    expect(fields('Disk')).toEqual(Object.keys(disk()).sort());
    const { nics, sources, drivers, machine } = evidence();
    expect(fields('Nic')).toEqual(Object.keys(nics[0] ?? {}).sort());
    expect(fields('Source')).toEqual(Object.keys(sources[0] ?? {}).sort());
    expect(fields('Drivers')).toEqual(Object.keys(drivers[0] ?? {}).sort());
    expect(fields('Machine')).toEqual(Object.keys(machine).sort());
  });
});

describe('what is refused before any evidence is seen', () => {
  const vote: ExpressionUse = { phase: 'vote', wants: 'bool' };
  it.each<[string, string, number, string, ExpressionUse]>([
    ['a misspelt variable', 'size(disk) > 1', 5, 'Did you mean disks?', vote],
    ['a misspelt field', 'disks.exists(d, d.fileSiz > 1)', 18, 'Did you mean fileSize?', vote],
    [
      'a misspelt key of the plan',
      'plan["memory-mb"] > 1',
      5,
      'Did you mean memory-mib?',
      { phase: 'verify', wants: 'bool' },
    ],
    ['the plan in a voting rule', 'plan["os"] == "x"', 0, 'Only rules of phase verify see the plan.', vote],
    ['half an expression', 'size(disks) >', 13, '', vote],
    ['a number for a condition', 'size(disks)', 0, '', vote],
    ['a text compared with a number', 'os == 1', 0, '', vote],
    ['a list in a message', 'disks.map(d, d.id)', 0, '', { phase: 'vote', wants: 'text' }],
    ['three loops inside each other', 'disks.all(a, disks.all(b, disks.all(c, true)))', 26, '', vote],
    ['values that double', 'cel.bind(a, os + os, cel.bind(b, a + a, cel.bind(c, b + b, c == "")))', 40, '', vote],
    ['a pattern that is computed', 'os.matches(architecture)', 0, '', vote],
    ['a pattern that explodes', 'os == "" || os.matches("(a{1,40}){1,40}$")', 12, '', vote],
    ['the name that stands for matches() inside', 'os.re2Find("a")', 0, '', vote],
    ['too many nodes', Array(600).fill('true').join(' && '), 0, '', vote],
    ['nesting', `${'('.repeat(200)}true${')'.repeat(200)}`, 32, '', vote],
    ['a variable that is barred', 'os == ""', 0, '', { ...vote, barred: { os: 'not here' } }],
  ])('%s', (_, text, index, hint, use) => {
    const found = expressionProblem(text, use);
    expect(found?.hint).toBe(hint);
    expect(found?.index).toBe(index);
    expect(found?.problem).not.toBe('');
  });
});
