import type { RuleCheck } from '../../facts/index.ts';
import { raiserAmong } from '../raiser.ts';
import { standing } from '../standing.ts';
import type { Numbered } from './finding-list.ts';
import { type Child, html, type Markup } from './markup.ts';
import { type Chapter, chip, code, placeText } from './parts.ts';
import { table } from './table.ts';

const WORDS: { readonly [outcome in RuleCheck['outcome']]: readonly [word: string, look: string] } = {
  failed: ['failed', 'error'],
  error: ['error', 'error'],
  passed: ['passed', 'good'],
  applied: ['applied', 'accent'],
  'not-applied': ['not applied', 'quiet'],
  skipped: ['skipped', 'quiet'],
};

export const rowId = (index: number): string => `rule-${index + 1}`;

export function rulesChapter(checks: readonly RuleCheck[], findings: Iterable<Numbered>): Chapter | null {
  if (checks.length === 0) return null;
  const raiser = raiserAmong(checks);
  const first = new Map<RuleCheck | undefined, Numbered>();
  for (const entry of findings) {
    const check = raiser(entry.finding);
    if (!first.has(check)) first.set(check, entry);
  }
  return {
    id: 'rules',
    title: 'Policy',
    total: checks.length,
    lead: counts(checks),
    body: table(
      'Rules in the order they were asked',
      ['Rule', 'Outcome', 'Phase', 'Written in'],
      checks.map((check, index) => ({
        id: rowId(index),
        look: '',
        cells: [name(check), outcome(check, first.get(check)), check.phase, where(check)],
      })),
    ),
  };
}

/** `1 failed, 3 passed`, in the order of the table of words. */
function counts(checks: readonly RuleCheck[]): string {
  return Object.entries(WORDS)
    .map(([key, [word]]) => [checks.filter((check) => check.outcome === key).length, word] as const)
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(', ');
}

function name({ rule, title, tags }: RuleCheck): Markup {
  return html`${title === null ? null : html`<span class="title">${title}</span>`}${code(rule)}${tags.map((tag) => html` <span class="tag">${tag}</span>`)}`;
}

function outcome({ outcome: came, audited }: RuleCheck, raised: Numbered | undefined): Markup {
  const [word, look] = WORDS[came];
  const failing = came === 'failed' || came === 'error';
  const first = failing ? raised : undefined;
  // a rule that only warns, is waived or is in audit mode alarms nobody
  const shown = chip(failing && first !== undefined ? standing(first.finding) : look, word);
  return html`${first === undefined ? shown : html`<a href="#${first.id}">${shown}</a>`}${audited ? html` ${chip('audit', 'audit only')}` : null}`;
}

function where({ uri, pointer, docs }: RuleCheck): Markup {
  return html`${code(placeText(uri, pointer) ?? '')}${docs === null ? null : html`<span class="docs">${link(docs)}</span>`}`;
}

/** Only the web can be linked to: a policy of somebody else must not put a script behind a click. */
function link(address: string): Child {
  if (!/^https?:\/\/[^\s]+$/i.test(address)) return code(address);
  return html`<a href="${address}" rel="noopener noreferrer">${address}</a>`;
}
