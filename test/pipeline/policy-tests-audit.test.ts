import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogue } from '../../src/cli/catalogue.generated.ts';
import { policyTestReportSchema } from '../../src/facts/policy-test-schema.ts';
import { testPolicies } from '../../src/pipeline/suite/index.ts';
import { policyTestJunit } from '../../src/report/policy-test-junit.ts';
import { policyTestText } from '../../src/report/policy-test-text.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'policy-tests-'));
});
afterEach(() => rm(dir, { recursive: true }));

const POLICY = `schema: vm-import/policy@1
name: site
waivers: [w.yaml]
rules:
  - { id: u.deny, mode: audit, when: 'size(disks) == 1', deny: tried }
  - { id: u.never, mode: audit, when: 'size(disks) == 7', deny: tried }
  - { id: u.forbid, mode: audit, forbid: { firmware: [bios] } }
  - { id: u.prefer, mode: audit, prefer: { firmware: [bios] } }
  - { id: u.waived, deny: waived }
  - { id: u.warn, warn: counts }
`;
const WAIVERS = `schema: vm-import/waivers@1
waivers:
  - { rule: u.waived, scope: { name: "*" }, reason: r, owner: o, expires: 2026-06-30 }
`;

/** One case about an empty disk, at a time when the waiver that the policy names is valid. */
async function run(expected: string) {
  await writeFile(join(dir, 'site.yaml'), POLICY);
  await writeFile(join(dir, 'w.yaml'), WAIVERS);
  await writeFile(
    join(dir, 'site.test.yaml'),
    `schema: vm-import/policy-test@1
cases:
  - { name: a, image: { format: qcow2 }, os: debian12, now: 2026-06-01, expect: { ${expected} } }
`,
  );
  return testPolicies([dir], catalogue);
}

describe('what a policy test expects', () => {
  it('is raised in audit mode, or waived by the file that the policy names', async () => {
    const expected = 'findings: [u.warn], audited: [u.deny, policy/audit-changes], waived: [u.waived]';
    const report = await run(`verdict: allowed, ${expected}, excludes: [u.deny, u.waived]`);
    expect(report.broken).toEqual([]);
    expect(report.suites[0]?.cases[0]).toMatchObject({ outcome: 'passed', differences: [] });
  });

  it.each([
    ['includes: [u.deny]', 'includes: expected u.deny, which was raised in audit mode only: expect it under audited'],
    ['findings: [u.warn, u.deny]', 'which was raised in audit mode only: expect it under audited'],
    ['includes: [u.waived]', 'includes: expected u.waived, which was raised and waived: expect it under waived'],
    ['audited: [u.warn]', 'audited: expected u.warn, which was raised and counts: expect it under includes'],
    ['waived: [u.deny]', 'waived: expected u.deny, which was raised in audit mode only: expect it under audited'],
    ['audited: [u.never]', 'audited: expected u.never, which was not raised'],
    ['waived: [qcow2/dirty]', 'waived: expected qcow2/dirty, which was not raised'],
  ])('and is missing is told as it is: %s', async (expected, words) => {
    const report = await run(expected);
    expect(policyTestText(report, { color: false, verbose: false, coverage: false })).toContain(words);
    expect(policyTestJunit(report)).toContain(words);
    expect(policyTestReportSchema.safeParse(report).error).toBeUndefined();
  });

  it('is no vote of a rule in audit mode: the decision that would change is a finding', async () => {
    const report = await run('audited: [u.forbid]');
    expect(report.broken[0]?.findings).toMatchObject([
      { code: 'policy-test/silent-rule', remedy: 'Expect policy/audit-changes there.' },
    ]);
  });
});

describe('coverage of rules in audit mode', () => {
  it('counts what they would do', async () => {
    const report = await run('audited: [u.deny]');
    expect(report.coverage.map(({ rule, audited, fired, silent }) => [rule, audited, fired, silent])).toEqual([
      ['u.waived', false, 1, 0],
      ['u.warn', false, 1, 0],
      ['u.deny', true, 1, 0],
      ['u.never', true, 0, 1],
      ['u.forbid', true, 1, 0],
      ['u.prefer', true, 0, 1],
    ]);
    const text = policyTestText(report, { color: false, verbose: false, coverage: true });
    expect(text).toMatch(/^u\.never \(audit\) +0 +1 {2}never seen to act/m);
  });
});
