import type { Finding, Provenance } from '../diagnostics/index.ts';
import { describeAt, describeDemand, describeSource, listValues } from '../facts/describe-vote.ts';
import { type Decision, keySpec, provenanceOf, type Value, type Vote } from '../facts/index.ts';
import { type Ballot, isProposed } from './ballots.ts';
import { type Candidates, sidesOf, universe } from './candidates.ts';
import type { Constraint } from './constraint.ts';
import { diagnostics } from './diagnostics.ts';
import { reasonsAmong, witnessOf } from './removal.ts';
import { type Domains, solve } from './search.ts';

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

/** Flags that would make it fit, found by trying them; else the rules that would have to change. */
function settlement(
  sides: readonly Candidates[],
  settled: readonly Decision[],
  domains: Domains,
  constraints: readonly Constraint[],
): string {
  const flags: string[] = [];
  // ways out that leave the guest without a driver are told only where there is no other
  const risky: string[] = [];
  for (const side of sides) {
    const banned = (value: Value, origin: string | null) =>
      side.ballots.some(
        ({ vote }) =>
          vote.strength === 'forbidden' && (origin === null || vote.origin === origin) && vote.values.includes(value),
      );
    if (side.ballots.some(({ vote }) => vote.origin === 'policy-set' || vote.locked)) continue;
    const fits = (value: Value) =>
      !banned(value, 'policy-prefer') &&
      solve(new Map(domains).set(side.slot.path, [value]), constraints) !== undefined;
    // what the sides themselves ask for comes first, one way out for each of them
    const asked = sidesOf(side).flatMap(({ vote, strength }) =>
      strength === 'forbidden' ? [] : vote.values.slice(0, 1),
    );
    const wanted = [...new Set(asked)].filter(fits);
    const other = universe(side).toSorted((a, b) => Number(banned(a, null)) - Number(banned(b, null)));
    const chosen = wanted.length > 0 ? wanted : other.filter(fits).slice(0, 1);
    for (const value of chosen) {
      const undriven = side.removed.get(value)?.why === 'no-driver';
      (undriven ? risky : flags).push(`--set ${side.slot.path}=${value}`);
    }
  }
  for (const decision of settled) {
    const spec = keySpec(decision.key);
    if (spec.type !== 'enum' || decision.winner?.origin === 'policy-set') continue;
    const fits = spec.values.find(
      (value) => solve(new Map(domains).set(decision.key, [value]), constraints) !== undefined,
    );
    if (fits !== undefined) flags.push(`--set ${decision.key}=${fits}`);
  }
  if (flags.length === 0) flags.push(...risky);
  const rules = new Set(
    sides.flatMap((side) => sidesOf(side).flatMap(({ vote }) => (vote.rule === null ? [] : [vote.rule]))),
  );
  const ways = [
    ...(flags.length > 0 ? [`settle it with ${flags.join(' or ')}`] : []),
    ...(rules.size > 0 ? [`change the policy rule ${[...rules].join(' or ')}`] : []),
  ];
  if (ways.length === 0) ways.push('no single flag settles it: change the image, the policy or the host');
  const text = ways.join(', or ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
