import type { ReportDocument, TargetOutcome } from '../../facts/index.ts';
import { counted } from '../quantities.ts';
import { html, type Markup } from './markup.ts';
import { type Chapter, chip, code, more } from './parts.ts';
import { table } from './table.ts';

const LOOKS: { readonly [outcome in TargetOutcome['outcome']]: string } = {
  kept: 'good',
  changed: 'accent',
  dropped: 'warning',
  inexpressible: 'warning',
};

export function targetsChapter(targets: ReportDocument['targets']): Chapter | null {
  const names = Object.entries(targets);
  if (names.length === 0) return null;
  return {
    id: 'targets',
    title: 'Targets',
    total: names.length,
    lead: 'What of the decisions each target can say, and what is lost on the way.',
    body: html`${names.map(([name, outcomes]) => targetCard(name, outcomes))}`,
  };
}

function targetCard(name: string, outcomes: readonly TargetOutcome[]): Markup {
  const lost = outcomes.filter(({ outcome }) => outcome !== 'kept');
  const kept = outcomes.filter(({ outcome }) => outcome === 'kept');
  return html`
<article class="card" data-group><h3 data-heading>${name}</h3>
<p class="summary">${lost.length === 0 ? 'Nothing is lost.' : `${counted(lost.length, 'value')} not kept as decided.`}</p>
${lost.length === 0 ? null : outcomeTable(`Not kept as decided in ${name}`, lost)}
${kept.length === 0 ? null : more(`${counted(kept.length, 'value')} kept`, outcomeTable(`Kept in ${name}`, kept), true)}</article>`;
}

function outcomeTable(caption: string, outcomes: readonly TargetOutcome[]): Markup {
  return table(
    caption,
    ['Key', 'Outcome', 'Note'],
    outcomes.map(({ key, outcome, note }) => ({
      id: null,
      look: '',
      cells: [code(key), chip(LOOKS[outcome], outcome), note],
    })),
  );
}
