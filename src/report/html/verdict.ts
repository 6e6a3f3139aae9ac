import type { Verdict } from '../../diagnostics/verdict.ts';
import type { Evidence, ReportDocument } from '../../facts/index.ts';
import { counted } from '../quantities.ts';
import { standing } from '../standing.ts';
import type { Numbered } from './finding-list.ts';
import { tally } from './findings.ts';
import { html, lines, type Markup } from './markup.ts';
import { code } from './parts.ts';

export const VERDICT_WORDS: { readonly [verdict in Verdict]: string } = {
  allowed: 'Allowed',
  denied: 'Denied',
  unresolved: 'Unresolved',
  unreadable: 'Unreadable',
};

const MEANING: { readonly [verdict in Verdict]: string } = {
  allowed: 'Nothing stands in the way of this import',
  denied: 'The import is refused, and no artefact is written',
  unresolved: 'What is required cannot all hold together, so nothing was chosen in silence',
  unreadable: 'Something that had to be read is malformed, missing or unsafe',
};

const MOST_REASONS = 5;

function meaning(verdict: Verdict, findings: readonly Numbered[]): Markup {
  const waived = findings.filter(
    ({ finding }) => standing(finding) === 'waived' && finding.severity === 'error',
  ).length;
  if (verdict !== 'allowed' || waived === 0) return html`${MEANING[verdict]}.`;
  return html`Only because of waivers nothing stands in the way of this import: <a href="#findings">${counted(waived, 'error')}</a> ${waived === 1 ? 'does' : 'do'} not count.`;
}

/** The verdict and what it rests on. */
export function opening(report: ReportDocument, { machine }: Evidence, findings: readonly Numbered[]): Markup {
  const { verdict } = report;
  const standings = findings.map(({ finding }) => standing(finding));
  return html`<section class="verdict ${verdict}" aria-labelledby="verdict">
<p class="name">${machine.name}</p>
<h1 id="verdict"><span class="mark" aria-hidden="true"></span>${VERDICT_WORDS[verdict]}</h1>
<p class="meaning">${meaning(verdict, findings)} ${tally(standings)}.</p>
${verdict === 'allowed' ? null : reasons(findings)}
${labels(machine.labels)}</section>`;
}

/** The errors that led to the verdict; with --strict it may be the warnings. */
function reasons(findings: readonly Numbered[]): Markup {
  const of = (kind: string) => findings.filter(({ finding }) => standing(finding) === kind);
  const errors = of('error');
  const deciding = errors.length > 0 ? errors : of('warning');
  const left = deciding.length - MOST_REASONS;
  return html`${errors.length > 0 ? null : html`<p>Warnings deny, because the run was strict.</p>`}<ul class="reasons">${deciding
    .slice(0, MOST_REASONS)
    .map(({ id, finding }) => html`<li><a href="#${id}">${finding.message}</a> ${code(finding.code)}</li>`)}${
    left > 0 ? html`<li><a href="#findings">and ${left} more</a></li>` : null
  }</ul>`;
}

/** What the image says about itself: never our words. */
function labels(said: Evidence['machine']['labels']): Markup | null {
  const entries = Object.entries(said);
  if (entries.length === 0) return null;
  return html`<dl class="labels" data-item>${entries.map(([name, text]) => html`<div><dt>${name}, as the source says</dt><dd>${lines(text)}</dd></div>`)}</dl>`;
}
