import { describe, expect, it } from 'vitest';
import { raisedBy } from '../../src/report/raiser.ts';
import { check, denied, rendered, reported } from './documents.ts';

const ENFORCED = check('a.b', { title: 'One disk', outcome: 'failed', uri: 'u.yaml' });
const TRIED = check('a.b', { title: 'Seven disks', outcome: 'passed', uri: 'v.yaml', audited: true });
const DENIED = denied('a.b', { at: [{ origin: 'policy', uri: 'u.yaml', pointer: '3:50' }] });
const TOLD = denied('a.b', {
  audited: true,
  args: { message: 'tried', remedy: 'Nothing.' },
  at: [{ origin: 'policy', uri: 'v.yaml', pointer: '3:50' }],
});

const messages = (checks: Parameters<typeof raisedBy>[0], findings: Parameters<typeof reported>[0]['findings']) => {
  const { report } = reported({ checks, findings: findings ?? [] });
  const raised = raisedBy(checks, report.findings);
  return checks.map((each) => (raised.get(each) ?? []).map(({ message }) => message));
};

describe('findings of a rule that is enforced in one wording and tried out in another', () => {
  it('belong to the check that raised them', () => {
    expect(messages([ENFORCED, TRIED], [DENIED])).toEqual([['too large'], []]);
    expect(messages([ENFORCED, TRIED], [TOLD])).toEqual([[], ['tried']]);
    expect(messages([TRIED, ENFORCED], [DENIED, TOLD])).toEqual([['tried'], ['too large']]);
  });

  it('belong to the enforced rule where only its severity is tried out', () => {
    const heavier = { ...DENIED, audited: true };
    expect(messages([ENFORCED], [DENIED, heavier])).toEqual([['too large', 'too large']]);
  });

  it('fail one case of JUnit, and what passed in audit mode is skipped', async () => {
    const xml = await rendered('junit', { checks: [ENFORCED, TRIED], findings: [DENIED] });
    expect(xml).toContain('failures="1"');
    expect(xml).toMatch(/<testcase name="a\.b: One disk"[^>]*>\s*<failure message="too large"/);
    expect(xml).toMatch(/<testcase name="a\.b \(audit\): Seven disks"[^>]*>\s*<skipped>audit mode: passed/);
  });

  it('fail one row in Markdown and in the page', async () => {
    const told = { checks: [ENFORCED, { ...TRIED, outcome: 'failed' as const }], findings: [DENIED, TOLD] };
    const markdown = await rendered('markdown', told);
    expect(markdown).toContain('failed: error | One disk |');
    expect(markdown).toContain('failed: audit | Seven disks |');
    const html = await rendered('html', told);
    const rows = [...html.matchAll(/<tr[^>]*id="(rule-\d)".*?href="#(finding-\d)"/gs)].map(([, row, to]) => [row, to]);
    expect(rows).toEqual([
      ['rule-1', 'finding-1'],
      ['rule-2', 'finding-2'],
    ]);
    expect(html).toMatch(/id="finding-1".*?href="#rule-1".*?id="finding-2".*?href="#rule-2"/s);
  });

  it('are described in SARIF by what is enforced, and are not each other’s past', async () => {
    const run = async (told: Parameters<typeof rendered>[1]) => JSON.parse(await rendered('sarif', told)).runs[0];
    const both = await run({ checks: [ENFORCED, TRIED], findings: [DENIED, TOLD], options: { verbose: true } });
    expect(both.tool.driver.rules.map((rule: { shortDescription: unknown }) => rule.shortDescription)).toEqual([
      { text: 'One disk.' },
    ]);
    expect(both.results.at(-1)).toMatchObject({
      kind: 'pass',
      message: { text: 'Passed in audit mode: Seven disks.' },
    });
    const markOf = (results: readonly { partialFingerprints: Record<string, string> }[]) =>
      results.flatMap(({ partialFingerprints }) => Object.values(partialFingerprints ?? {}).slice(0, 1));
    const [denial, told] = markOf(both.results);
    const alone = await run({ checks: [ENFORCED, TRIED], findings: [TOLD] });
    expect(denial).not.toBe(told);
    expect(markOf(alone.results)).toEqual([told]);
  });
});
