import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Evidence, ReportDocument } from '../../../src/facts/index.ts';
import { SCRIPT, SCRIPT_DIGEST, STYLE, STYLE_DIGEST } from '../../../src/report/html/assets.generated.ts';
import { page } from '../../../src/report/html/html.ts';
import { EVIDENCE, FINDINGS, OPTIONS, REPORT } from '../sample.ts';

const render = (report: Partial<ReportDocument> = {}, evidence: Partial<Evidence> = {}) =>
  page.render({ ...REPORT, ...report }, { ...EVIDENCE, ...evidence }, OPTIONS);

/** The page without its style and script, which have files of their own. */
const shown = (text: string) =>
  text
    .replace(STYLE, '...')
    .replace(SCRIPT, '...')
    .replaceAll(STYLE_DIGEST, 'sha256-style')
    .replaceAll(SCRIPT_DIGEST, 'sha256-script');

const nothing: Evidence = {
  ...EVIDENCE,
  machine: { name: 'web', labels: {} },
  sources: [],
  disks: [],
  nics: [],
  votes: [],
};
const bare = { verdict: 'allowed', sources: [], findings: [], decisions: [], checks: [], targets: {} } as const;

describe('the HTML report', () => {
  it.each([
    ['one of everything', 'everything', {}, EVIDENCE],
    ['nothing at all', 'nothing', bare, nothing],
    [
      'an input that could not be read',
      'unreadable',
      { ...bare, verdict: 'unreadable', findings: FINDINGS.slice(0, 2), sources: REPORT.sources.slice(1) },
      nothing,
    ],
  ] as const)('of %s', async (_title, name, report, evidence) => {
    await expect(shown(render(report, evidence))).toMatchFileSnapshot(`../../golden/html/${name}.html`);
  });

  it('is the same text for the same input', () => {
    expect(render()).toBe(render());
  });

  it('names the digests of its style and script in its security policy', () => {
    const digest = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
    expect([STYLE_DIGEST, SCRIPT_DIGEST]).toEqual([digest(STYLE), digest(SCRIPT)]);
    const text = render();
    expect(text).toContain(`script-src '${SCRIPT_DIGEST}'; style-src '${STYLE_DIGEST}'`);
    expect(text).toContain(`<style>${STYLE}</style>`);
    expect(text).toContain(`<script>${SCRIPT}</script>`);
  });

  it('names no address that a browser would load', () => {
    expect(STYLE).not.toMatch(/url\(|@import|@font-face/);
    expect(SCRIPT).not.toMatch(/https?:|fetch\(|XMLHttpRequest|WebSocket|innerHTML/);
    const loading = /<(img|link|iframe|object|embed|video|audio|source|base)\b|\ssrc=|\sstyle=|\son[a-z]+=/;
    expect(shown(render())).not.toMatch(loading);
  });

  it('takes less than 40 KiB before any data', () => {
    expect(Buffer.byteLength(render(bare, nothing))).toBeLessThan(40 * 1024);
  });

  it('shows a few of thousands of findings of one code, says the remedy once, and keeps the rest at hand', () => {
    const [first] = FINDINGS;
    const many = Array.from({ length: 5000 }, (_, index) => ({ ...first, message: `member ${index} is odd` }));
    const text = render({ findings: many as ReportDocument['findings'] });
    expect(text).toContain('5000 times');
    expect(text).toContain('<summary>4992 more of plan/os-unknown</summary>');
    expect(text.match(/Look at it\./g)).toHaveLength(1);
    expect(text).toContain('member 4999 is odd');
    expect(text.length / many.length).toBeLessThan(200);
  });

  it('does not say that nothing stands in the way where errors were waived', () => {
    const [, denied, waived] = FINDINGS;
    if (denied === undefined || waived === undefined) throw new Error('the sample has changed');
    const errors = Array.from({ length: 20 }, () => ({ ...denied, waived: true, waiver: waived.waiver }));
    const text = render({ verdict: 'allowed', findings: errors });
    expect(text).not.toContain('Nothing stands in the way');
    expect(text).toContain(
      'Only because of waivers nothing stands in the way of this import: <a href="#findings">20 errors</a> do not count. 0 errors, 0 warnings, 20 waived.',
    );
    expect(render({ verdict: 'allowed', findings: [waived] })).toContain('Nothing stands in the way of this import.');
  });

  it('says that warnings deny where no error does', () => {
    const strict = render({ findings: FINDINGS.slice(0, 1) });
    expect(strict).toContain('Warnings deny, because the run was strict.');
    expect(render()).not.toContain('Warnings deny');
  });

  it('links only to the web, whatever a policy calls its page', () => {
    const text = render();
    expect(text).toContain('<a href="https://example.org/policy/windows" rel="noopener noreferrer">');
    expect(text).toContain('<code>javascript:alert(1)</code>');
    for (const [, address] of text.matchAll(/href="([^"]*)"/g))
      expect(address).toMatch(/^(#|https:\/\/example\.org\/)/);
  });

  it('links to nothing that is not on the page, and gives no name twice', () => {
    const text = render();
    const names = [...text.matchAll(/\sid="([^"]*)"/g)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
    const linked = [...text.matchAll(/href="#([^"]*)"/g)].map(([, name]) => name);
    expect(linked.length).toBeGreaterThan(3);
    expect(linked.filter((name) => !names.includes(name))).toEqual([]);
  });
});
