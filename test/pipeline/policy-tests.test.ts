import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogue } from '../../src/cli/catalogue.generated.ts';
import { isCovered } from '../../src/facts/index.ts';
import { inspect } from '../../src/pipeline/index.ts';
import { testPolicies } from '../../src/pipeline/suite/index.ts';
import { evidenceDocument } from '../../src/report/document.ts';
import { synthesise } from '../../src/synthesis/image.ts';
import { findingOf } from '../findings.ts';
import { spec } from '../synthesis/images.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'policy-tests-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
}

const POLICY = `schema: vm-import/policy@1
name: site
rules:
  - id: site.deny
    when: os == "winxp"
    deny: no
  - id: site.warn
    when: disks.exists(d, d.format == "raw")
    warn: raw
  - id: site.limit
    limit: { vcpus: { max: 4 } }
  - id: site.prefer
    prefer: { video-model: vga }
  - id: site.set
    set: { memory-mib: 1024 }
  - id: site.verify
    phase: verify
    limit: { memory-mib: { max: 512 } }
    severity: warning
`;

const suite = (...cases: readonly string[]) =>
  `schema: vm-import/policy-test@1\npolicy: [site.yaml]\ncases:\n${cases.map((one) => `  - ${one}\n`).join('')}`;

/** Runs the files of the directory. */
const run = (...names: readonly string[]) =>
  testPolicies(names.length === 0 ? [dir] : names.map((name) => join(dir, name)), catalogue);

async function outcomes(...cases: readonly string[]) {
  await write({ 'site.yaml': POLICY, 'x.test.yaml': suite(...cases) });
  const report = await run();
  expect(report.broken).toEqual([]);
  return report.suites.flatMap((one) => one.cases);
}

const image = (name: string, rest: string) => `{ name: ${name}, image: { format: qcow2 }, os: debian12, ${rest} }`;

describe('a case', () => {
  it.each([
    ['a verdict', 'expect: { verdict: allowed }', []],
    ['another verdict', 'expect: { verdict: denied }', ['verdict']],
    ['all findings', 'expect: { findings: [site.verify] }', []],
    ['a finding that is not there', 'expect: { findings: [site.verify, site.deny] }', ['missing']],
    ['a finding too many', 'expect: { findings: [] }', ['unexpected']],
    ['some findings', 'expect: { includes: [site.verify] }', []],
    ['some other findings', 'expect: { includes: [site.deny] }', ['missing']],
    ['no such finding', 'expect: { excludes: [site.deny, qcow2/dirty] }', []],
    ['a finding that should not be there', 'expect: { excludes: [site.verify] }', ['unexpected']],
    ['values', 'expect: { values: { memory-mib: 1024, disk-bus: virtio, disk-bus.disk0: virtio } }', []],
    ['other values', 'expect: { values: { memory-mib: 2048, kernel-args: null, machine: null } }', ['value', 'value']],
    ['a device that is not there', 'expect: { values: { disk-bus.disk7: virtio } }', ['value']],
    ['a flag', 'set: { vcpus: 3 }, expect: { values: { vcpus: 3 } }', []],
    ['warnings that deny', 'strict: true, expect: { verdict: denied }', []],
    ['another target', 'emit: [openstack, plan], expect: { verdict: allowed }', []],
  ])('compares %s', async (_title, rest, expected) => {
    const [one] = await outcomes(image('a', rest));
    expect(one?.differences.map(({ kind }) => kind)).toEqual(expected);
    expect(one?.outcome).toBe(expected.length === 0 ? 'passed' : 'failed');
  });

  it('is read by the real readers, and its hints bind as the policy says', async () => {
    const hinted = '{ format: qcow2, hints: { hardware: { firmware: { required: [uefi] } } } }';
    const [one] = await outcomes(`{ name: a, image: ${hinted}, os: debian12, expect: { values: { firmware: uefi } } }`);
    expect(one?.outcome).toBe('passed');
  });

  it('takes evidence that inspect printed, with what was found in it', async () => {
    const evidence = await inspect([synthesise('/images/a.qcow2', spec({ dirty: true, boot: 'uefi' }))]);
    await write({ 'saved/a.json': JSON.stringify(evidenceDocument(evidence)) });
    const [one] = await outcomes(
      '{ name: a, evidence: saved/a.json, os: debian12, expect: { findings: [qcow2/dirty, site.verify], values: { firmware: uefi } } }',
    );
    expect(one).toMatchObject({ outcome: 'passed' });
  });

  it('keeps what evidence says of safety', async () => {
    const [one] = await outcomes(
      '{ name: a, evidence: { findings: [{ code: disk/backing-file }] }, expect: { verdict: unreadable } }',
    );
    expect(one).toMatchObject({ outcome: 'passed', findings: [{ code: 'disk/backing-file', exit: 3 }] });
  });

  it('uses host documents', async () => {
    await write({ 'caps.xml': '<domainCapabilities/>' });
    const [one] = await outcomes(image('a', 'host: [caps.xml], expect: { verdict: allowed }'));
    expect(one?.outcome).toBe('error');
    expect(one?.trouble?.code).toMatch(/^host\//);
  });

  it.each([
    ['a missing file', 'nowhere.json', 'policy-test/unreadable'],
    ['a file elsewhere', '../../../etc/passwd', 'policy-test/outside'],
    ['an absolute path elsewhere', '/etc/passwd', 'policy-test/outside'],
    ['a link that leads elsewhere', 'link.json', 'policy-test/outside'],
    ['the directory itself', '.', 'policy-test/outside'],
    ['a directory', 'sub', 'source/not-a-file'],
    ['what is no JSON', 'site.yaml', 'evidence/not-json'],
    ['what is no evidence', 'plan.json', 'evidence/wrong-value'],
    ['a name that no file has', '"a\\0b"', 'policy-test/unreadable'],
  ])('cannot be run on %s', async (_title, file, code) => {
    await write({ 'plan.json': '{"schema":"vm-import/plan@1"}', 'sub/x': '' });
    await symlink('/etc/passwd', join(dir, 'link.json'));
    const [one] = await outcomes(`{ name: a, evidence: ${file}, expect: { verdict: allowed } }`);
    expect(one).toMatchObject({ outcome: 'error', verdict: null, trouble: { code, exit: 2 } });
    expect(one?.trouble?.at.map(({ uri }) => uri)).toContain(join(dir, 'x.test.yaml'));
  });

  it('is judged with its waivers, at its time', async () => {
    const waiver = ['rule: site.deny', 'scope: { name: "*" }', 'reason: r', 'owner: o', 'expires: 2026-06-30'];
    await write({ 'w.yaml': `schema: vm-import/waivers@1\nwaivers:\n  - { ${waiver.join(', ')} }\n` });
    const at = (now: string, verdict: string) =>
      image(verdict, `set: { os: winxp }, waivers: [w.yaml], now: ${now}, expect: { verdict: ${verdict} }`);
    const found = await outcomes(at('2026-06-30T23:59:59Z', 'allowed'), at('2026-07-01', 'denied'));
    expect(found.map(({ outcome }) => outcome)).toEqual(['passed', 'passed']);
  });

  it.each([
    ['a file of waivers that is not there', 'waivers: [nowhere.yaml]', 'policy-test/unreadable'],
    ['a time that is none', 'now: yesterday', 'policy-test/wrong-time'],
  ])('cannot be run with %s', async (_title, rest, code) => {
    const [one] = await outcomes(image('a', `${rest}, expect: { verdict: allowed }`));
    expect(one).toMatchObject({ outcome: 'error', trouble: { code } });
  });
});

describe('a suite', () => {
  it.each([
    ['a rule that does not exist', 'expect: { excludes: [site.dney] }', 'policy-test/unknown-name'],
    ['a rule that raises nothing', 'expect: { includes: [site.limit] }', 'policy-test/silent-rule'],
    ['a target that does not exist', 'emit: [xml], expect: { verdict: allowed }', 'policy-test/unknown-target'],
  ])('cannot name %s', async (_title, rest, code) => {
    await write({ 'site.yaml': POLICY, 'x.test.yaml': suite(image('a', rest)) });
    const { suites, broken } = await run();
    expect(suites).toEqual([]);
    expect(broken).toMatchObject([{ uri: join(dir, 'x.test.yaml'), findings: [{ code }] }]);
  });

  it('tells what is wrong with its policy', async () => {
    await write({
      'site.yaml': POLICY.replace('deny: no', 'deyn: no'),
      'x.test.yaml': suite(image('a', 'expect: { verdict: allowed }')),
    });
    expect((await run()).broken[0]?.findings).toContainEqual(
      expect.objectContaining({ code: 'policy/unknown-key', exit: 2 }),
    );
  });

  it('cannot reach for a policy elsewhere', async () => {
    await write({
      'site.yaml': POLICY,
      'sub/x.test.yaml': suite(image('a', 'expect: { verdict: allowed }')).replace('site.yaml', '../site.yaml'),
    });
    expect((await run()).broken).toMatchObject([{ findings: [{ code: 'policy-test/outside' }] }]);
  });

  it('does not keep others from running', async () => {
    const good = suite(image('a', 'expect: { verdict: allowed }'));
    await write({ 'site.yaml': POLICY, 'a.test.yaml': 'cut', 'b.test.yml': good, 'c/d.test.json': '[]' });
    const { suites, broken } = await run();
    expect(suites.map(({ uri }) => uri)).toEqual([join(dir, 'b.test.yml')]);
    expect(broken.map(({ uri }) => uri)).toEqual([join(dir, 'a.test.yaml'), join(dir, 'c/d.test.json')]);
  });
});

describe('the search for suites', () => {
  it('leaves out hidden directories, node_modules, links and other files', async () => {
    const text = suite(image('a', 'expect: { verdict: allowed }'));
    await write({
      'site.yaml': POLICY,
      '.hidden/a.test.yaml': text,
      'node_modules/a.test.yaml': text,
      'b.yaml': text,
      '.c.test.yaml': text,
      'd.test.yaml': text,
    });
    await symlink(join(dir, 'd.test.yaml'), join(dir, 'link.test.yaml'));
    expect((await run()).suites.map(({ uri }) => uri)).toEqual([join(dir, 'd.test.yaml')]);
    // what is named is a suite, whatever it is called
    expect((await run('b.yaml', 'b.yaml')).suites).toHaveLength(1);
  });

  it('ends where there is nothing, or too much', async () => {
    expect((await findingOf(run())).code).toBe('policy-test/no-tests');
    expect((await findingOf(run('nowhere'))).code).toBe('policy-test/unreadable');
    await mkdir(join(dir, 'a/'.repeat(20)), { recursive: true });
    expect((await findingOf(run())).code).toBe('policy-test/too-many-files');
  });
});

describe('coverage', () => {
  const coverage = async (...cases: readonly string[]) => {
    await write({ 'site.yaml': POLICY, 'x.test.yaml': suite(...cases) });
    const { coverage: rules } = await run();
    return new Map(rules.map((rule) => [rule.rule, [rule.fired, rule.silent, isCovered(rule)]]));
  };

  it('counts what rules did, and votes without a condition where they made a difference', async () => {
    const rules = await coverage(
      image('a', 'expect: { verdict: allowed }'),
      '{ name: b, image: { format: raw }, os: winxp, expect: { verdict: denied } }',
      '{ name: c, image: { format: qcow2, hints: { hardware: { vcpus: 16 } } }, os: debian12, expect: { verdict: allowed } }',
      image('d', 'set: { video-model: qxl, memory-mib: 512 }, expect: { verdict: allowed }'),
    );
    expect(Object.fromEntries(rules)).toEqual({
      'site.deny': [1, 3, true],
      'site.warn': [1, 3, true],
      'site.limit': [1, 3, true],
      'site.prefer': [3, 1, true],
      'site.set': [4, 0, true],
      'site.verify': [4, 0, false],
    });
  });

  it('counts neither for a run that ended before the rules were asked', async () => {
    const rules = await coverage('{ name: a, image: { format: qcow2, backing: x }, expect: { verdict: unreadable } }');
    expect(rules.get('site.deny')).toEqual([0, 0, false]);
  });

  it('knows whose rules they are', async () => {
    await write({
      'site.yaml':
        'schema: vm-import/policy@1\nname: site\nextends: [preset:default]\nrules:\n  - { id: s.a, warn: x }\n',
      'x.test.yaml': suite(image('a', 'expect: { verdict: allowed }')),
    });
    const { coverage: rules } = await run();
    expect(rules.map(({ rule, own }) => [rule, own])).toEqual([
      ['default.memory', false],
      ['default.vcpus', false],
      ['default.large-memory', false],
      ['default.many-vcpus', false],
      ['s.a', true],
    ]);
  });
});

/** Rules without a condition that always act, and those against a version, which only another policy can ask for. */
const ONE_WAY = ['openstack.machine-version', 'portable.machine-version', 'performance.cpu', 'strict.legacy-devices'];

describe('the shipped presets', async () => {
  const suites = (await readdir('policies')).filter((name) => name.endsWith('.test.yaml'));

  it.each((await readdir('policies')).filter((name) => /^[a-z0-9-]+\.yaml$/.test(name)))('%s has tests', (name) => {
    expect(suites).toContain(name.replace('.yaml', '.test.yaml'));
  });

  it.each(suites)('%s passes, and sees every rule both ways', async (name) => {
    const report = await testPolicies([join('policies', name)], catalogue);
    const failed = report.suites.flatMap(({ cases }) => cases.filter(({ outcome }) => outcome !== 'passed'));
    expect({ broken: report.broken, failed }).toEqual({ broken: [], failed: [] });
    const uncovered = report.coverage.filter((rule) => rule.own && !isCovered(rule)).map(({ rule }) => rule);
    expect(uncovered.filter((rule) => !ONE_WAY.includes(rule))).toEqual([]);
  });
});
