import { type Decision, type Loser, rank, type Value, type Winner } from '../facts/index.ts';
import { type Ballot, satisfies } from './ballots.ts';
import { type Candidates, isBound } from './candidates.ts';
import { byVote, nameOf, type Removal } from './removal.ts';

function winnerOf(ballot: Ballot): Winner {
  const { origin, strength: said, values, uri, pointer, rule } = ballot.vote;
  return {
    origin,
    strength: ballot.strength,
    ...(said === ballot.strength ? {} : { said }),
    values,
    uri,
    pointer,
    rule,
  };
}

const BY_RANK: Removal = { why: 'outranked', obstacle: null };

/** Won + agreed + lost accounts for every vote on the slot. Undefined when nobody spoke about it. */
export function record(
  candidates: Candidates,
  value: Value | undefined,
  refused: ReadonlyMap<Value, Removal> | undefined,
): Decision | undefined {
  const { slot, ballots, removed, overridden, overruled } = candidates;
  if (ballots.length === 0) return undefined;
  const live = (ballot: Ballot) => ballot.dropped === null && !overridden.has(ballot) && !overruled.has(ballot);
  const supports = (ballot: Ballot) =>
    live(ballot) &&
    value !== undefined &&
    ballot.strength !== 'forbidden' &&
    ballot.vote.origin !== 'source-hardware' &&
    ballot.vote.values.includes(value);
  const winning = ballots.find((ballot) => supports(ballot) && !isBound(ballot)) ?? ballots.find(supports);
  const agreed: Winner[] = [];
  const lost: Loser[] = [];
  const lose = (ballot: Ballot, losing: Value, { why, obstacle }: Removal) => {
    const by = obstacle === null ? null : nameOf(obstacle);
    lost.push({ value: losing, ...winnerOf(ballot), why, by, removedBy: obstacle });
  };
  const blocked = (losing: Value) => {
    const known = removed.get(losing) ?? refused?.get(losing);
    return known !== undefined && known.requiredAt === undefined;
  };

  for (const ballot of ballots) {
    const first = ballot.vote.values[0] as Value;
    const out = ballot.dropped ?? overruled.get(ballot);
    if (out !== undefined && out !== null) {
      for (const losing of ballot.vote.values) lose(ballot, losing, out);
    } else if (value === undefined && ballot.strength === 'forbidden') {
      agreed.push(winnerOf(ballot));
    } else if (value === undefined) {
      for (const losing of ballot.vote.values)
        lose(ballot, losing, removed.get(losing) ?? refused?.get(losing) ?? { why: 'incompatible', obstacle: null });
    } else if (overridden.has(ballot) || (ballot.strength !== 'recommended' && !satisfies(ballot, value))) {
      const losing = ballot.strength === 'forbidden' ? value : first;
      lose(ballot, losing, winning === undefined ? BY_RANK : byVote('outranked', winning.vote));
    } else {
      if (ballot !== winning && satisfies(ballot, value)) agreed.push(winnerOf(ballot));
      if (ballot.strength !== 'recommended') continue;
      // a vote that got its way loses nothing with the choices behind it, but for what could not be had anyway
      const { values } = ballot.vote;
      const got = live(ballot) ? values.indexOf(value) : -1;
      for (const [place, losing] of values.entries())
        if (losing !== value && (got < 0 || place < got || blocked(losing)))
          lose(ballot, losing, reasonFor(ballot, losing, winning, removed, refused));
    }
  }
  // a soft bound that the value breaks does not hold
  const holds = (ballot: Ballot) => !ballot.soft || (value !== undefined && satisfies(ballot, value));
  const bounds = ballots.filter((ballot) => live(ballot) && isBound(ballot) && holds(ballot));
  const numbers = (strength: 'minimum' | 'maximum') =>
    bounds.filter((ballot) => ballot.strength === strength).map((ballot) => Number(ballot.vote.values[0]));
  const minimums = numbers('minimum');
  const maximums = numbers('maximum');
  return {
    key: slot.key,
    subject: slot.subject,
    value: value ?? null,
    winner: winning === undefined ? null : winnerOf(winning),
    agreed,
    lost,
    ...(minimums.length > 0 ? { minimum: Math.max(...minimums) } : {}),
    ...(maximums.length > 0 ? { maximum: Math.min(...maximums) } : {}),
  };
}

function reasonFor(
  ballot: Ballot,
  value: Value,
  winning: Ballot | undefined,
  removed: ReadonlyMap<Value, Removal>,
  refused: ReadonlyMap<Value, Removal> | undefined,
): Removal {
  const known = removed.get(value) ?? refused?.get(value);
  if (known !== undefined && known.requiredAt === undefined) return known;
  const strongest = known?.requiredAt ?? (winning === undefined ? Number.POSITIVE_INFINITY : rank(winning.vote.origin));
  return { why: strongest < rank(ballot.vote.origin) ? 'outranked' : 'weaker', obstacle: known?.obstacle ?? null };
}
