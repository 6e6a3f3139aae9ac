import fc from 'fast-check';
import { XmlDocument, type XmlElement } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { junitXml } from '../../src/report/junit-xml.ts';
import { check, denied, evidence, finding, rendered, WAIVER } from './documents.ts';
import { hostile, NASTY } from './hostile.ts';

interface Seen {
  readonly suite: string;
  readonly name: string;
  readonly outcome: string;
  /** The attribute and the text of the element that says the outcome, or of `system-out`. */
  readonly said: string;
}

/** The cases of a document, as a parser we did not write sees them. */
function casesIn(xml: string): readonly Seen[] {
  using document = XmlDocument.fromString(xml);
  return document.find('/testsuites/testsuite/testcase').map((node) => {
    const test = node as XmlElement;
    const [told] = test.find('*') as XmlElement[];
    return {
      suite: (test.parent as XmlElement).attr('name')?.value ?? '',
      name: test.attr('name')?.value ?? '',
      outcome: told?.name ?? '',
      said: [told?.attr('message')?.value ?? '', told?.content ?? ''].join('\n').trim(),
    };
  });
}

const cases = async (told: Parameters<typeof rendered>[1]) => casesIn(await rendered('junit', told));

describe('JUnit cases', () => {
  it('are sources, rules of the policy and other findings, each finding once', async () => {
    const found = await cases({
      checks: [check('a'), check('b', { outcome: 'failed' })],
      findings: [denied('b'), finding({ code: 'plan/unresolved', exit: 4, at: [] }), finding()],
    });
    expect(found.map(({ suite, name, outcome }) => [suite, name, outcome])).toEqual([
      ['sources', 'web.qcow2', 'error'],
      ['policy', 'a: About a', 'system-out'],
      ['policy', 'b: About b', 'failure'],
      ['findings', 'plan/unresolved', 'failure'],
    ]);
    expect(found[0]?.said).toContain('The disk needs base.qcow2');
    expect(found[2]?.said).toMatch(
      /^too large\nerror \[policy\/denied\]\ntoo large\nAsk ops\.\nat site\.yaml:12:5\nrule b/,
    );
  });

  it.each([
    ['passed', 'system-out', ''],
    ['applied', 'system-out', 'it applied and voted'],
    ['not-applied', 'system-out', 'did not vote'],
    ['skipped', 'skipped', 'it was not asked'],
    ['error', 'error', 'could not be evaluated'],
  ] as const)('of a rule that is %s are %s', async (outcome, element, words) => {
    const found = await cases({ checks: [check('a', { outcome })] });
    expect(found[1]).toMatchObject({ name: 'a: About a', outcome: element });
    expect(found[1]?.said).toContain(words);
  });

  it.each([
    ['a warning passes', denied('a', { severity: 'warning' }), false, 'system-out', 'warning [policy/denied]'],
    ['a warning that denies fails', denied('a', { severity: 'warning' }), true, 'failure', 'too large'],
    ['a waived error is skipped', denied('a', { waiver: WAIVER }), false, 'skipped', 'waived until 2027-02-01'],
    ['an error in audit mode is skipped', denied('a', { audited: true }), false, 'skipped', 'audit mode: too large'],
    ['a note passes', denied('a', { severity: 'info' }), false, 'system-out', 'info [policy/denied]'],
  ])('%s', async (_title, raised, strict, element, words) => {
    const found = await cases({ checks: [check('a', { outcome: 'failed' })], findings: [raised], strict });
    expect(found[1]?.outcome).toBe(element);
    expect(found[1]?.said).toContain(words);
  });

  it('tell who waived what, until when and where', async () => {
    const found = await cases({ findings: [finding({ waiver: WAIVER })] });
    expect(found[0]).toMatchObject({ suite: 'sources', outcome: 'skipped' });
    expect(found[0]?.said).toContain(
      'by ops@example.org (OPS-123): the tenant moves off it in spring\nin waivers.yaml:3:5',
    );
  });

  it('take the worst of several findings', async () => {
    const raised = [
      denied('a', { waiver: WAIVER }),
      denied('a', { audited: true }),
      denied('a', { severity: 'warning' }),
    ];
    expect((await cases({ findings: raised })).at(-1)?.outcome).toBe('system-out');
    expect((await cases({ findings: [...raised, denied('a')] })).at(-1)?.outcome).toBe('failure');
  });

  it('are an error where a rule could not be evaluated, whatever it said of that', async () => {
    const failed = denied('a', { code: 'policy/condition-failed' });
    const found = await cases({ checks: [check('a', { outcome: 'error' })], findings: [failed] });
    expect(found[1]?.outcome).toBe('error');
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['two of one name', ['/a/d.raw', '/b/d.raw'], ['d.raw', 'd.raw (2)']],
    [
      'one that has the number in its name',
      ['/a/d.raw', '/b/d.raw', '/c/d.raw (2)'],
      ['d.raw', 'd.raw (3)', 'd.raw (2)'],
    ],
    ['two such', ['/a/d (2)', '/a/d', '/b/d', '/b/d (2)'], ['d (2)', 'd', 'd (3)', 'd (2) (2)']],
    ['an escape and what it stands for', ['/a/d\n', '/a/d\\x0a'], ['d\\x0a', 'd\\x0a (2)']],
  ])('of disks have names of their own: %s', async (_, uris, names) => {
    const sources = uris.map((uri) => ({ uri, format: 'raw', size: 1, bytesRead: 1, digest: null }));
    const found = await cases({ evidence: evidence({ sources }) });
    expect(found.map(({ name }) => name)).toEqual(names);
  });

  it('hold what is inside a bundle against the bundle', async () => {
    const sources = [{ uri: '/a/x.ova', format: 'tar', size: 1, bytesRead: 1, digest: null }];
    const raised = finding({ at: [{ origin: 'descriptor', uri: '/a/x.ova!m.mf', pointer: '2' }] });
    const found = await cases({ evidence: evidence({ sources }), findings: [raised] });
    expect(found).toMatchObject([{ suite: 'sources', name: 'x.ova', outcome: 'error' }]);
  });

  it('hold a file that is not there against its name', async () => {
    const sources = [{ uri: '/a/x.raw', format: null, size: null, bytesRead: 0, digest: null }];
    const missing = finding({ at: [], args: { name: '/a/x.raw' } });
    const skipped = [{ suite: 'sources', name: 'x.raw', outcome: 'skipped', said: 'not understood' }];
    expect(await cases({ evidence: evidence({ sources }), findings: [missing] })).toMatchObject([{ outcome: 'error' }]);
    expect(await cases({ evidence: evidence({ sources }) })).toEqual(skipped);
  });

  it('tell a rule that the policy does not list', async () => {
    expect(await cases({ findings: [denied('ghost')] })).toMatchObject([{}, { name: 'ghost', outcome: 'failure' }]);
  });

  it('never share their two names', async () => {
    const lost = finding({ code: 'plan/unresolved', exit: 4, at: [] });
    const found = await cases({ findings: [lost, lost, lost] });
    expect(found.slice(1).map(({ name }) => name)).toEqual([
      'plan/unresolved',
      'plan/unresolved (2)',
      'plan/unresolved (3)',
    ]);
  });

  it.each([
    ['allowed', {}, 0],
    ['denied', { findings: [denied('a')] }, 1],
    ['denied by warnings', { findings: [finding({ severity: 'warning' })], strict: true }, 1],
    ['unreadable', { findings: [finding()] }, 1],
    ['waived', { findings: [denied('a', { waiver: WAIVER })] }, 0],
    ['audited', { findings: [denied('a', { audited: true })] }, 0],
    ['warned', { findings: [finding({ severity: 'warning' })] }, 0],
  ] as const)('fail where the verdict does: %s', async (_title, told, failing) => {
    const found = await cases(told);
    expect(found.filter(({ outcome }) => outcome === 'failure' || outcome === 'error')).toHaveLength(failing);
  });
});

/** A report in which every word that can come from outside is `text`. */
const hostileReport = (text: string) =>
  rendered('junit', {
    evidence: evidence({
      machine: { name: text, labels: {} },
      sources: [{ uri: text, format: text, size: 1, bytesRead: 1, digest: text }],
    }),
    findings: [
      finding({ args: { name: text }, at: [{ origin: 'content', uri: text, pointer: text }] }),
      denied(text, { waiver: { ...WAIVER, reason: text, owner: text, ticket: text, uri: text, pointer: text } }),
      denied('a rule of its own', { audited: true, args: { message: text, remedy: text } }),
      finding({ code: 'x/y', exit: 4, args: { name: text }, at: [] }),
    ],
    checks: [check(text, { title: text, docs: text, uri: text, pointer: text })],
  });

describe('hostile words in JUnit XML', () => {
  it.each(NASTY.map((text) => [text]))('%j', async (text) => {
    expect(casesIn(await hostileReport(text))).toHaveLength(4);
  });

  it('end in the same cases, in well-formed XML', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const found = casesIn(await hostileReport(text));
        expect(found.map(({ suite, outcome }) => [suite, outcome])).toEqual([
          ['sources', 'error'],
          ['policy', 'skipped'],
          ['policy', 'skipped'],
          ['findings', 'failure'],
        ]);
      }),
    );
  });

  it('come back as they were written', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'grapheme-ascii' }), fc.constantFrom('&amp;', '&copy;', '&#64;', ']]>')),
        (text) => {
          const test = { name: text, classname: 'c', outcome: 'failed', message: text, details: text } as const;
          const [seen] = casesIn(junitXml('n', [{ name: 's', cases: [test] }]));
          expect(seen?.name).toBe(text);
          expect(seen?.said).toBe(`${text}\n${text}`.trim());
        },
      ),
    );
  });
});

describe('the writer', () => {
  it('counts, links files and leaves passed cases without words empty', () => {
    const plain = { classname: 'c', message: '', details: '' };
    const xml = junitXml('all', [
      {
        name: 's',
        cases: [
          { ...plain, name: 'a', outcome: 'passed', file: 'x.test.yaml', line: 3 },
          { ...plain, name: 'b', outcome: 'skipped', message: 'why' },
          { ...plain, name: 'c', outcome: 'error', message: 'm', details: 'one\ntwo' },
        ],
      },
    ]);
    expect(xml).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="all" tests="3" failures="0" errors="1">
        <testsuite name="s" tests="3" failures="0" errors="1" skipped="1">
          <testcase name="a" classname="c" file="x.test.yaml" line="3"/>
          <testcase name="b" classname="c">
            <skipped>why</skipped>
          </testcase>
          <testcase name="c" classname="c">
            <error message="m">one
      two</error>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });
});
