import type { FindingDocument } from '../../facts/index.ts';
import { leftOutWords } from '../foremost.ts';
import { counted } from '../quantities.ts';
import type { RenderOptions } from '../reporter.ts';
import type { Standing } from '../standing.ts';
import { placeOf } from '../words.ts';
import { type FindingGroup, groupFindings, type Numbered } from './finding-list.ts';
import { html, type Markup } from './markup.ts';
import { type Chapter, chip, code, facts, more, placeText, prose } from './parts.ts';

/** Of one code, so many are shown at once; a hostile document can raise thousands. */
const SHOWN_AT_ONCE = 8;

const STANDING_WORDS: { readonly [standing in Standing]: string } = {
  error: 'error',
  warning: 'warning',
  waived: 'waived',
  audit: 'audit only',
  info: 'note',
};

/** The row of the rule that raised a finding. */
type RowOf = (finding: FindingDocument) => string | null;

export function findingsChapter(
  findings: readonly Numbered[],
  shown: ReadonlySet<Numbered>,
  rowOf: RowOf,
  { explain }: RenderOptions,
): Chapter {
  return {
    id: 'findings',
    title: 'Findings',
    total: findings.length,
    lead: findings.length === 0 ? 'Nothing was found that somebody should look at.' : null,
    body: html`${groupFindings(findings, shown).map((group) => groupCard(group, rowOf, explain(group.code)))}`,
  };
}

function groupCard(group: FindingGroup, rowOf: RowOf, long: string | null): Markup {
  const { findings, total } = group;
  const unlisted = total - findings.length;
  const [shown, left] = [findings.slice(0, SHOWN_AT_ONCE), findings.slice(SHOWN_AT_ONCE)];
  const remedies = new Set(findings.map(({ finding }) => finding.remedy));
  const [only] = remedies;
  const common = remedies.size === 1 && total > 1 && only !== undefined ? only : null;
  const items = (some: readonly Numbered[]) => some.map((entry) => item(entry, common === null, rowOf));
  return html`
<article class="card finding ${group.standing}" data-group>
<header data-heading>${chip(group.standing, STANDING_WORDS[group.standing])}${group.standing === group.severity ? null : chip('quiet', STANDING_WORDS[group.severity])}<h3>${code(group.code)}${total === 1 ? null : html` <span class="times">${total} times</span>`}</h3>
${common === null ? null : remedy(common)}</header>
${items(shown)}${left.length === 0 ? null : more(`${left.length} more of ${group.code}`, items(left))}${unlisted === 0 ? null : html`<p class="aside" data-heading>${leftOutWords(unlisted)}.</p>`}
${long === null ? null : html`<details class="long" data-heading><summary>What it means</summary><div class="more"><p>${prose(long)}</p></div></details>`}
</article>`;
}

function remedy(text: string): Markup | null {
  return text === '' ? null : html`<p class="remedy"><b>What to do</b> ${text}</p>`;
}

function item({ id, finding }: Numbered, withRemedy: boolean, rowOf: RowOf): Markup {
  const place = placeOf(finding);
  return html`<div class="item" id="${id}" data-item><p class="message">${finding.message}</p>
${withRemedy ? remedy(finding.remedy) : null}${waiver(finding)}${finding.audited ? html`<p class="aside">Raised by a rule in audit mode: told, but it has no say.</p>` : null}
${place === undefined && finding.rule === null ? null : html`<p class="where">${finding.rule === null ? null : ruleLink(finding.rule, rowOf(finding))}${place === undefined ? null : html`<span>at ${code(place)}</span>`}</p>`}</div>`;
}

function ruleLink(rule: string, id: string | null): Markup {
  return html`<span>rule ${id === null ? code(rule) : html`<a href="#${id}">${code(rule)}</a>`}</span>`;
}

function waiver({ waiver: note }: FindingDocument): Markup | null {
  if (note === null) return null;
  return html`<div class="waiver">${facts([
    ['Waived because', note.reason],
    ['By', note.owner],
    ['Until', note.expires],
    ['Ticket', note.ticket],
    ['Written in', code(placeText(note.uri, note.pointer) ?? '')],
  ])}</div>`;
}

/** `1 error, 2 warnings, 1 waived`: what counts first, and zero for the first two. */
export function tally(standings: readonly Standing[]): string {
  const count = (standing: Standing) => standings.filter((each) => each === standing).length;
  const notes = count('info');
  return [
    counted(count('error'), 'error'),
    counted(count('warning'), 'warning'),
    ...(count('waived') === 0 ? [] : [`${count('waived')} waived`]),
    ...(count('audit') === 0 ? [] : [`${count('audit')} in audit mode`]),
    ...(notes === 0 ? [] : [counted(notes, 'note')]),
  ].join(', ');
}
