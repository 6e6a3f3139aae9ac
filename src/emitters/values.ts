import type { Key, Plan, TargetOutcome, Value } from '../facts/index.ts';
import { keyPath, parseKeyPath } from '../facts/index.ts';

function read(plan: Plan, key: Key, subject: string | null): Value | undefined {
  return plan.values[keyPath(key, subject)];
}

/** A decided value that is text; undefined when nobody decided the key. */
export function textOf(plan: Plan, key: Key, subject: string | null = null): string | undefined {
  const value = read(plan, key, subject);
  return typeof value === 'string' ? value : undefined;
}

export function flagOf(plan: Plan, key: Key, subject: string | null = null): boolean | undefined {
  const value = read(plan, key, subject);
  return typeof value === 'boolean' ? value : undefined;
}

export function numberOf(plan: Plan, key: Key, subject: string | null = null): number | undefined {
  const value = read(plan, key, subject);
  return typeof value === 'number' ? value : undefined;
}

/** How one value fares in one target. */
export type Fate = Pick<TargetOutcome, 'outcome' | 'note'>;

export const kept = (note = ''): Fate => ({ outcome: 'kept', note });
export const changed = (note: string): Fate => ({ outcome: 'changed', note });
export const dropped = (note: string): Fate => ({ outcome: 'dropped', note });
export const inexpressible = (note: string): Fate => ({ outcome: 'inexpressible', note });

/** What a target makes of a key. Typed over every key, so that a new one cannot be forgotten. */
export type Fates = { readonly [K in Key]: (plan: Plan, value: Value, subject: string | null) => Fate };

export function outcomesOf(plan: Plan, fates: Fates): readonly TargetOutcome[] {
  return Object.entries(plan.values).map(([path, value]) => {
    const parsed = parseKeyPath(path);
    const fate =
      parsed === undefined
        ? inexpressible('not a key of the vocabulary')
        : fates[parsed.key](plan, value, parsed.subject);
    return { key: path, ...fate };
  });
}
