import type { Finding } from '../diagnostics/index.ts';
import { describeAt, describeSource, describeVote } from '../facts/describe-vote.ts';
import { type Decision, keyPath, provenanceOf, type Value, type Winner } from '../facts/index.ts';
import { type Ballot, satisfies } from './ballots.ts';
import { type Candidates, isBound } from './candidates.ts';
import { diagnostics } from './diagnostics.ts';
import { byVote, type Removal, witnessOf } from './removal.ts';

/**
 * Locked recommendations that do not hold. `decisions` are those on all keys so far: where a value cannot go with that
 * of another key, who decided that one is named as well. That a rank above a `default` says something is what a
 * `default` is for, and nothing is lost by it.
 */
export function lostLocks(
  candidates: Candidates,
  value: Value | undefined,
  refused: ReadonlyMap<Value, Removal> | undefined,
  decisions: readonly Decision[],
): Finding[] {
  const { slot, ballots, removed, mandatory } = candidates;
  // an error tells of a key that needs a value and has none
  if (value === undefined && mandatory) return [];
  return ballots.flatMap((ballot) => {
    const { vote } = ballot;
    if (!vote.locked || ballot.strength !== 'recommended') return [];
    if (value !== undefined && satisfies(ballot, value)) return [];
    const stopped = vote.values.map((wanted) => removed.get(wanted) ?? refused?.get(wanted));
    const loss = ballot.dropped ?? stopped.find((removal) => removal !== undefined) ?? byLock(candidates, value);
    if (loss === undefined || loss.obstacle === null) return [];
    const deciders = decidersOf(loss, decisions);
    const who = deciders.map(
      ({ path, decided, winner }) => `${path} is ${decided} because of ${describeSource(winner)}`,
    );
    const args = {
      key: slot.path,
      value: value ?? 'undecided',
      wish: describeVote(vote),
      obstacle: [describeAt(loss.obstacle.reason, loss.obstacle), ...who].join('; '),
    };
    const others = deciders.map(({ winner: { origin, uri, pointer } }) => ({ origin, uri, pointer }));
    return [diagnostics['locked-lost'](args, [provenanceOf(vote), witnessOf(loss.obstacle), ...others])];
  });
}

/** Another locked rule that comes before it prefers something else. */
function byLock({ ballots }: Candidates, value: Value | undefined): Removal | undefined {
  const won = (ballot: Ballot) =>
    ballot.dropped === null && !isBound(ballot) && value !== undefined && satisfies(ballot, value);
  const winner = ballots.find(won);
  return winner?.vote.locked === true ? byVote('outranked', winner.vote) : undefined;
}

interface Decider {
  readonly path: string;
  readonly decided: Value;
  readonly winner: Winner;
}

function decidersOf({ given = [] }: Removal, decisions: readonly Decision[]): readonly Decider[] {
  return decisions.flatMap(({ key, subject, value, winner }) => {
    const path = keyPath(key, subject);
    const somebody = winner !== null && winner.origin !== 'default' && value !== null && given.includes(path);
    return somebody ? [{ path, decided: value, winner }] : [];
  });
}
