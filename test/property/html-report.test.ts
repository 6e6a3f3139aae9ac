import fc from 'fast-check';
import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { expect, it } from 'vitest';
import type { Evidence, ReportDocument } from '../../src/facts/index.ts';
import { SCRIPT, STYLE } from '../../src/report/html/assets.generated.ts';
import { page } from '../../src/report/html/html.ts';
import { EVIDENCE, OPTIONS, REPORT } from '../report/sample.ts';

type Node = DefaultTreeAdapterMap['node'];

interface Seen {
  /** `element attribute`, each once. */
  readonly attributes: Set<string>;
  readonly elements: Set<string>;
  readonly scripts: string[];
  readonly links: string[];
  text: string;
}

/** What an HTML parser makes of a page. */
function look(html: string): Seen {
  const seen: Seen = { attributes: new Set(), elements: new Set(), scripts: [], links: [], text: '' };
  const walk = (node: Node): void => {
    if (node.nodeName === '#comment') seen.elements.add('#comment');
    if ('value' in node) seen.text += node.value;
    if ('tagName' in node) {
      seen.elements.add(node.tagName);
      for (const { name, value } of node.attrs) {
        seen.attributes.add(`${node.tagName} ${name}`);
        if (name === 'href') seen.links.push(value);
      }
      if (node.tagName === 'script' || node.tagName === 'style') {
        const [child] = node.childNodes;
        seen.scripts.push(child !== undefined && 'value' in child ? child.value : '');
      }
    }
    if ('childNodes' in node) node.childNodes.forEach(walk);
  };
  walk(parse(html));
  return seen;
}

/** The vocabulary of the program itself; everything else in a document may come from an input. */
const OURS = new Set([
  'schema',
  'verdict',
  'severity',
  'id',
  'key',
  'subject',
  'origin',
  'strength',
  'why',
  'outcome',
  'phase',
  'role',
  'table',
  'bootCode',
  'hex',
]);

/** The document with other text wherever text can come from an input; names of members too. */
function replaced<T>(value: T, next: () => string, name = ''): T {
  if (typeof value === 'string') return (OURS.has(name) ? value : next()) as T;
  if (Array.isArray(value)) return value.map((item) => replaced(item, next, name)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const foreign = name === 'labels' || name === 'details' || name === 'targets';
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [foreign ? next() : member, replaced(inner, next, member)]),
  ) as T;
}

const FRAGMENTS = [
  '<script>alert(1)</script>',
  '</script>',
  '</style>',
  '</title>',
  '<img src=x onerror=alert(1)>',
  '"',
  "'",
  '" onfocus="alert(1)" autofocus="',
  ' x=y ',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '&lt;b&gt;',
  '&#60;b>',
  '&quot;',
  '<svg/onload=alert(1)>',
  '</svg><math>',
  '<table><td>',
  '</details></table></main>',
  '`',
  '{message}',
  'javascript:alert(1)',
  'https://example.org/"><b>',
  '\n',
  '\r',
  '\0',
  '\u2028',
  '\u202e',
  '\ud800',
  '=',
  '/',
  '>',
  '<',
];
const hostile = fc.oneof(
  fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 5 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

const known = look(page.render(REPORT, EVIDENCE, OPTIONS));

it('no text of an input becomes an element, an attribute, a comment or a script of the page', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 40 }), (texts) => {
      let at = 0;
      const next = () => texts[at++ % texts.length] ?? '';
      const report: ReportDocument = replaced(REPORT, next);
      const evidence: Evidence = replaced(EVIDENCE, next);
      const options = { ...OPTIONS, version: next(), explain: next };
      const seen = look(page.render(report, evidence, options));
      expect([...seen.elements].filter((name) => !known.elements.has(name))).toEqual([]);
      expect([...seen.attributes].filter((name) => !known.attributes.has(name))).toEqual([]);
      expect(seen.scripts).toEqual([STYLE, SCRIPT]);
      for (const address of seen.links) expect(address).toMatch(/^(#[a-z0-9.-]+$|https?:\/\/)/i);
      // nothing invisible is left that could reorder or hide what is read
      expect(seen.text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
  );
});

it('hostile text is shown as it is', () => {
  const machine = { ...EVIDENCE.machine, name: '"><script>alert(1)</script>&amp;\u202e' };
  const { text } = look(page.render(REPORT, { ...EVIDENCE, machine }, OPTIONS));
  expect(text).toContain('"><script>alert(1)</script>&amp;\\u{202e}');
});
