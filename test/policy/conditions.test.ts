import { beforeAll, describe, expect, it } from 'vitest';
import type { Partition } from '../../src/facts/index.ts';
import { FACT_TYPES } from '../../src/policy/cel/types.ts';
import type { ExpressionUse } from '../../src/policy/conditions.ts';
import { bringPatterns, evaluate, expressionProblem } from '../../src/policy/conditions.ts';
import { verifyScope, voteScope } from '../../src/policy/scope.ts';
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

beforeAll(() => bringPatterns([{ text: 'matches' }]));

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
    ['has() of a disk that was named', 'cel.bind(d, disks[0], has(d.details.snapshotCount))', true],
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
  ])('%s', (_, text, value) => {
    expect(expressionProblem(text, { phase: 'verify', wants: 'bool' })?.problem ?? '').not.toMatch(/No such|Unknown/);
    expect(evaluate({ text }, 'verify', verifyScope(context))).toEqual({ ok: true, value });
  });

  it.each<[string, string, string, boolean]>([
    ['ordering null', 'disks.exists(d, d.virtualSize < 10)', 'null < int is not possible', true],
    ['calculating with null', 'disks[1].virtualSize + 1 > 0', 'null + int is not possible', true],
    ['a null where true or false is needed', '!disks[1].bootable', 'null is neither true nor false', true],
    [
      'a detail that only other formats have',
      'disks[1].details.snapshotCount > 0',
      'there is no field snapshotCount',
      false,
    ],
    ['a disk that is not there', 'disks[5].encrypted', 'there is no element 5 in a list of 2', false],
    ['division by zero', 'disks[0].fileSize / (size(nics) - 1) > 1', 'division by zero', false],
    ['overflow', '9223372036854775807 + size(disks) > 0', 'integer overflow: 9223372036854775809', false],
  ])('%s fails, and says so', (_, text, problem, unknown) => {
    expect(expressionProblem(text, { phase: 'vote', wants: 'bool' })).toBeUndefined();
    const outcome = evaluate({ text }, 'vote', voteScope(context));
    expect(outcome.ok).toBe(false);
    if (outcome.ok) return;
    expect(outcome.problem).toContain(problem);
    expect(outcome.cause === 'unknown').toBe(unknown);
  });

  it('gives names of an image no meaning', () => {
    const hostile = {
      ...context,
      evidence: evidence({ disks: [disk({ details: JSON.parse('{"__proto__": {"x": 1}}') })] }),
    };
    const run = (text: string) => evaluate({ text }, 'vote', voteScope(hostile));
    expect(run('disks[0].details["__proto__"].x')).toEqual({ ok: true, value: 1n });
    expect(run('disks.exists(d, has(d.details.constructor))')).toEqual({ ok: true, value: false });
    expect(run('disks[0].details["toString"]').ok).toBe(false);
  });

  it('declares every fact of the evidence', () => {
    const fields = (name: string) => Object.keys(FACT_TYPES[name] ?? {}).sort();
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
  const verify: ExpressionUse = { phase: 'verify', wants: 'bool' };
  const text: ExpressionUse = { phase: 'vote', wants: 'text' };
  const cases: readonly (readonly [string, ExpressionUse, index: number, problem: string, hint: string])[] = [
    // names
    ['size(disk) > 1', vote, 5, 'there is no variable disk', 'Did you mean disks?'],
    ['plan["os"] == "x"', vote, 0, 'there is no variable plan', 'Only rules of phase verify see the plan.'],
    ['disks.exists(dsk, d.encrypted)', vote, 18, 'there is no variable d', ''],
    ['os == ""', { ...vote, barred: { os: 'not here' } }, 0, 'not here', ''],
    ['plan["memory-mb"] > 1', verify, 5, 'memory-mb is not a key of the plan', 'Did you mean memory-mib?'],
    ['plan.frimware == "uefi"', verify, 5, 'frimware is not a key of the plan', 'Did you mean firmware?'],
    // fields, also behind lists, nulls and has()
    ['evidence.diks.size() == 1', vote, 9, 'Evidence has no field diks', 'Did you mean disks?'],
    ['disks.exists(d, d.fileSiz > 1)', vote, 18, 'Disk has no field fileSiz', 'Did you mean fileSize?'],
    ['disks[0].partitions[0].typName == "x"', vote, 23, 'Partition has no field typName', 'Did you mean typeName?'],
    ['disks.all(d, d.content.bootcode == "grub")', vote, 23, 'Content has no field bootcode', 'Did you mean bootCode?'],
    ['disks.all(d, d.backing.all(b, b.pth == ""))', vote, 32, 'Backing has no field pth', 'Did you mean path?'],
    ['disks.exists(d, has(d.detials.x))', vote, 22, 'Disk has no field detials', 'Did you mean details?'],
    ['has(evidence.machine.label)', vote, 21, 'Machine has no field label', 'Did you mean labels?'],
    ['nics[0].zzzzzz == ""', vote, 8, 'Nic has no field zzzzzz', 'There are id, model, mac, network, uri, pointer.'],
    // functions and methods
    ['os.startWith("win")', vote, 3, 'there is no function startWith', 'Did you mean startsWith?'],
    ['disks.exist(d, d.encrypted)', vote, 6, 'there is no function exist', 'Did you mean exists?'],
    ['disks.length() > 1', vote, 6, 'there is no function length', 'Did you mean size?'],
    ['disks.any(d, d.encrypted)', vote, 6, 'there is no function any', 'Did you mean exists?'],
    ['os.toLowerCase() == "x"', vote, 3, 'there is no function toLowerCase', 'Did you mean lowerAscii?'],
    ['startsWith(os, "win")', vote, 0, 'there is no function startsWith', 'Write it as x.startsWith(...).'],
    ['disks[0].fileSize.string() == ""', vote, 18, 'there is no function string', 'Write it as string(x).'],
    ['sze(disks) == 1', vote, 0, 'there is no function sze', 'Did you mean size?'],
    ['qqqqqqq(os)', vote, 0, 'there is no function qqqqqqq', 'There are size, string, int, double, bool, dyn, has.'],
    ['timestamp("2026-01-01T00:00:00Z") == timestamp("x")', vote, 0, 'no fact is of a type that timestamp() makes', ''],
    ['os.startsWith()', vote, 3, 'the operands do not fit', 'It is written string.startsWith(string).'],
    [
      'disks.exists(d.encrypted)',
      vote,
      6,
      'the operands do not fit',
      'It is written list.exists(x, expression with x).',
    ],
    ['has(disks)', vote, 0, 'has() asks for one field', 'Write it as has(d.details.x).'],
    [
      'has(disks[0].details.x)',
      vote,
      0,
      'has() takes names with points between them',
      'Name the rest first: cel.bind(d, disks[0], has(d.details.x)), or loop over the list.',
    ],
    // types
    [
      'os == 1',
      vote,
      0,
      'string == int is not possible',
      'Texts stand in quotes, numbers do not; string(x) makes a text.',
    ],
    [
      'disks[0].virtualSize > "10 GiB"',
      vote,
      0,
      'int > string is not possible',
      'Texts stand in quotes, numbers do not; string(x) makes a text.',
    ],
    [
      'disks[0].fileSize * 1.5 > 2.0',
      vote,
      0,
      'int * double is not possible',
      'Write double(x) for the int, or the number without a fraction.',
    ],
    [
      'os in "win10"',
      vote,
      0,
      'string in string is not possible',
      'On the right of in stands a list of such values, or a map.',
    ],
    [
      'disks[0].fileSize in ["1"]',
      vote,
      0,
      'int in list<string> is not possible',
      'On the right of in stands a list of such values, or a map.',
    ],
    ['disks[0].encrypted == 1', vote, 0, 'bool == int is not possible', 'Both sides must be of one type.'],
    ['disks == null', vote, 0, 'list<Disk> == null is not possible', 'A value of type list<Disk> is never null.'],
    [
      'os.startsWith(1)',
      vote,
      0,
      'startsWith(int) of string is not possible',
      'It is written string.startsWith(string).',
    ],
    ['os.x == 1', vote, 3, 'a value of type string has no fields', ''],
    ['os && true', vote, 0, '&& and || need true or false, this is of type string', ''],
    ['!os', vote, 0, '!string is not possible', ''],
    ['os.exists(c, c == "x")', vote, 0, 'a loop over a value of type string is not possible', ''],
    ['disks.exists(d, d.id)', vote, 18, 'exists(var, predicate) needs true or false, this is of type string', ''],
    ['os == "" ? 1 : "x"', vote, 0, 'both sides of : must be of one type, these are int and string', ''],
    ['size(disks)', vote, 0, 'a condition must be true or false, this is of type int', ''],
    ['disks.map(d, d.id)', text, 0, 'a value of type list<string> cannot be shown in a message', ''],
    ['1u == 1u', vote, 0, 'no fact is of type uint', 'Leave out the u after the number.'],
    ['os == b"x"', vote, 6, 'no fact is of type bytes', 'Leave out the b before the quotes.'],
    ['disks[0].fileSize < 9223372036854775808', vote, 20, '9223372036854775808 is too large for an int', ''],
    // syntax
    ['size(disks) >', vote, 13, 'it ends too early', ''],
    ['os = "x"', vote, 3, '= is not expected here', 'Did you mean ==?'],
    ['os == "x" and true', vote, 10, 'and is not expected here', 'Did you mean &&?'],
    ['not disks[0].encrypted', vote, 4, 'disks is not expected here', ''],
    ['(os == "x"', vote, 10, ') is expected, not the end', ''],
    ['os == "x', vote, 6, 'Unterminated string', ''],
    ['os == "\\d"', vote, 7, 'Invalid escape sequence: \\d', ''],
    // size and patterns
    [Array(600).fill('true').join('&&'), vote, 0, 'it has more than 1000 parts', ''],
    [`${'('.repeat(200)}true${')'.repeat(200)}`, vote, 32, 'it is nested more than 32 deep', ''],
    [`os in [${Array(300).fill('"x"').join(',')}]`, vote, 1031, 'a list or map has more than 256 elements', ''],
    [`os == "${'x'.repeat(5000)}"`, vote, 0, 'it is longer than 4000 characters', ''],
    [`${'!'.repeat(3999)}x`, vote, 2999, 'it has more than 1000 parts', ''],
    [
      'disks.all(a, disks.all(b, disks.all(c, disks.all(d, disks.all(e, true)))))',
      vote,
      52,
      'more than 4 loops inside each other',
      '',
    ],
    ['os.matches(architecture)', vote, 3, 'the pattern of matches() must be a literal', ''],
    [
      'os.matches("(?=a)")',
      vote,
      11,
      'the pattern is no RE2 regular expression: invalid or unsupported Perl syntax: `(?=`',
      '',
    ],
    [
      'os.matches("(a)\\\\1")',
      vote,
      11,
      'the pattern is no RE2 regular expression: invalid escape sequence: `\\1`',
      '',
    ],
    [
      'os.matches("(x{1000}){1000}")',
      vote,
      11,
      'the pattern is no RE2 regular expression: invalid repeat count: `{1000}`',
      '',
    ],
    [`os.matches("${'a'.repeat(201)}")`, vote, 11, 'the pattern is longer than 200 characters', ''],
  ];
  it.each(cases.map(([expression, ...told]) => [expression.slice(0, 60), expression, ...told] as const))(
    '%s',
    (_, expression, use, index, problem, hint) => {
      expect(expressionProblem(expression, use)).toEqual({ problem, index, hint });
    },
  );
});
