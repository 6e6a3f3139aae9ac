import type { Value } from '../facts/index.ts';
import type { Constraint } from './constraint.ts';

/** Values per slot in the order they are tried; undefined among them means that the slot may stay undecided. */
export type Domains = ReadonlyMap<string, readonly (Value | undefined)[]>;
export type Assignment = ReadonlyMap<string, Value | undefined>;

/**
 * Finds one value per slot so that every constraint holds: backtracking with conflict-directed backjumping, so slots
 * that have no part in a conflict are not tried again. Slots without candidates stay undecided and count as
 * undefined. Returns undefined when there is no solution.
 */
export function solve(domains: Domains, constraints: readonly Constraint[]): Assignment | undefined {
  const order = [...domains.keys()].filter((slot) => (domains.get(slot)?.length ?? 0) > 0);
  const position = new Map(order.map((slot, index) => [slot, index]));
  // a constraint is checked as soon as the last of its slots has a value
  const checks: Constraint[][] = order.map(() => []);
  const assigned = new Map<string, Value | undefined>();
  const holds = (constraint: Constraint) => constraint.holds(...constraint.slots.map((slot) => assigned.get(slot)));
  for (const constraint of constraints) {
    const last = Math.max(...constraint.slots.map((slot) => position.get(slot) ?? -1));
    if (last >= 0) checks[last]?.push(constraint);
  }

  const descend = (depth: number): true | Set<string> => {
    const slot = order[depth];
    if (slot === undefined) return true;
    const blame = new Set<string>();
    for (const value of domains.get(slot) ?? []) {
      assigned.set(slot, value);
      const broken = checks[depth]?.find((constraint) => !holds(constraint));
      if (broken !== undefined) {
        for (const other of broken.slots) if (other !== slot && position.has(other)) blame.add(other);
        continue;
      }
      const below = descend(depth + 1);
      if (below === true) return true;
      if (!below.has(slot)) {
        assigned.delete(slot);
        return below;
      }
      below.delete(slot);
      for (const other of below) blame.add(other);
    }
    assigned.delete(slot);
    return blame;
  };
  return descend(0) === true ? assigned : undefined;
}

/** A conflict reduced to what is needed for it: dropping any one slot or constraint would resolve it. */
export interface Conflict {
  readonly slots: readonly string[];
  readonly constraints: readonly Constraint[];
}

/** Call only when `solve` finds nothing. */
export function explainConflict(domains: Domains, constraints: readonly Constraint[]): Conflict {
  let needed = [...constraints];
  for (const constraint of constraints) {
    const fewer = needed.filter((other) => other !== constraint);
    if (solve(domains, fewer) === undefined) needed = fewer;
  }
  const slots = new Set(needed.flatMap((constraint) => constraint.slots));
  return { slots: [...domains.keys()].filter((slot) => slots.has(slot)), constraints: needed };
}
