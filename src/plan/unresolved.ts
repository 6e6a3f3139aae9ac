import type { Finding, Provenance } from '../diagnostics/index.ts';
import { describeAt, describeDemand, describeSource, listValues } from '../facts/describe-vote.ts';
import { type Decision, provenanceOf, type Vote } from '../facts/index.ts';
import { type Ballot, isProposed } from './ballots.ts';
import { type Candidates, sidesOf } from './candidates.ts';
import type { Constraint } from './constraint.ts';
import { diagnostics } from './diagnostics.ts';
import { reasonsAmong, witnessOf } from './removal.ts';
import type { Domains } from './search.ts';
import { settlement } from './settlement.ts';

/**
 * The finding for requirements that cannot all hold: it names every side, and the flag or rule that would settle it.
 * `settled` are keys decided earlier that have a part in it.
 */
export function unresolved(
  sides: readonly Candidates[],
  constraints: readonly Constraint[],
  domains: Domains,
  allConstraints: readonly Constraint[],
  settled: readonly Decision[] = [],
): Finding {
  const insisting = sides.filter((side) => sidesOf(side).some(isDemand));
  const forced = settled.filter(({ winner }) => winner !== null && winner.origin !== 'default');
  // where nobody insists on anything, the defaults themselves are the sides
  const open = insisting.length + forced.length > 0 ? insisting : sides;
  const fixed = insisting.length + forced.length > 0 ? forced : settled;
  const keys = [...fixed.map(({ key }) => key), ...open.map(({ slot }) => slot.path)];
  const told: Side[] = [
    ...open.flatMap((side) =>
      voters(side, constraints).map((vote) => voteSide(vote, keys.length > 1 ? side.slot.path : null)),
    ),
    ...fixed.map(settledSide),
    ...driverSides(sides),
    ...reasonsAmong(constraints).map(constraintSide),
  ];
  const given = [
    ...settled.filter((decision) => !fixed.includes(decision)).map(({ key, value }) => `${key} ${value}`),
    ...sides.filter((side) => !open.includes(side)).map(({ slot, values }) => `${slot.path} ${listValues(values)}`),
  ];
  const unique = told.filter((side, index) => told.findIndex(({ text }) => text === side.text) === index);
  const numbered = unique.map(({ text }, index) => `(${index + 1}) ${text}`).join('; ');
  return diagnostics.unresolved(
    {
      keys: keys.join(' and '),
      sides: given.length === 0 ? numbered : `${numbered}; given are ${given.join(', ')}`,
      settle: settlement(sides, settled, domains, allConstraints),
    },
    unique.map(({ at }) => at),
  );
}

interface Side {
  readonly text: string;
  readonly at: Provenance;
}

/** Those who limit the slot; where that is one alone, also those whose values it took away. */
function voters(side: Candidates, constraints: readonly Constraint[]): Vote[] {
  const limiting = sidesOf(side).map(({ vote }) => vote);
  if (limiting.length > 1 || constraints.length > 0) return limiting;
  const proposing = side.ballots.filter((ballot) => ballot.dropped === null && isProposed(ballot));
  return [...new Set([...limiting, ...proposing.map(({ vote }) => vote)])];
}

function voteSide(vote: Vote, key: string | null): Side {
  return { text: describeAt(describeDemand(vote, key), vote), at: provenanceOf(vote) };
}

const isDemand = ({ vote, strength }: Ballot) => strength !== 'recommended' || vote.origin === 'flag';

function settledSide({ key, value, winner }: Decision): Side {
  const { origin, uri, pointer, rule } = winner ?? { origin: 'default', uri: null, pointer: null, rule: null };
  return {
    text: `${key} is ${value}, says ${describeSource({ origin, uri, pointer, rule })}`,
    at: { origin, uri, pointer },
  };
}

function constraintSide({ id, why, reason }: Constraint): Side {
  if (why === 'host-cannot') return { text: `${reason} (${id})`, at: { origin: 'host', uri: id, pointer: null } };
  return { text: `${reason} [${id}]`, at: { origin: 'compatibility', uri: null, pointer: id } };
}

function driverSides(sides: readonly Candidates[]): Side[] {
  return sides.flatMap((side) =>
    [...side.removed.values()].flatMap(({ why, obstacle }) =>
      why === 'no-driver' && obstacle !== null ? [{ text: obstacle.reason, at: witnessOf(obstacle) }] : [],
    ),
  );
}
