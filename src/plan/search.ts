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
  const failing = new Set<Constraint>();
  for (const part of parts(domains, constraints)) {
    if (solve(part.domains, part.constraints) === undefined) for (const one of part.constraints) failing.add(one);
  }
  let needed = constraints.filter((constraint) => failing.has(constraint));
  const local = restricted(domains, slotsIn(needed));
  for (const constraint of needed) {
    const fewer = needed.filter((other) => other !== constraint);
    if (solve(local, fewer) === undefined) needed = fewer;
  }
  const slots = slotsIn(needed);
  return { slots: [...domains.keys()].filter((slot) => slots.has(slot)), constraints: needed };
}

/** A problem, or what of it can be solved without looking at the rest. */
export interface Part {
  readonly domains: Domains;
  readonly constraints: readonly Constraint[];
}

/**
 * What hangs together with some slots: the constraints on them, those on the open slots of these, and so on. A slot with
 * one candidate passes nothing on, because it has that value whatever happens elsewhere.
 */
export function partAround(from: readonly string[], { domains, constraints }: Part): Part {
  return partsOf({ domains, constraints })(from);
}

function partsOf({ domains, constraints }: Part): (from: readonly string[]) => Part {
  const bySlot = new Map<string, Constraint[]>();
  for (const constraint of constraints) {
    for (const slot of constraint.slots) {
      const found = bySlot.get(slot);
      if (found === undefined) bySlot.set(slot, [constraint]);
      else found.push(constraint);
    }
  }
  return (from) => {
    const slots = new Set(from);
    const taken = new Set<Constraint>();
    // a set grows while it is walked through
    for (const slot of slots) {
      for (const constraint of bySlot.get(slot) ?? []) {
        taken.add(constraint);
        for (const other of constraint.slots) if ((domains.get(other)?.length ?? 0) > 1) slots.add(other);
      }
    }
    const within = constraints.filter((constraint) => taken.has(constraint));
    return { domains: restricted(domains, new Set([...from, ...slotsIn(within)])), constraints: within };
  };
}

/** The parts of a problem: it has a solution when each of them has. */
function* parts(domains: Domains, constraints: readonly Constraint[]): Generator<Part> {
  const around = partsOf({ domains, constraints });
  const seen = new Set<string>();
  for (const [slot, values] of domains) {
    if (values.length < 2 || seen.has(slot)) continue;
    const part = around([slot]);
    for (const other of part.domains.keys()) seen.add(other);
    yield part;
  }
  const open = (slot: string) => (domains.get(slot)?.length ?? 0) > 1;
  const closed = constraints.filter(({ slots }) => !slots.some(open));
  yield { domains: restricted(domains, slotsIn(closed)), constraints: closed };
}

function slotsIn(constraints: readonly Constraint[]): ReadonlySet<string> {
  return new Set(constraints.flatMap(({ slots }) => slots));
}

function restricted(domains: Domains, slots: ReadonlySet<string>): Domains {
  return new Map([...domains].filter(([slot]) => slots.has(slot)));
}
