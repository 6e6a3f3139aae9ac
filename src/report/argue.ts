import { type Decision, type Evidence, keyPath, type Loser, type Proof, type Winner } from '../facts/index.ts';
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

/** `outranked by the hint document`, not yet made printable. */
export function lostTo({ why, by }: Loser): string {
  const preposition = why === 'no-driver' ? 'for' : 'by';
  return by === null ? REASON[why] : `${REASON[why]} ${preposition} ${by}`;
}

/** `i440fx: outranked by ...; wanted by hints, recommended ...`. */
export function whyLost(loser: Loser): string {
  return `${printable(String(loser.value))}: ${reasonOfLoss(loser)}`;
}

/** The same without the value. */
export function reasonOfLoss(loser: Loser): string {
  return printable(`${lostTo(loser)}; wanted by ${sourceOf(loser)}`);
}

/** The votes against a decision that a reader without time should see: not what stands for "nobody asked". */
export function notableLosers({ winner, lost }: Decision): readonly Loser[] {
  // the other values of the winner's own list lost to its first choice, as they should
  const own = (loser: Loser) => loser.pointer === winner?.pointer && loser.uri === winner.uri;
  return lost.filter((loser) => loser.origin !== 'default' && !own(loser));
}

const PER_LINE = 16;

/** `00000000  33 c0 8e d0  |3...|` from the place where the bytes lie. */
export function hexView({ offset, hex }: Proof): string[] {
  const bytes = hex.match(/../g) ?? [];
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += PER_LINE) {
    const row = bytes.slice(at, at + PER_LINE);
    const text = row.map((byte) =>
      /^[2-7]/.test(byte) && byte !== '7f' ? String.fromCharCode(Number.parseInt(byte, 16)) : '.',
    );
    const place = (offset + at).toString(16).padStart(8, '0');
    lines.push(`${place}  ${row.join(' ').padEnd(PER_LINE * 3 - 1)}  |${text.join('')}|`);
  }
  return lines;
}

/** The bytes that prove what the disks' content says about a decision. */
export function proofOf(decision: Decision, evidence: Evidence): string {
  const votes = [decision.winner, ...decision.agreed, ...decision.lost].filter((vote) => vote?.origin === 'content');
  const places = new Set(votes.map((vote) => `${vote?.uri} ${vote?.pointer}`));
  const lines = evidence.disks.flatMap((disk) =>
    disk.proofs
      .filter(({ pointer }) => places.has(`${disk.uri} ${pointer}`))
      .flatMap((proof) => [
        `  proof ${disk.id} ${proof.pointer}: ${printable(proof.what)}`,
        ...hexView(proof).map((line) => `    ${line}`),
      ]),
  );
  return lines.map((line) => `${line}\n`).join('');
}

/** `at least 512, at most 4096`; null without bounds. */
export function boundsOf({ minimum, maximum }: Decision): string | null {
  const bounds = [
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
  ];
  return bounds.length === 0 ? null : bounds.join(', ');
}

/** One decision as a person would argue it: the value, who asked for it, who agreed, and what lost to what. */
export function argueDecision(decision: Decision): string {
  const path = keyPath(decision.key, decision.subject);
  const value = decision.value === null ? 'undecided' : printable(String(decision.value));
  const bounds = boundsOf(decision);
  return [
    `${path} is ${value}${bounds === null ? '' : ` (${bounds})`}`,
    ...(decision.winner === null ? [] : [`  because of ${sourceOf(decision.winner)}`]),
    ...decision.agreed.map((vote) => `  agreed: ${sourceOf(vote)}`),
    ...decision.lost.map((loser) => `  lost: ${whyLost(loser)}`),
    '',
  ].join('\n');
}
