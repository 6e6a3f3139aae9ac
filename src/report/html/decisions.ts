import { type Decision, type Evidence, keyPath, type Loser, type Winner } from '../../facts/index.ts';
import { boundsOf, lostTo } from '../argue.ts';
import { counted } from '../quantities.ts';
import { proofId } from './disks.ts';
import { html, type Markup } from './markup.ts';
import { type Chapter, code, decisionId, placeText, voice } from './parts.ts';
import { table } from './table.ts';

type ProofOf = (vote: Winner) => string | null;

export function decisionsChapter(decisions: readonly Decision[], evidence: Evidence): Chapter | null {
  if (decisions.length === 0) return null;
  const proofOf = proofs(evidence);
  return {
    id: 'decisions',
    title: 'Decisions',
    total: decisions.length,
    lead: 'Every value, who decided it, and every vote on it. Nothing that lost is left out.',
    body: table(
      'All decided values',
      ['Key', 'Value', 'Why'],
      decisions.map((decision) => ({
        id: decisionId(decision),
        look: decision.value === null ? 'undecided' : '',
        cells: [code(keyPath(decision.key, decision.subject)), decided(decision), why(decision, proofOf)],
      })),
    ),
  };
}

/** Which proof on the page stands behind a vote of the content. */
function proofs({ disks }: Evidence): ProofOf {
  const known = new Map(
    disks.flatMap((disk) =>
      disk.proofs.map(({ pointer }, index) => [`${disk.uri} ${pointer}`, proofId(disk, index)] as const),
    ),
  );
  return (vote) => (vote.origin === 'content' ? (known.get(`${vote.uri} ${vote.pointer}`) ?? null) : null);
}

function decided(decision: Decision): Markup {
  const bounds = boundsOf(decision);
  return html`<span class="value">${decision.value === null ? 'undecided' : String(decision.value)}</span>${bounds === null ? null : html`<span class="bounds">${bounds}</span>`}`;
}

function why(decision: Decision, proofOf: ProofOf): Markup {
  const { winner, agreed, lost } = decision;
  const votes = [
    ...(agreed.length === 0 ? [] : [`${agreed.length} agreed`]),
    ...(lost.length === 0 ? [] : [`${lost.length} lost`]),
  ];
  const said = html`${winner === null ? 'nobody' : voice(winner)}${votes.length === 0 ? null : html` <span class="votes">${votes.join(', ')}</span>`}`;
  const place = winner === null ? null : placeOf(winner, proofOf);
  if (votes.length === 0 && place === null) return html`<span class="alone">${said}</span>`;
  return html`<details><summary>${said}</summary><div class="more">
${place === null ? null : html`<p class="from">Decided ${place}</p>`}
${agreed.length === 0 ? null : html`<p class="heading">Agreed</p><ul class="agreed">${agreed.map((vote) => html`<li>${voice(vote)} ${placeOf(vote, proofOf)}</li>`)}</ul>`}
${lost.length === 0 ? null : html`<p class="heading">${counted(lost.length, 'vote')} lost</p><ul class="lost">${lost.map((loser) => lostVote(loser, proofOf))}</ul>`}
</div></details>`;
}

function placeOf(vote: Winner, proofOf: ProofOf): Markup | null {
  const place = placeText(vote.uri, vote.pointer);
  const proof = proofOf(vote);
  if (place === null) return null;
  return html`<span class="place">in ${code(place)}${proof === null ? null : html` (<a href="#${proof}">the bytes</a>)`}</span>`;
}

function lostVote(loser: Loser, proofOf: ProofOf): Markup {
  return html`<li><del>${String(loser.value)}</del> <span class="reason">${lostTo(loser)}</span><span class="wanted">wanted by ${voice(loser)} ${placeOf(loser, proofOf)}</span></li>`;
}
