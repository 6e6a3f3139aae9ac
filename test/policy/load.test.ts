import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../src/facts/index.ts';
import { load, loadRules, summary } from './evidence.ts';

const file = (name: string, body: string) => `schema: vm-import/policy@1\nname: ${name}\n${body}`;

const CONTRACT = `# policy
schema: vm-import/policy@1
name: site
extends: [preset:default]
trust: { hints: honour }
rules:
  - id: site.no-legacy-windows
    title: No Windows before 2016
    phase: verify                                        # sees the plan; may deny, warn or limit
    when: plan["os"] in ["win2k3", "win2k8", "win2k8r2", "win2k12"]     # CEL
    deny: '{{ plan["os"] }} is out of support'
    severity: error
    remedy: Ask for an exception, see the page below
    docs: https://example.org/policy/windows
  - id: site.q35
    when: disks.exists(d, d.virtualSize > 2 * 1024 * 1024 * 1024)       # sees evidence only
    prefer: { machine: [q35] }
  - id: site.size
    limit: { memory-mib: { max: 65536 }, vcpus: { max: 32 } }
`;

describe('what is wrong with a policy is told with line, column and a way out', () => {
  it.each<[string, string, string, string]>([
    [
      'a misspelt effect',
      '  - id: site.a\n    limt: { vcpus: { max: 3 } }\n    deny: x\n',
      'unknown-key 5:5',
      'Did you mean limit?',
    ],
    [
      'a misspelt key of the vocabulary',
      '  - id: site.a\n    prefer: { machne: [q35] }\n',
      'unknown-key 5:15',
      'Did you mean machine?',
    ],
    [
      'a misspelt value in a list',
      '  - id: site.a\n    prefer:\n      disk-bus: [sata, vertio]\n',
      'wrong-value 6:24',
      'Did you mean virtio?',
    ],
    [
      'a key of a device that has no such key',
      '  - id: site.a\n    prefer: { disk-bus.nic0: ide }\n',
      'unknown-key 5:15',
      'One device is written disk-bus.disk0.',
    ],
    [
      'a device behind a key of the machine',
      '  - id: site.a\n    set: { machine.disk0: q35 }\n',
      'unknown-key 5:12',
      'machine is a key of the whole machine.',
    ],
    [
      'a list for set',
      '  - id: site.a\n    set: { machine: [q35, virt] }\n',
      'wrong-value 5:21',
      'Use one of q35, i440fx, virt, pseries, s390-ccw-virtio.',
    ],
    [
      'a machine version that is none',
      '  - id: site.a\n    set: { machine: pc-q35-new }\n',
      'wrong-value 5:21',
      'Use one of q35, i440fx, virt, pseries, s390-ccw-virtio.',
    ],
    ['an empty effect', '  - id: site.a\n    set: {}\n', 'wrong-value 5:10', 'Add a key, or drop set.'],
    ['an empty list', '  - id: site.a\n    forbid: { machine: [] }\n', 'wrong-value 5:24', 'Give a list of values.'],
    [
      'a limit on a key without numbers',
      '  - id: site.a\n    limit: { firmware: { max: 2 } }\n',
      'not-allowed-here 5:14',
      'Numbers are memory-mib, vcpus; use require or forbid for the others.',
    ],
    [
      'a limit that is a bare number',
      '  - id: site.a\n    limit: { vcpus: 3 }\n',
      'wrong-value 5:21',
      'Give min, max or both.',
    ],
    [
      'a limit with a misspelt bound',
      '  - id: site.a\n    limit: { vcpus: { maxx: 3 } }\n',
      'unknown-key 5:23',
      'Did you mean max?',
    ],
    [
      'a limit that nothing satisfies',
      '  - id: site.a\n    limit: { vcpus: { min: 5, max: 4 } }\n',
      'wrong-value 5:21',
      'Swap them.',
    ],
    [
      'a bound out of range',
      '  - id: site.a\n    limit: { vcpus: { max: 0 } }\n',
      'wrong-value 5:28',
      'Use a whole number from 1 to 4096.',
    ],
    [
      'a misspelt severity',
      '  - id: site.a\n    deny: x\n    severity: eror\n',
      'wrong-value 6:15',
      'Did you mean error?',
    ],
    [
      'an id without a dot',
      '  - id: site\n    deny: x\n',
      'wrong-value 4:9',
      'Use a dotted lower-case name such as site.no-legacy-windows.',
    ],
    ['no id', '  - deny: x\n', 'missing-key 4:5', 'Add id.'],
    [
      'no effect',
      '  - id: site.a\n    title: x\n',
      'missing-key 4:5',
      'Add an effect (set, require, prefer, default, forbid, limit, deny or warn).',
    ],
    [
      'a rule of phase verify that votes',
      '  - id: site.a\n    phase: verify\n    set: { machine: q35 }\n',
      'not-allowed-here 6:5',
      'Use deny, warn or limit, or drop `phase: verify`.',
    ],
    [
      'deny and warn in one rule',
      '  - id: site.a\n    deny: x\n    warn: y\n',
      'not-allowed-here 6:5',
      'Make two rules of it.',
    ],
    [
      'a warning of severity error',
      '  - id: site.a\n    warn: y\n    severity: error\n',
      'not-allowed-here 6:5',
      'Use deny.',
    ],
    [
      'a severity of nothing',
      '  - id: site.a\n    set: { machine: q35 }\n    severity: error\n',
      'not-allowed-here 6:5',
      'Severity belongs to deny, warn, or a limit of phase verify.',
    ],
    [
      'the same id twice',
      '  - id: site.a\n    deny: x\n  - id: site.a\n    deny: y\n',
      'duplicate-rule 6:9',
      'Give one of the rules another id.',
    ],
    [
      'a page that is no web address',
      '  - id: site.a\n    deny: x\n    docs: javascript:alert(1)\n',
      'wrong-value 6:11',
      'Use a web address (https://...).',
    ],
    ['a rule that is a number', '  - 3\n', 'wrong-value 4:5', 'Use a map.'],
  ])('%s', async (_, rules, finding, remedy) => {
    const { policy, findings } = await loadRules(rules);
    expect(policy).toBeNull();
    expect(findings.map(({ code, at }) => `${code} ${at[0]?.pointer}`)).toEqual([`policy/${finding}`]);
    const [found] = findings;
    expect(found?.exit).toBe(2);
    expect(found?.remedy.replace(/\{(\w+)\}/g, (_whole, name: string) => String(found.args[name]))).toBe(remedy);
  });

  it('tells all problems of a file at once, in the order of the file', async () => {
    const text = file(
      'site',
      'extends: [preset:strct]\ntrust: { hint: x, hints: honor }\nrules:\n  - id: site.a\n    prefer: { os: [12] }\n    when: disks.exists(d, d.sise > 1)\n',
    );
    expect(summary(await load({ 'site.yaml': text }))).toEqual([
      'policy/unknown-key site.yaml 4:10',
      'policy/wrong-value site.yaml 4:26',
      'policy/wrong-value site.yaml 7:20',
      'policy/condition-syntax site.yaml 8:29',
      'policy/unknown-preset site.yaml 3:11',
    ]);
  });
});

describe('what is no policy at all', () => {
  it.each<[string, string, string]>([
    ['an empty file', '', 'syntax 1:1'],
    ['only a comment', '# nothing\n', 'syntax 1:1'],
    ['a list', '- a\n', 'wrong-value 1:1'],
    ['another version', 'schema: vm-import/policy@2\nname: x\n', 'wrong-value 1:9'],
    ['no schema', 'name: x\n', 'missing-key 1:1'],
    ['an open bracket', 'schema: [\n', 'syntax 2:1'],
    ['a tab as indentation', 'a:\n\tb: 1\n', 'syntax 2:1'],
    ['a key twice', 'schema: vm-import/policy@1\nname: a\nname: b\n', 'syntax 3:1'],
    ['a key twice in JSON', '{"schema": "vm-import/policy@1", "name": "a", "name": "b"}', 'syntax 1:47'],
    ['a second document', 'a: 1\n---\nb: 1\n', 'syntax 2:1'],
    ['a custom tag', 'name: !secret x\n', 'syntax 1:7'],
    ['a binary tag', 'name: !!binary aGk=\n', 'syntax 1:16'],
    ['a directive', '%YAML 1.1\n---\nname: x\n', 'syntax 1:1'],
    ['an alias of nothing', 'name: *x\n', 'syntax 1:7'],
    ['an alias of itself', 'name: &x [*x]\n', 'syntax 1:11'],
    ['a list as a key', '? [a]\n: 1\n', 'syntax 1:3'],
    ['endless nesting', '['.repeat(5000), 'syntax 1:37'],
    ['endless block nesting', `${'- '.repeat(5000)}a`, 'syntax 1:72'],
  ])('%s', async (_, text, finding) => {
    const { policy, findings } = await load({ 'site.yaml': text });
    expect(policy).toBeNull();
    expect(`${findings[0]?.code} ${findings[0]?.at[0]?.pointer}`).toBe(`policy/${finding}`);
    expect(findings.every(({ exit, severity }) => exit === 2 && severity === 'error')).toBe(true);
  });

  it('refuses aliases that grow exponentially', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `a${i}: &a${i} [${Array(9).fill(i === 0 ? 'x' : `*a${i - 1}`)}]`,
    );
    const { findings } = await load({ 'site.yaml': levels.join('\n') });
    expect(findings.map(({ args }) => args['problem'])).toEqual(['more than 20000 values']);
  });

  it('refuses more than a megabyte', async () => {
    const { findings } = await load({ 'site.yaml': `# ${'x'.repeat(1024 * 1024)}` });
    expect(findings.map(({ code }) => code)).toEqual(['policy/too-large']);
  });

  it('accepts an alias used with measure', async () => {
    const rules = 'rules:\n  - id: site.a\n    prefer: &p { machine: [q35] }\n  - id: site.b\n    default: *p\n';
    const { policy } = await load({ 'site.yaml': file('site', rules) });
    expect(policy?.rules.map(({ effects }) => effects[0]?.pointer)).toEqual(['5:18', '5:18']);
  });

  it('reads JSON as well as YAML', async () => {
    const json = JSON.stringify({
      $schema: 'x.json',
      schema: 'vm-import/policy@1',
      name: 'j',
      rules: [{ id: 'a.b', deny: 'x' }],
    });
    const { policy } = await load({ 'site.json': json });
    expect(policy?.rules.map(({ id, uri }) => [id, uri])).toEqual([['a.b', 'site.json']]);
  });
});

describe('how policies are composed', () => {
  const rule = (id: string, deny: string, more = '') => `rules:\n  - id: ${id}\n    deny: ${deny}\n${more}`;

  it('applies preset:default when nothing is named', async () => {
    const { policy, findings } = await load({}, []);
    expect(findings).toEqual([]);
    expect(policy?.documents.map(({ uri }) => uri)).toEqual(['preset:default']);
    expect(policy?.settings).toEqual(DEFAULT_SETTINGS);
  });

  it('lets a policy that does not extend the default stand alone', async () => {
    const { policy } = await load({ 'site.yaml': file('site', rule('site.a', 'x')) });
    expect(policy?.documents).toEqual([{ uri: 'site.yaml', name: 'site', rules: 1, mode: 'enforce' }]);
  });

  it('puts extended files before the file, relative to it, and each only once', async () => {
    const { policy, findings } = await load(
      {
        'conf/site.yaml': file(
          'site',
          `extends: [preset:default, base/one.yaml, base/two.yaml]\n${rule('site.a', 'x')}`,
        ),
        'conf/base/one.yaml': file('one', `extends: [../common.yaml]\n${rule('one.a', 'x')}`),
        'conf/base/two.yaml': file('two', `extends: [../common.yaml]\n${rule('two.a', 'x')}`),
        'conf/common.yaml': file('common', rule('common.a', 'x')),
      },
      ['conf/site.yaml', 'preset:default'],
    );
    expect(findings).toEqual([]);
    expect(policy?.documents.map(({ name }) => name)).toEqual(['default', 'common', 'one', 'two', 'site']);
    expect(policy?.rules.map(({ id }) => id).slice(-4)).toEqual(['common.a', 'one.a', 'two.a', 'site.a']);
  });

  it('lets a later rule of the same id take the place of the earlier one, and remembers which', async () => {
    const { policy } = await load(
      {
        'a.yaml': file('a', `${rule('site.x', 'first')}  - id: site.y\n    deny: y\n`),
        'b.yaml': file('b', rule('site.x', 'second')),
      },
      ['a.yaml', 'b.yaml'],
    );
    expect(policy?.rules.map(({ id, uri, replaced }) => [id, uri, replaced])).toEqual([
      ['site.y', 'a.yaml', []],
      ['site.x', 'b.yaml', [{ uri: 'a.yaml', pointer: '4:5' }]],
    ]);
  });

  it('does not let a later policy replace a locked rule', async () => {
    const loaded = await load(
      {
        'a.yaml': file('a', rule('site.x', 'first', '    locked: true\n')),
        'b.yaml': file('b', rule('site.x', 'second')),
      },
      ['a.yaml', 'b.yaml'],
    );
    expect(summary(loaded)).toEqual(['policy/locked-rule b.yaml 4:5']);
    expect(loaded.policy).toBeNull();
  });

  it('lets later settings win, each on its own', async () => {
    const { policy } = await load(
      {
        'a.yaml': file('a', 'trust: { hints: ignore }\ndisagreement: warn\nallow: { backing-files: below-source }\n'),
        'b.yaml': file('b', 'disagreement: boot-disk-wins\nosinfo: newest\n'),
      },
      ['a.yaml', 'b.yaml'],
    );
    expect(policy?.settings).toEqual({
      trustHints: 'ignore',
      disagreement: 'boot-disk-wins',
      backingFiles: 'below-source',
      osinfo: 'newest',
    });
  });

  it.each<[string, Record<string, string>, string]>([
    ['a file that extends itself', { 'a.yaml': file('a', 'extends: [a.yaml]\n') }, 'policy/extends-loop a.yaml 3:11'],
    [
      'a loop of two files',
      { 'a.yaml': file('a', 'extends: [b.yaml]\n'), 'b.yaml': file('b', 'extends: [./a.yaml]\n') },
      'policy/extends-loop b.yaml 3:11',
    ],
    ['a file that is not there', { 'a.yaml': file('a', 'extends:\n  - no.yaml\n') }, 'policy/unreadable a.yaml 4:5'],
    [
      'a preset that is not there',
      { 'a.yaml': file('a', 'extends: [preset:strit]\n') },
      'policy/unknown-preset a.yaml 3:11',
    ],
    [
      'a web address',
      { 'a.yaml': file('a', 'extends: ["https://example.org/p.yaml"]\n') },
      'policy/unreadable a.yaml 3:11',
    ],
    [
      'too many levels',
      Object.fromEntries(
        Array.from({ length: 12 }, (_, i) => [`${i}.yaml`, file(`n${i}`, `extends: [${i + 1}.yaml]\n`)]),
      ),
      'policy/extends-depth 7.yaml 3:11',
    ],
  ])('refuses %s', async (_, files, finding) => {
    const loaded = await load(files, [Object.keys(files)[0] ?? '']);
    expect(summary(loaded)).toEqual([finding]);
    expect(loaded.policy).toBeNull();
  });

  it('knows a file by another spelling', async () => {
    const files = {
      'a.yaml': file('a', `extends: [conf/../b.yaml]\n${rule('a.a', 'x')}`),
      'b.yaml': file('b', rule('b.a', 'x')),
    };
    const { policy } = await load(files, ['./b.yaml', './a.yaml', 'b.yaml']);
    expect(policy?.documents.map(({ uri }) => uri)).toEqual(['b.yaml', 'a.yaml']);
  });

  it('loads the example of the contract', async () => {
    const { policy, findings } = await load({ 'site.yaml': CONTRACT });
    expect(findings).toEqual([]);
    expect(policy?.rules.map(({ id, phase }) => [id, phase]).slice(-3)).toEqual([
      ['site.no-legacy-windows', 'verify'],
      ['site.q35', 'vote'],
      ['site.size', 'vote'],
    ]);
  });

  it('names a preset on the command line that nearly exists', async () => {
    const { findings } = await load({}, ['preset:strickt']);
    expect(findings[0]?.args['hint']).toBe('Did you mean preset:strict?');
  });
});
