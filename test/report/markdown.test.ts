import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { code, prose } from '../../src/report/markdown/prose.ts';
import { printable } from '../../src/report/words.ts';
import { check, decision, denied, evidence, finding, rendered, WAIVER } from './documents.ts';
import { hostile, NASTY } from './hostile.ts';
import { tokens } from './judges.ts';

/** The HTML that the report itself writes. */
const OURS = new Set(['<br>', '<details>', '</details>', '<summary>', '</summary>']);

/** What is neither our frame nor text: links, images, foreign HTML. */
function foreign(text: string): readonly string[] {
  return tokens(text).flatMap(({ type, content }) => {
    if (type === 'link_open' || type === 'image') return [type];
    if (type !== 'html_inline' && type !== 'html_block') return [];
    return (content.match(/<[^>]*>/g) ?? []).filter((tag) => !OURS.has(tag));
  });
}

/** The words that stand outside code spans. */
function words(text: string): string {
  return tokens(text)
    .filter(({ type }) => type === 'text')
    .map(({ content }) => content)
    .join(' ');
}

describe('a code span', () => {
  it.each([
    ['a', '`a`'],
    ['', '""'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    [' a', '`  a `'],
    ['a|b', '`a\\x7cb`'],
    ['a\nb', '`a\\x0ab`'],
  ])('of %j is %j', (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  it('is one code span with that text, whatever the text, in a paragraph and in a table', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const document of [`x ${code(text)} y`, `| a | b |\n| --- | --- |\n| ${code(text)} | y |\n`]) {
          const spans = tokens(document).filter(({ type }) => type === 'code_inline');
          expect(foreign(document)).toEqual([]);
          if (text === '') return;
          expect(spans.map(({ content }) => content)).toEqual([printable(text).replaceAll('|', '\\x7c')]);
          expect(words(document)).toMatch(/^(x +y|a b y)$/);
        }
      }),
    );
  });
});

describe('prose', () => {
  it.each([
    ['The disk needs base.qcow2, which is not here.', 'The disk needs `base.qcow2`, which is not here.'],
    ['hints (/srv/a.qcow2 header+0x8) say so', 'hints (`/srv/a.qcow2 header+0x8`) say so'],
    ['Settle it with --set firmware=uefi.', 'Settle it with `--set firmware=uefi`.'],
    ['"VM Network" is 12 wide: yes!', '"VM Network" is 12 wide: yes!'],
    ["Debian's e-mail", "Debian's e-mail"],
    ['ping @user about #12', 'ping `@user` about `#12`'],
    ['see deadbeef', 'see `deadbeef`'],
    ['write "a=b" or \'c.d\'', 'write `a=b` or `c.d`'],
    ['a ... b', 'a `...` b'],
  ])('%j is %j', (text, expected) => {
    expect(prose(text)).toBe(expected);
  });

  it('leaves nothing outside code spans but words, small numbers and marks', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const document = `x ${prose(text)} y`;
        expect(foreign(document)).toEqual([]);
        expect(words(document)).toMatch(/^[\p{L}\d\s"'’().,;:!?-]*$/u);
        expect(words(document)).not.toMatch(/[!#@&~%$^*]\w|www\.|:\/\//);
      }),
    );
  });
});

/** A report in which every word that can come from outside is `text`. */
const hostileReport = (text: string) =>
  rendered('markdown', {
    evidence: evidence({
      machine: { name: text, labels: { [text]: text } },
      sources: [{ uri: text, format: text, size: 1, bytesRead: 1, digest: text }],
    }),
    findings: [
      finding({ args: { name: text }, at: [{ origin: 'content', uri: text, pointer: text }] }),
      denied(text, { args: { message: text, remedy: text }, severity: 'warning' }),
      finding({ waiver: { ...WAIVER, reason: text, owner: text, ticket: text, uri: text, pointer: text } }),
      denied('r', { audited: true, args: { message: text, remedy: text } }),
    ],
    decisions: [
      decision({
        value: text,
        winner: { origin: 'hints', strength: 'required', values: [text], uri: text, pointer: text, rule: text },
        lost: [
          {
            value: text,
            values: [text],
            removedBy: { kind: 'hints', id: text, reason: text, uri: text, pointer: text },
            origin: 'hints',
            strength: 'required',
            uri: 'a',
            pointer: text,
            rule: null,
            why: 'outranked',
            by: text,
          },
        ],
      }),
    ],
    outcomes: [{ key: text, outcome: 'dropped', note: text }],
    checks: [check(text, { title: text, uri: text, outcome: 'failed' })],
  });

describe('a Markdown report', () => {
  it.each(NASTY.map((text) => [text]))('makes no link, image or HTML of %j', async (text) => {
    const report = await hostileReport(text);
    expect(foreign(report)).toEqual([]);
  });

  it('has the same frame whatever stands in it', async () => {
    const frame = (report: string) =>
      tokens(report)
        .map(({ type }) => type)
        .filter((type) => !['text', 'code_inline', 'softbreak', 'inline'].includes(type));
    const expected = frame(await hostileReport('word'));
    expect(expected).toContain('table_open');
    await fc.assert(
      // longer ones are another matter: rows of them may be left out
      fc.asyncProperty(
        hostile.filter(({ length }) => length < 600),
        async (text) => {
          const report = await hostileReport(text);
          expect(foreign(report)).toEqual([]);
          expect(frame(report)).toEqual(expected);
          expect(report).not.toMatch(/^\s*\//m);
        },
      ),
    );
  });

  it('fits a comment of GitHub and says what is left out', async () => {
    const findings = Array.from({ length: 3000 }, (_, index) => finding({ args: { name: `base${index}.qcow2` } }));
    const decisions = Array.from({ length: 50 }, () => decision());
    const report = await rendered('markdown', { findings, decisions });
    expect(report.length).toBeLessThanOrEqual(65_000);
    expect(report.length).toBeGreaterThan(60_000);
    expect(/^\*\d{4} findings left out: .*\*$/m.test(report)).toBe(true);
    expect(report.includes('\n*50 decisions left out')).toBe(true);
    expect(foreign(report)).toEqual([]);
    // what was begun is ended
    expect(report.match(/<details>/g)?.length).toBe(report.match(/<\/details>/g)?.length);
  });

  it('stays within the bound when everything in it is as long as can be', async () => {
    const report = await hostileReport('`|'.repeat(5000));
    expect(report.length).toBeLessThanOrEqual(65_000 + 20_000);
  });

  it('tells notes only when asked', async () => {
    const findings = [finding({ severity: 'info', exit: 0, code: 'hints/found' })];
    expect(await rendered('markdown', { findings })).not.toContain('hints/found');
    expect(await rendered('markdown', { findings, options: { verbose: true } })).toContain('hints/found');
  });
});
