import type { Finding } from '../diagnostics/index.ts';
import { describeAsked } from '../facts/describe-vote.ts';
import { type Key, keySpec, placeInPolicy, provenanceOf, type Value } from '../facts/index.ts';
import { type Ballot, compareVotes, satisfies } from './ballots.ts';
import { diagnostics } from './diagnostics.ts';
import { byVote, nameOf, type Removal, witnessOf } from './removal.ts';

/** A rule of the policy says nothing against a locked one that comes before it, whatever it says. */
export function heldByLocks(ballots: readonly Ballot[]): readonly Ballot[] {
  return keptFromUndoing(keptFromProposing(ballots));
}

/** What sets or recommends, and is not locked, gives way to every lock: in the order of votes it comes after them all. */
function keptFromProposing(ballots: readonly Ballot[]): readonly Ballot[] {
  const locks = ballots.filter(({ vote }) => vote.locked);
  return ballots.map((ballot) => {
    const { vote } = ballot;
    const proposes = ballot.strength === 'recommended' || vote.origin === 'policy-set';
    if (!proposes || vote.rule === null || ballot.dropped !== null) return ballot;
    // a later choice counts too: what else is said of the first may bring it to the fore
    const agrees = (other: Ballot) => vote.values.every((value) => satisfies(other, value));
    const lock = locks.find((other) => other.vote.order < vote.order && !agrees(other));
    return lock === undefined ? ballot : { ...ballot, dropped: byVote('outranked', lock.vote) };
  });
}

/** What requires, forbids or bounds gives way where it would leave nothing of what a lock before it says. */
function keptFromUndoing(ballots: readonly Ballot[]): readonly Ballot[] {
  const locks = ballots.filter(({ vote, dropped }) => vote.locked && dropped === null);
  if (locks.length === 0) return ballots;
  const dropped = new Map<Ballot, Removal>();
  const kept: Ballot[] = [];
  // as they stand in the policy: several may together leave nothing, and then it is the last that does not count
  for (const ballot of ballots.filter(constrains).toSorted(byPlace)) {
    const undone = locks.find(
      (lock) => guards(lock, ballot) && leavesValue([lock, ...kept]) && !leavesValue([lock, ...kept, ballot]),
    );
    if (undone === undefined) kept.push(ballot);
    else dropped.set(ballot, byVote('outranked', undone.vote));
  }
  return ballots.map((ballot) => ({ ...ballot, dropped: dropped.get(ballot) ?? ballot.dropped }));
}

const constrains = ({ vote, strength, dropped }: Ballot): boolean =>
  vote.rule !== null && vote.origin !== 'policy-set' && strength !== 'recommended' && dropped === null;

const byPlace = (a: Ballot, b: Ballot): number =>
  placeInPolicy(a.vote) - placeInPolicy(b.vote) || compareVotes(a.vote, b.vote);

/** Of two locked rules that both must hold neither gives way: the plan is unresolved. */
function guards(lock: Ballot, { vote }: Ballot): boolean {
  return placeInPolicy(vote) > placeInPolicy(lock.vote) && (!vote.locked || lock.strength === 'recommended');
}

/** Whether some value of the key is what all of them ask for. */
function leavesValue(ballots: readonly Ballot[]): boolean {
  const values = witnesses(ballots);
  return values === undefined || values.some((value) => ballots.every((ballot) => satisfies(ballot, value)));
}

/** Values among which there is one that all ask for, if there is any; undefined where there always is. */
function witnesses(ballots: readonly Ballot[]): readonly Value[] | undefined {
  const named = ballots.find(({ strength }) => strength === 'required' || strength === 'recommended');
  if (named !== undefined) return named.vote.values;
  const spec = keySpec(ballots[0]?.vote.key as Key);
  if (spec.type === 'enum') return spec.values;
  if (spec.type === 'boolean') return [false, true];
  if (spec.type !== 'integer') return undefined;
  // a range that is not empty has a value beside one of its ends, or beside one that is forbidden
  const near = ballots.flatMap(({ vote }) =>
    vote.values.flatMap((value) => [-1, 0, 1].map((by) => Number(value) + by)),
  );
  return [spec.min, spec.max, ...near.filter((value) => value >= spec.min && value <= spec.max)];
}

/** Told of a `set`, a `require`, a `forbid` and a `limit`, whose authors expect them to hold. */
export function overruledRules(key: string, ballots: readonly Ballot[]): Finding[] {
  return ballots.flatMap((ballot) => {
    const { vote, dropped } = ballot;
    if (vote.rule === null || ballot.strength === 'recommended' || dropped === null) return [];
    const { obstacle } = dropped;
    const by = obstacle === null ? '' : nameOf(obstacle);
    const at = [provenanceOf(vote), ...(obstacle === null ? [] : [witnessOf(obstacle)])];
    const { rule } = vote;
    return vote.origin === 'policy-set'
      ? [diagnostics['set-overruled']({ key, value: vote.values[0] as Value, rule, by }, at)]
      : [diagnostics['constraint-overruled']({ demand: describeAsked(vote, key), rule, by }, at)];
  });
}
