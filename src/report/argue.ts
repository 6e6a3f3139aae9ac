import { type Decision, keyPath, type Loser, type Winner } from '../facts/index.ts';
import { printable } from './words.ts';

/** `hints, required (disk.qcow2 header-extension+0x70/hardware/machine)`. */
export function sourceOf(vote: Winner): string {
  const place = [vote.uri, vote.pointer].filter((part) => part !== null).join(' ');
  const rule = vote.rule === null ? '' : ` rule ${vote.rule}`;
  const strength =
    vote.origin === 'default' || vote.origin === 'flag' || vote.origin === 'policy-set' ? '' : `, ${vote.strength}`;
  return printable(`${vote.origin}${strength}${rule}${place === '' ? '' : ` (${place})`}`);
}

const REASON: { readonly [why in Loser['why']]: string } = {
  weaker: 'weaker',
  outranked: 'outranked',
  forbidden: 'forbidden',
  'out-of-bounds': 'out of bounds',
  'host-cannot': 'the host cannot',
  incompatible: 'incompatible',
  'no-driver': 'no driver proven',
  untrusted: 'untrusted',
};

/** `i440fx: outranked (hints, recommended ...)`. */
export function whyLost(loser: Loser): string {
  const preposition = loser.why === 'no-driver' ? 'for' : 'by';
  const by = loser.by === null ? '' : ` ${preposition} ${loser.by}`;
  return printable(`${loser.value}: ${REASON[loser.why]}${by}; wanted by ${sourceOf(loser)}`);
}

/** One decision as a person would argue it: the value, who asked for it, who agreed, and what lost to what. */
export function argueDecision(decision: Decision): string {
  const path = keyPath(decision.key, decision.subject);
  const value = decision.value === null ? 'undecided' : printable(String(decision.value));
  const bounds = [
    ...(decision.minimum === undefined ? [] : [`at least ${decision.minimum}`]),
    ...(decision.maximum === undefined ? [] : [`at most ${decision.maximum}`]),
  ];
  return [
    `${path} is ${value}${bounds.length === 0 ? '' : ` (${bounds.join(', ')})`}`,
    ...(decision.winner === null ? [] : [`  because of ${sourceOf(decision.winner)}`]),
    ...decision.agreed.map((vote) => `  agreed: ${sourceOf(vote)}`),
    ...decision.lost.map((loser) => `  lost: ${whyLost(loser)}`),
    '',
  ].join('\n');
}
