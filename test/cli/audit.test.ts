import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTerminal, type Terminal } from './terminal.ts';

let terminal: Terminal;
beforeAll(async () => {
  terminal = await openTerminal();
  const files = {
    forbid: 'rules: [{id: u.a, mode: audit, forbid: {firmware: [bios]}}]',
    require: 'rules: [{id: u.a, mode: audit, require: {firmware: [uefi]}}]',
    enforced: 'rules: [{id: u.a, forbid: {firmware: [bios]}}]',
    off: 'mode: audit\noverrides: {u.a: off}',
    deny: 'rules: [{id: u.b, deny: enforced}]',
    anew: 'mode: audit\nrules: [{id: u.b, deny: tried}]',
    waiving: 'waivers: [lift.yaml]',
    lock: 'mode: audit\noverrides: {u.b: {locked: true}}',
  };
  await writeFile(
    terminal.path('lift.yaml'),
    'schema: vm-import/waivers@1\nwaivers: [{rule: u.b, scope: {name: "*"}, reason: r, owner: o, expires: 2027-01-31}]\n',
  );
  for (const [name, body] of Object.entries(files)) {
    await writeFile(terminal.path(`${name}.yaml`), `schema: vm-import/policy@1\nname: ${name}\n${body}\n`);
  }
});
afterAll(() => terminal.close());

const run = async (...policies: readonly string[]) => {
  const flags = policies.flatMap((name) => ['--policy', `${name}.yaml`]);
  const { stderr } = await terminal.run(['disk.qcow2', '--os', 'debian12', '-o', '/dev/null', ...flags]);
  return stderr.split('\n').filter((line) => line.includes('[policy/audit-changes]') && line.includes(' firmware '));
};

describe('a decision that would be another one', () => {
  it('names the rule that would forbid what is, and its place', async () => {
    expect(await run('forbid')).toEqual([
      expect.stringMatching(
        /^vm-import: warning \(audit\): forbid\.yaml:3:\d+: .*firmware would be uefi \(osinfo, because .*u\.a.*bios\); the plan has bios\./,
      ),
    ]);
  });

  it('names the rule that would win', async () => {
    expect(await run('require')).toEqual([expect.stringContaining('firmware would be uefi (u.a); the plan has bios.')]);
  });

  it('names the rule that would no longer forbid it, and what takes it away', async () => {
    expect(await run('enforced', 'off')).toEqual([
      expect.stringMatching(
        /off\.yaml:4:13: .*firmware would be bios \(.*, because u\.a is off\); the plan has uefi\./,
      ),
    ]);
  });
});

describe('a lock that is only tried out', () => {
  it('keeps no waiver from lifting the rule', async () => {
    const line = ['disk.qcow2', '--os', 'debian12', '--now', '2027-01-01', '-o', '/dev/null'];
    const found: number[] = [];
    for (const names of [['deny'], ['deny', 'waiving'], ['deny', 'lock', 'waiving']]) {
      const policies = names.flatMap((name) => ['--policy', `${name}.yaml`]);
      found.push((await terminal.run([...line, ...policies])).exit);
    }
    expect(found).toEqual([1, 0, 0]);
  });
});

describe('a run that ends before any rule is asked', () => {
  it('tells of both, what is enforced and what is tried out', async () => {
    const policies = ['--policy', 'deny.yaml', '--policy', 'anew.yaml'];
    const { exit, stdout } = await terminal.run(['cut.qcow2', ...policies, '--dry-run', '--report', 'json']);
    const { checks } = JSON.parse(stdout);
    expect(exit).toBe(3);
    expect(checks).toMatchObject([
      { rule: 'u.b', uri: 'deny.yaml', outcome: 'skipped', audited: false },
      { rule: 'u.b', uri: 'anew.yaml', outcome: 'skipped', audited: true },
    ]);
  });
});

describe('explain of findings that rules raise', () => {
  it.each(['policy/denied', 'policy/warned', 'policy/limit'])(
    '%s shows no blanks for the words of the rule',
    async (code) => {
      const { stdout } = await terminal.run(['explain', code]);
      expect(stdout).not.toMatch(/\{message\}|\{remedy\}/);
      expect(stdout.replace(/\s+/g, ' ')).toContain("What to do: the rule's own remedy stands there");
    },
  );
});

describe('explain of a locked rule', () => {
  it('says what lifts it', async () => {
    const { stdout } = await terminal.run(['explain', 'strict.backing']);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'no later policy replaces it, and no later rule or flag weakens it; only a waiver given with --waivers lifts it',
    );
  });
});
