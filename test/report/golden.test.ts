import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTerminal, type Terminal } from '../cli/terminal.ts';
import { check, decision, denied, evidence, finding, rendered, WAIVER } from './documents.ts';
import { sarifErrors } from './judges.ts';

/** Formats and how the files are called that show them. */
const FORMATS = [
  ['markdown', 'md'],
  ['sarif', 'sarif'],
  ['junit', 'xml'],
] as const;

let terminal: Terminal;
beforeAll(async () => {
  terminal = await openTerminal();
});
afterAll(() => terminal.close());

/** The command lines behind the golden files. */
const cases: readonly { readonly name: string; readonly exit: number; readonly line: readonly string[] }[] = [
  { name: 'allowed', exit: 0, line: ['hinted.qcow2', '--policy', 'site.yaml', '--emit', 'openstack'] },
  {
    name: 'allowed-verbose',
    exit: 0,
    line: ['disk.qcow2', '--os', 'debian12', '--policy', 'preset:strict', '--verbose'],
  },
  { name: 'denied-by-policy', exit: 1, line: ['disk.qcow2', '--os', 'winxp', '--policy', 'site.yaml'] },
  { name: 'denied-by-strict', exit: 1, line: ['disk.qcow2', '--strict'] },
  { name: 'unresolved', exit: 4, line: ['hinted.qcow2', 'bios.qcow2'] },
  { name: 'unreadable', exit: 3, line: ['overlay.qcow2', 'cut.qcow2'] },
  { name: 'corrupt-bundle', exit: 3, line: ['corrupt.ova', '--verify', 'listed'] },
  { name: 'missing', exit: 3, line: ['nowhere.qcow2'] },
  { name: 'hostile', exit: 0, line: ['hostile.qcow2'] },
];

describe.each(FORMATS)('the %s report of a command line', (format, ending) => {
  it.each(cases)('$name', async ({ name, exit, line }) => {
    const screen = await terminal.run([...line, '--dry-run', '--report', format]);
    expect(screen.exit).toBe(exit);
    if (format === 'sarif') expect(sarifErrors(screen.stdout.replaceAll('<dir>', '/dir'))).toEqual([]);
    await expect(screen.stdout).toMatchFileSnapshot(`../golden/reports/${name}.${ending}`);
  });
});

/** What a policy with waivers and rules in audit mode leads to. */
const EXCEPTIONS = {
  evidence: evidence({
    sources: [
      {
        uri: '/srv/images/web.qcow2',
        format: 'qcow2',
        size: 4096,
        bytesRead: 4096,
        digest: `sha256:${'5'.repeat(64)}`,
      },
    ],
  }),
  findings: [
    finding({ waiver: WAIVER }),
    denied('site.size', { waiver: { ...WAIVER, ticket: null } }),
    denied('site.digest', {
      audited: true,
      args: { message: 'no digest of web.qcow2 is known', remedy: 'Publish one.' },
    }),
    denied('site.owner', { severity: 'warning', args: { message: 'nobody owns it', remedy: 'Set a label.' } }),
  ],
  checks: [
    check('site.size', { outcome: 'failed' }),
    check('site.digest', { outcome: 'failed', audited: true, docs: 'https://example.org/digest' }),
    check('site.owner', { outcome: 'failed', title: null, tags: ['ownership'] }),
    check('site.format'),
    check('site.openstack', { outcome: 'skipped' }),
    check('site.q35', { outcome: 'not-applied', phase: 'vote' }),
  ],
  decisions: [decision()],
};

/** Words that try to be markup, to ping people and to break lines, wherever an image has a say. */
const HOSTILE = (() => {
  const name = 'x | `y`](https://evil.example) @team #1 <b>&copy;\n/close ]]> {0}\u202e\ud800';
  const uri = `/srv/${name}.qcow2`;
  return {
    evidence: evidence({
      machine: { name, labels: {} },
      sources: [{ uri, format: 'qcow2', size: 1, bytesRead: 1, digest: null }],
    }),
    findings: [finding({ args: { name }, at: [{ origin: 'content', uri, pointer: 'header+0x8' }] })],
    decisions: [decision({ value: name })],
    outcomes: [{ key: 'os', outcome: 'dropped' as const, note: `there is no ${name}` }],
    checks: [check('site.title', { title: name })],
  };
})();

describe.each(FORMATS)('the %s report', (format, ending) => {
  it.each([
    ['waived-and-audited', EXCEPTIONS],
    ['hostile-names', HOSTILE],
  ])('%s', async (name, told) => {
    await expect(await rendered(format, told)).toMatchFileSnapshot(`../golden/reports/${name}.${ending}`);
  });
});
