import { type Key, keyPath, type Plan, type Value } from '../facts/index.ts';

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
