import { describe, expect, it } from 'vitest';
import type { Partition } from '../../src/facts/index.ts';
import { unreadDisk } from '../../src/facts/index.ts';
import { reporters } from '../../src/report/registry.generated.ts';
import { denied, evidence, finding, rendered } from './documents.ts';
import { sarifErrors } from './judges.ts';

/*
 * Hostile documents raise findings and hold partitions by the ten thousand. What people read is bounded, says so, and
 * its totals stay right.
 */

const MANY = 20_000;
const warnings = Array.from({ length: MANY }, (_, index) =>
  finding({ code: 'ovf/unknown', severity: 'warning', exit: 1, args: { name: `thing${index}` } }),
);
/** The one that counts stands last. */
const found = [...warnings, finding({ args: { name: 'base.qcow2' }, exit: 1 })];
const LEFT = 'and 15,001 more findings; the JSON report has them all';

const partition = (index: number): Partition => ({
  index,
  table: 'gpt',
  typeId: '0fc63daf-8483-4772-8e79-3d69d8477de4',
  typeName: 'Linux',
  role: 'linux-data',
  name: `p${index}`,
  start: index * 4 * 2 ** 20,
  size: 2 ** 20 * (index === 3000 ? 3 : 1),
  active: false,
  filesystem: null,
});

describe('twenty thousand findings', () => {
  it.each(reporters.filter(({ id }) => id !== 'json').map(({ id }) => id))('in %s', async (id) => {
    const text = await rendered(id, { findings: found });
    expect(text.length).toBeLessThan(id === 'sarif' ? 12_000_000 : 4_000_000);
    expect(text).toContain('base.qcow2');
    expect(text).not.toContain(`thing${MANY - 1}`);
  });

  it.each([
    ['text', LEFT],
    ['text', 'Verdict: denied (1 error, 20000 warnings)'],
    ['markdown', '1 error, 20000 warnings'],
    ['junit', LEFT],
    ['html', '1 error, 20000 warnings'],
    ['html', '20000 times'],
    ['html', `${LEFT}.`],
  ])('%s says "%s"', async (id, words) => {
    expect(await rendered(id, { findings: found })).toContain(words);
  });

  it('markdown counts what it leaves out', async () => {
    const text = await rendered('markdown', { findings: found });
    const left = Number(/\*(\d+) findings left out/.exec(text)?.[1]);
    expect(left + (text.match(/ovf\/unknown/g) ?? []).length).toBe(MANY);
  });

  it('sarif says so in a notification, and stays valid', async () => {
    const text = await rendered('sarif', { findings: found });
    expect(sarifErrors(text)).toEqual([]);
    const [run] = JSON.parse(text).runs;
    expect(run.results).toHaveLength(5_000);
    expect(run.results.filter(({ level }: { level: string }) => level === 'error')).toHaveLength(1);
    expect(run.properties.findings).toBe(MANY + 1);
    expect(run.invocations[0].toolExecutionNotifications[0].message.text).toContain('15,001 more findings');
  });

  it('junit fails the case of those that are left out where one of them fails', async () => {
    const errors = warnings.map((one) => ({ ...one, severity: 'error' as const, at: [] }));
    const xml = await rendered('junit', { findings: errors });
    expect(xml).toContain('failures="5001"');
    expect(xml).toMatch(/<testcase name="and 15,000 more findings[^>]*>\s*<failure/);
  });

  it('of one rule are one case with the first of them', async () => {
    const raised = Array.from({ length: MANY }, () => denied('site.a'));
    const xml = await rendered('junit', { findings: raised });
    expect(xml.length).toBeLessThan(50_000);
    expect(xml).toContain('and 19,900 more findings');
  });

  it('json has them all', async () => {
    const { findings } = JSON.parse(await rendered('json', { findings: found }));
    expect(findings).toHaveLength(MANY + 1);
  });
});

it('four thousand partitions of a disk: as many as can be seen, the largest drawn', async () => {
  const partitions = Array.from({ length: 4096 }, (_, index) => partition(index + 1));
  const disk = unreadDisk({
    id: 'disk0',
    uri: '/srv/d.raw',
    path: '/srv/d.raw',
    format: 'raw',
    virtualSize: 2 ** 40,
    fileSize: 2 ** 40,
    partitions,
  });
  const page = await rendered('html', { evidence: evidence({ disks: [disk] }) });
  expect(page.length).toBeLessThan(500_000);
  // every second row is a gap; one lies before the first partition
  expect(page).toContain('and 7,937 more rows');
  expect(page).toContain('the 3968 smallest partitions not drawn');
  expect(page).toContain('<title>3000: Linux, 3 MiB</title>');
  expect(page).toContain('4096 partitions; a table lists them');
});
