import type { Decision, Evidence, Loser, Proof, Winner } from '../facts/index.ts';
import { printable } from './words.ts';
import { wrap } from './wrap.ts';

/** `hints, required (disk.qcow2 header-extension+0x70/hardware/machine)`. */
export function sourceOf(vote: Winner): string {
  const place = [vote.uri, vote.pointer].filter((part) => part !== null).join(' ');
  const rule = vote.rule === null ? '' : ` rule ${vote.rule}`;
  const strength =
    vote.origin === 'default' || vote.origin === 'flag' || vote.origin === 'policy-set' ? '' : `, ${vote.strength}`;
  return printable(`${vote.origin}${strength}${rule}${place === '' ? '' : ` (${place})`}`);
}

export const REASON: { readonly [why in Loser['why']]: string } = {
  weaker: 'weaker',
  outranked: 'outranked',
  forbidden: 'forbidden',
  'out-of-bounds': 'out of bounds',
  'host-cannot': 'the host cannot',
  incompatible: 'incompatible',
  'no-driver': 'no driver proven',
  untrusted: 'untrusted',
};

/** `outranked by the hint document`: by the name of what stopped it, or by its reason where a name says nothing. */
export function lostTo({ why, by, removedBy }: Loser): string {
  if (removedBy === null || by === null) return REASON[why];
  if (removedBy.kind === 'compatibility' || removedBy.kind === 'host') return `${REASON[why]}, ${removedBy.reason}`;
  return `${REASON[why]} ${why === 'no-driver' ? 'for' : 'by'} ${by}`;
}

/** `i440fx: outranked by the flag (--set); wanted by hints, recommended (...)`. */
export function whyLost(loser: Loser): string {
  return `${printable(String(loser.value))}: ${reasonOfLoss(loser)}`;
}

/** The same without the value. */
export function reasonOfLoss(loser: Loser): string {
  return printable(`${lostTo(loser)}; wanted by ${sourceOf(loser)}`);
}

/** The votes against a decision that a reader without time should see: not what stands for "nobody asked". */
export function notableLosers({ lost }: Decision): readonly Loser[] {
  return lost.filter((loser) => loser.origin !== 'default');
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
        ...wrap(`proof ${disk.id} ${proof.pointer}: ${printable(proof.what)}`, 2, 2),
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
