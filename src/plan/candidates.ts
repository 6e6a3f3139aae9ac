import type { Finding } from '../diagnostics/index.ts';
import { describeSource, describeVote, listValues } from '../facts/describe-vote.ts';
import { keySpec, provenanceOf, rank, type Value } from '../facts/index.ts';
import { type Ballot, compareVotes, concerns, isProposed, type Slot, satisfies } from './ballots.ts';
import { diagnostics } from './diagnostics.ts';
import { lacksDriver, type ProvenDrivers, undriven as withoutDriver } from './drivers.ts';
import { heldByLocks, overruledRules } from './locks.ts';
import { byVote, type Removal } from './removal.ts';

/** One slot with the values that are left for it and everybody who spoke about it. */
export interface Candidates {
  readonly slot: Slot;
  readonly ballots: readonly Ballot[];
  /** In the order they would be tried; empty when everything was removed or nobody proposed anything. */
  readonly values: readonly Value[];
  /** Whether the slot needs a value; what was only recommended may stay undecided. */
  readonly mandatory: boolean;
  readonly removed: ReadonlyMap<Value, Removal>;
  /** Constraints that a flag or a policy `set` overrode. */
  readonly overridden: ReadonlySet<Ballot>;
  /** Flags and sets that another one overruled. */
  readonly overruled: ReadonlyMap<Ballot, Removal>;
  readonly findings: readonly Finding[];
}

interface Setter {
  readonly ballot: Ballot | undefined;
  readonly overruled: ReadonlyMap<Ballot, Removal>;
  readonly findings: readonly Finding[];
}

const sets = (ballot: Ballot) => ballot.vote.origin === 'policy-set' || ballot.vote.origin === 'flag';

/** Rule 3: who may force a value on this slot. A policy `set` ranks above flags, and a locked rule shuts them out. */
function findSetter(slot: Slot, ballots: readonly Ballot[]): Setter {
  const overruled = new Map<Ballot, Removal>();
  const findings: Finding[] = [];
  // a locked rule keeps out the flags that would weaken it, not those that agree with it
  const lockAgainst = (value: Value) => ballots.find((ballot) => ballot.vote.locked && !satisfies(ballot, value));
  let setter: Ballot | undefined;
  for (const ballot of ballots.filter((one) => sets(one) && one.dropped === null)) {
    const isFlag = ballot.vote.origin === 'flag';
    const value = ballot.vote.values[0] as Value;
    const by = isFlag ? (setter?.vote.origin === 'policy-set' ? setter : lockAgainst(value)) : undefined;
    if (by === undefined && setter === undefined) {
      setter = ballot;
      continue;
    }
    const winner = by ?? setter;
    const same = winner !== undefined && satisfies(winner, value);
    if (winner === undefined || same) continue;
    if (by !== undefined) overruled.set(ballot, byVote('outranked', by.vote));
    else overruled.set(ballot, byVote('weaker', winner.vote));
    if (by !== undefined) {
      findings.push(
        diagnostics['flag-overruled']({ key: slot.path, value, by: describeSource(by.vote) }, [
          provenanceOf(ballot.vote),
          provenanceOf(by.vote),
        ]),
      );
    }
  }
  return { ballot: setter, overruled, findings };
}

/** What may never be overridden by a set or a flag: a policy's `forbid`. */
const absolute = (ballot: Ballot) => ballot.vote.origin === 'policy-prefer' && ballot.strength === 'forbidden';

function overriding(slot: Slot, setter: Ballot, value: Value, constraint: Ballot): Finding {
  const args = { key: slot.path, value, setter: describeSource(setter.vote) };
  const at = [provenanceOf(setter.vote), provenanceOf(constraint.vote)];
  if (constraint.vote.origin === 'content') {
    const finding = diagnostics['overrides-proof'](
      {
        ...args,
        proof: `${slot.key} ${constraint.strength === 'forbidden' ? 'not ' : ''}${listValues(constraint.vote.values)}`,
      },
      at,
    );
    return setter.vote.origin === 'flag' ? { ...finding, severity: 'warning' } : finding;
  }
  return diagnostics['overrides-requirement']({ ...args, requirement: describeVote(constraint.vote) }, at);
}

/** A bound that the value breaks although it may. */
function outside(slot: Slot, value: Value, bound: Ballot, winner: Ballot | undefined): Finding {
  return diagnostics['outside-bounds'](
    {
      key: slot.path,
      value,
      relation: bound.strength === 'minimum' ? 'below' : 'above',
      bound: bound.vote.values[0] as Value,
      who: describeSource(bound.vote),
    },
    [provenanceOf(bound.vote), ...(winner === undefined ? [] : [provenanceOf(winner.vote)])],
  );
}

/** Warnings about soft bounds that the chosen value breaks. */
export function softBoundFindings(candidates: Candidates, value: Value): Finding[] {
  const winner = candidates.ballots.find(
    (ballot) => ballot.dropped === null && !isBound(ballot) && satisfies(ballot, value),
  );
  return candidates.ballots
    .filter((ballot) => ballot.soft && ballot.dropped === null && isBound(ballot) && !satisfies(ballot, value))
    .map((ballot) => outside(candidates.slot, value, ballot, winner));
}

export const isBound = (ballot: Ballot) => ballot.strength === 'minimum' || ballot.strength === 'maximum';
const isConstraint = (ballot: Ballot) =>
  ballot.dropped === null && (ballot.strength === 'required' || ballot.strength === 'forbidden' || isBound(ballot));

function removalBy({ strength, vote }: Ballot): Removal {
  if (strength === 'forbidden') return byVote('forbidden', vote);
  if (strength === 'required') return { ...byVote('weaker', vote), requiredAt: rank(vote.origin) };
  return byVote('out-of-bounds', vote);
}

/** Rules 2 and 3 of contract section 4, as far as they concern one slot alone. */
export function findCandidates(
  slot: Slot,
  all: readonly Ballot[],
  bootDisks: readonly string[],
  drivers: ProvenDrivers | null,
): Candidates {
  const undriven = (value: Value) => lacksDriver(slot.key, slot.subject, value, bootDisks, drivers);
  const concerned = all.filter((ballot) => concerns(ballot.vote, slot));
  const ballots = heldByLocks(concerned).toSorted((a, b) => compareVotes(a.vote, b.vote));
  const { ballot: setter, overruled, findings: setterFindings } = findSetter(slot, ballots);
  const findings = [...overruledRules(slot.path, ballots), ...setterFindings];
  const removed = new Map<Value, Removal>();
  const overridden = new Set<Ballot>();
  const constraints = ballots.filter((ballot) => isConstraint(ballot) && !sets(ballot));

  if (setter !== undefined) {
    const value = setter.vote.values[0] as Value;
    for (const constraint of constraints) {
      if (satisfies(constraint, value)) continue;
      if (absolute(constraint)) {
        removed.set(value, removalBy(constraint));
      } else {
        overridden.add(constraint);
        if (!constraint.soft) findings.push(overriding(slot, setter, value, constraint));
      }
    }
    if (drivers !== null && undriven(value)) {
      findings.push(
        diagnostics['no-driver']({ key: slot.path, value, os: drivers.os }, [
          { origin: setter.vote.origin, uri: setter.vote.uri, pointer: setter.vote.pointer },
        ]),
      );
    }
    return {
      slot,
      ballots,
      values: removed.has(value) ? [] : [value],
      mandatory: true,
      removed,
      overridden,
      overruled,
      findings,
    };
  }

  const bestRank = new Map<Value, number>();
  const propose = (value: Value, from: Ballot) => {
    bestRank.set(value, Math.min(bestRank.get(value) ?? Number.POSITIVE_INFINITY, rank(from.vote.origin)));
  };
  const live = ballots.filter((ballot) => ballot.dropped === null && !overruled.has(ballot));
  for (const ballot of live) if (isProposed(ballot)) for (const v of ballot.vote.values) propose(v, ballot);
  for (const ballot of live) if (ballot.strength === 'required') for (const v of ballot.vote.values) propose(v, ballot);
  // a bound is itself the last resort of a numeric key: the minimum before the maximum
  for (const strength of ['minimum', 'maximum'] as const)
    for (const ballot of live) if (ballot.strength === strength) propose(ballot.vote.values[0] as Value, ballot);

  const values: Value[] = [];
  for (const [value, proposedAt] of bestRank) {
    const removal = constraints.find(
      (constraint) => !satisfies(constraint, value) && !(constraint.soft && rank(constraint.vote.origin) >= proposedAt),
    );
    if (removal !== undefined) removed.set(value, removalBy(removal));
    else if (drivers !== null && undriven(value))
      removed.set(value, withoutDriver(slot.key, slot.subject, value, drivers));
    else values.push(value);
  }
  const mandatory = live.some((ballot) => ballot.strength === 'required' || ballot.vote.origin === 'default');
  return { slot, ballots, values, mandatory, removed, overridden, overruled, findings };
}

/** Everybody who limits this slot, strongest first: its part in a conflict. */
export function sidesOf(candidates: Candidates): Ballot[] {
  const live = candidates.ballots.filter(
    (ballot) => ballot.dropped === null && !candidates.overridden.has(ballot) && !candidates.overruled.has(ballot),
  );
  const constraining = live.filter((ballot) => isConstraint(ballot) && !ballot.soft);
  return constraining.length > 0 ? smallest(constraining, universe(candidates)) : live;
}

/** Whether somebody forces the value of this slot. */
export function isSet(candidates: Candidates): boolean {
  return candidates.ballots.some(
    (ballot) => sets(ballot) && ballot.dropped === null && !candidates.overruled.has(ballot),
  );
}

/** Every value anybody named and, where the vocabulary is closed, the rest of it. */
export function universe({ ballots, slot }: Candidates): readonly Value[] {
  const named = ballots.flatMap(({ vote, strength }) => (strength === 'forbidden' ? [] : vote.values));
  const spec = keySpec(slot.key);
  const rest: readonly Value[] = spec.type === 'enum' ? spec.values : spec.type === 'boolean' ? [false, true] : [];
  return [...new Set([...named, ...rest])];
}

/** Of those who conflict with others than themselves; a bound that takes away nothing more has no part in that. */
function withoutIdleBounds(constraining: readonly Ballot[], values: readonly Value[]): Ballot[] {
  const left = (ballots: readonly Ballot[]) =>
    values.filter((value) => ballots.every((ballot) => satisfies(ballot, value))).length;
  let needed = [...constraining];
  for (const bound of constraining.filter(isBound).toReversed()) {
    const fewer = needed.filter((other) => other !== bound);
    if (fewer.length > 0 && left(fewer) === left(needed)) needed = fewer;
  }
  return needed;
}

/** Leaves out who has no part in the conflict: without them there is still no value that fits the others. */
function smallest(constraining: readonly Ballot[], values: readonly Value[]): Ballot[] {
  const leavesNothing = (ballots: readonly Ballot[]) =>
    !values.some((value) => ballots.every((ballot) => satisfies(ballot, value)));
  if (!leavesNothing(constraining)) return withoutIdleBounds(constraining, values);
  let needed = [...constraining];
  for (const ballot of constraining) {
    const fewer = needed.filter((other) => other !== ballot);
    if (leavesNothing(fewer)) needed = fewer;
  }
  return needed;
}
