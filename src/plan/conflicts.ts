import type { Finding, Origin, Provenance } from '../diagnostics/index.ts';
import { describeAt, describeVote } from '../facts/describe-vote.ts';
import { type Obstacle, provenanceOf, type Value, type Vote } from '../facts/index.ts';
import { type Ballot, satisfies } from './ballots.ts';
import { type Candidates, isBound } from './candidates.ts';
import { diagnostics } from './diagnostics.ts';
import { toldByDisks } from './remarks.ts';
import { byVote, isVoter, type Removal, witnessOf } from './removal.ts';

/**
 * Who says something about this very machine. Knowledge and defaults are for when they say nothing, so it is no
 * conflict that they give way.
 */
const PARTIES: readonly Origin[] = ['policy-prefer', 'hints', 'descriptor', 'content'];

/**
 * Conflicts that were settled, with both sides. What an image requires and does not get is a warning; a
 * recommendation that a constraint of somebody else stopped is a note. Two recommendations that differ are what ranks
 * are for, and no conflict. What a flag or a `set` overrode, bounds and disks have findings of their own.
 */
export function conflicts(
  candidates: Candidates,
  value: Value,
  refused: ReadonlyMap<Value, Removal> | undefined,
): Finding[] {
  const { ballots, overridden, overruled, slot } = candidates;
  const winner = ballots.find(
    (ballot) => ballot.dropped === null && !isBound(ballot) && satisfies(ballot, value) && !overridden.has(ballot),
  );
  // plan/architecture-ignored says it, and what it means
  if (slot.key === 'architecture' && winner?.vote.origin === 'default') return [];
  const stopper = (ballot: Ballot): Removal | undefined =>
    ballot.vote.values
      .map((wanted) => candidates.removed.get(wanted) ?? refused?.get(wanted))
      .find((removal) => removal !== undefined);
  return ballots.flatMap((ballot): Finding[] => {
    const { vote, dropped } = ballot;
    if (!PARTIES.includes(vote.origin) || overridden.has(ballot) || overruled.has(ballot)) return [];
    if (vote.strength === 'minimum' || vote.strength === 'maximum') return [];
    // what locks keep out, and what they lose, has findings of its own
    if (vote.rule !== null && (dropped !== null || (vote.locked && vote.strength === 'recommended'))) return [];
    if (satisfies({ vote, strength: vote.strength }, value) || toldByDisks(candidates, ballot)) return [];
    if (vote.strength !== 'recommended' && !isIgnored(ballot)) {
      const by = ballot.dropped ?? stopper(ballot) ?? (winner === undefined ? null : byVote('outranked', winner.vote));
      return [lost(slot.path, value, ballot, by?.obstacle ?? null)];
    }
    const by = ballot.dropped ?? stopper(ballot);
    if (by?.obstacle === null || by?.obstacle === undefined || !isOtherSide(vote, by.obstacle)) return [];
    const args = {
      key: slot.path,
      value,
      wish: describeVote(vote),
      obstacle: describeAt(by.obstacle.reason, by.obstacle),
    };
    return [diagnostics.conflict(args, [provenanceOf(vote), witnessOf(by.obstacle)])];
  });
}

/** The admin, or a document that is there to correct this one, meant it to count for nothing. */
function isIgnored({ dropped }: Ballot): boolean {
  return dropped?.obstacle?.kind === 'hints' || dropped?.obstacle?.id === 'trust.hints: ignore';
}

function lost(key: string, value: Value, { vote, dropped }: Ballot, obstacle: Obstacle | null): Finding {
  const trust = dropped === null ? ', and the policy lets hints only recommend' : '';
  const because = obstacle === null ? 'a higher rank wants something else' : describeAt(obstacle.reason, obstacle);
  const args = { key, value, requirement: describeVote(vote), obstacle: `${because}${trust}` };
  const other: Provenance = obstacle === null ? { origin: 'policy', uri: null, pointer: null } : witnessOf(obstacle);
  return diagnostics['requirement-lost'](args, [provenanceOf(vote), other]);
}

/** Constraints of another party. What one document or one policy says against itself is its author's business. */
function isOtherSide(vote: Vote, { kind, uri }: Obstacle): boolean {
  if (kind === 'trust') return vote.strength !== 'recommended';
  if (kind === 'host') return true;
  if (!isVoter(kind)) return false;
  if (kind.startsWith('policy') && vote.origin.startsWith('policy')) return false;
  return kind !== vote.origin || uri !== vote.uri;
}
