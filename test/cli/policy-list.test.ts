import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTerminal, type Terminal } from './terminal.ts';

let terminal: Terminal;
beforeAll(async () => {
  terminal = await openTerminal();
  const policy = (name: string, ...lines: readonly string[]) =>
    ['schema: vm-import/policy@1', `name: ${name}`, ...lines, ''].join('\n');
  const rule = (id: string) => [`  - id: ${id}`, '    warn: x'];
  await mkdir(terminal.path('both'));
  await writeFile(terminal.path('both/10-base.yaml'), policy('base', 'rules:', ...rule('base.a'), ...rule('base.b')));
  await writeFile(
    terminal.path('trial.yaml'),
    policy('trial', 'mode: audit', 'extends: [both]', 'overrides:', '  base.a: off'),
  );
  const inAudit = (name: string, ...lines: readonly string[]) => policy(name, 'mode: audit', ...lines);
  const deny = (when: string, message: string) => `rules: [{id: a.b, when: "${when}", deny: ${message}}]`;
  const files = {
    u: policy('u', deny('size(disks) == 1', 'enforced')),
    v: inAudit('v', deny('size(disks) == 7', 'tried')),
    off: inAudit('off', 'overrides: {a.b: off, plan/os-unknown: error}'),
    milder: inAudit('milder', 'overrides: {a.b: warning}'),
    two: policy('two', 'rules: [{id: a.b, deny: enforced}, {id: c.d, deny: enforced}]'),
    waiving: inAudit('waiving', 'waivers: [waivers.yaml]'),
    s1: policy('s1', 'overrides: {plan/os-unknown: error}'),
    s2: policy('s2', 'overrides: {plan/os-unknown: info}'),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(terminal.path(`${name}.yaml`), text);
});
afterAll(() => terminal.close());

const LINE = ['policy', 'list', 'trial.yaml', 'both'];

describe('policy list, where a policy in audit mode changes one that is enforced', () => {
  it('does not call a rule off that is off only in the trial', async () => {
    const { stdout } = await terminal.run(LINE);
    expect(stdout).not.toContain('Switched off');
    expect(stdout).toMatch(
      / {2}base\.a at .*10-base\.yaml:4:5\n(?: {6}.*\n)* {6}in audit mode off by .*trial\.yaml:6:3/,
    );
    expect(stdout).toMatch(/ {2}base\.b at /);
  });

  it('does not call documents tried out that are enforced too, whichever way comes first', async () => {
    for (const line of [LINE, ['policy', 'list', 'both', 'trial.yaml']]) {
      const { documents, off, rules } = JSON.parse((await terminal.run([...line, '--json'])).stdout);
      expect(documents.map(({ name, mode }: { name: string; mode: string }) => [name, mode]).toSorted()).toEqual([
        ['base', 'enforce'],
        ['trial', 'audit'],
      ]);
      expect([off, rules.length]).toEqual([[], 2]);
    }
  });
});

describe('a rule that a policy in audit mode writes anew', () => {
  it('is listed as it is enforced and as it is tried out', async () => {
    const { stdout } = await terminal.run(['policy', 'list', 'u.yaml', 'v.yaml']);
    expect(stdout).toContain(
      [
        '  a.b at u.yaml:3:9',
        '      deny (error)',
        '  a.b [audit] at v.yaml:4:9',
        '      deny (error)',
        '      tried out in place of u.yaml:3:9',
        '',
      ].join('\n'),
    );
  });

  it('leaves the order of what is enforced as it is', async () => {
    const { rules } = JSON.parse((await terminal.run(['policy', 'list', 'two.yaml', 'v.yaml', '--json'])).stdout);
    expect(rules.map(({ id, mode }: { id: string; mode: string }) => [id, mode])).toEqual([
      ['a.b', 'enforce'],
      ['c.d', 'enforce'],
      ['a.b', 'audit'],
    ]);
  });

  it('is explained twice, each time with its own outcome', async () => {
    const line = ['explain', 'a.b', 'disk.qcow2', '--os', 'debian12', '--policy', 'u.yaml', '--policy', 'v.yaml'];
    const { stdout, exit } = await terminal.run(line);
    const [enforced = '', tried = '', ...rest] = stdout.split(/^(?=a\.b$)/m);
    expect([exit, rest]).toEqual([1, []]);
    expect(enforced).toMatch(
      /stands in {3}u\.yaml:3:9\n(?:.*\n)*.*failed: it raised a finding\n {2}it says {5}enforced\n/,
    );
    expect(enforced).not.toContain('audit');
    expect(tried).toMatch(/stands in {3}v\.yaml:4:9\n(?:.*\n)*.*replaces {4}u\.yaml:3:9, were it enforced\n/);
    expect(tried).toContain('here        passed: it found nothing (audit)\n');
    expect(tried).not.toContain('it says');
    const document = JSON.parse((await terminal.run([...line, '--json'])).stdout);
    expect(document).toMatchObject({
      rule: { uri: 'u.yaml' },
      check: { outcome: 'failed', audited: false },
      findings: [{ message: 'enforced' }],
      tried: { rule: { uri: 'v.yaml' }, check: { outcome: 'passed', audited: true }, findings: [] },
    });
  });
});

describe('what a policy in audit mode overrides', () => {
  it('is listed as tried out', async () => {
    const { stdout } = await terminal.run(['policy', 'list', 'u.yaml', 'off.yaml']);
    expect(stdout).toMatch(/ {2}a\.b at u\.yaml:3:9\n {6}deny \(error\)\n {6}in audit mode off by off\.yaml:4:13\n/);
    expect(stdout).toContain('  plan/os-unknown [audit]: error (off.yaml:4:23)\n');
    const milder = await terminal.run(['policy', 'list', 'u.yaml', 'milder.yaml']);
    expect(milder.stdout).toMatch(/ {6}deny \(error\)\n {6}in audit mode severity warning by milder\.yaml:4:13\n/);
  });

  it('are waivers too, that lift nothing', async () => {
    const { stdout } = await terminal.run(['policy', 'list', 'u.yaml', 'waiving.yaml']);
    expect(stdout).toContain('Waivers\n  waivers.yaml [audit] (waiving.yaml:4:11)\n');
  });

  it('is explained as tried out', async () => {
    const { stdout } = await terminal.run(['explain', 'a.b', '--policy', 'u.yaml', '--policy', 'off.yaml']);
    expect(stdout).toContain('changed     in audit mode off by off.yaml:4:13\n');
    expect(stdout).toContain('severity    error\n');
  });

  it('leaves in the list what is enforced in its place: the default', async () => {
    const { stdout } = await terminal.run(['policy', 'list', 'v.yaml']);
    expect(stdout).toContain('  preset:default (default): 4 rules\n');
    expect(stdout).toMatch(/ {2}default\.memory at .*\n(?:.*\n)* {2}a\.b \[audit\] at v\.yaml/);
  });
});

describe('severities of one code in two policies', () => {
  it('are the one that counts, and what it took the place of', async () => {
    const line = ['policy', 'list', 's1.yaml', 's2.yaml'];
    expect((await terminal.run(line)).stdout).toContain(
      '  plan/os-unknown: info (s2.yaml:3:13)\n      in place of error (s1.yaml:3:13)\n',
    );
    const { severities } = JSON.parse((await terminal.run([...line, '--json'])).stdout);
    const change = (severity: string, uri: string) => ({ code: 'plan/os-unknown', severity, uri, pointer: '3:13' });
    expect(severities).toEqual([
      { ...change('info', 's2.yaml'), mode: 'enforce', replaced: [change('error', 's1.yaml')] },
    ]);
  });
});
