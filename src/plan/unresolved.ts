import type { Finding, Provenance } from '../diagnostics/index.ts';
import { describeVote } from '../facts/describe-vote.ts';
import { type Decision, keySpec, type Value } from '../facts/index.ts';
import { type Candidates, sidesOf, universe } from './candidates.ts';
import type { Constraint } from './constraint.ts';
import { diagnostics } from './diagnostics.ts';
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
  const ballots = sides.flatMap(sidesOf);
  const described = [
    ...ballots.map((ballot) => describeVote(ballot.vote)),
    ...settled.map((decision) => `${decision.key} is ${decision.value} (${decision.winner?.origin ?? 'default'})`),
    ...driverSides(sides),
    ...constraints.map((constraint) => `${constraint.id}: ${constraint.reason}`),
  ];
  const at: Provenance[] = [
    ...ballots.map(({ vote }) => ({ origin: vote.origin, uri: vote.uri, pointer: vote.pointer })),
    ...constraints.map((constraint) => ({
      origin: constraint.why === 'host-cannot' ? ('host' as const) : ('compatibility' as const),
      uri: constraint.why === 'host-cannot' ? constraint.id : null,
      pointer: constraint.why === 'host-cannot' ? null : constraint.id,
    })),
  ];
  const keys = [...settled.map((decision) => decision.key), ...sides.map((side) => side.slot.path)];
  return diagnostics.unresolved(
    {
      keys: keys.join(' and '),
      sides: [...new Set(described)].join('; '),
      settle: settlement(sides, settled, domains, allConstraints),
    },
    at,
  );
}

function driverSides(sides: readonly Candidates[]): string[] {
  return sides.flatMap((side) =>
    [...side.removed]
      .filter(([, removal]) => removal.why === 'no-driver')
      .map(([value, removal]) => `${side.slot.path} ${value}: ${removal.obstacle?.reason ?? 'no driver is proven'}`),
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
