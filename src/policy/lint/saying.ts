import type { KeySpec, Value } from '../../facts/index.ts';
import type { Effect, EffectiveRule } from '../policy.ts';

/** A rule with what reasoning about its condition gave. */
export interface JudgedRule {
  readonly rule: EffectiveRule;
  /** Its place in the order of the policy; of two that say different things the higher one wins. */
  readonly order: number;
  /** It applies to every image, every target, and counts. */
  readonly always: boolean;
  /** The condition in one spelling; empty without one. */
  readonly condition: string;
}

/** One thing that one rule says. */
export interface Saying {
  readonly judged: JudgedRule;
  readonly effect: Effect;
}

/** Whether what `wide` says is also said to every device that `narrow` speaks of. */
export function covers(wide: Effect, narrow: Effect): boolean {
  return wide.key === narrow.key && (wide.subject === null || wide.subject === narrow.subject);
}

export const bySet = ({ origin }: Effect): boolean => origin === 'policy-set';

/** All values of a key with a short list of them; undefined for numbers and free text. */
export function closedValues(spec: KeySpec): readonly Value[] | undefined {
  if (spec.type === 'boolean') return [true, false];
  return spec.type === 'enum' ? spec.values : undefined;
}

export function placeOf({ judged: { rule }, effect }: Saying): string {
  return `${rule.uri}:${effect.pointer}`;
}

export const sameFile = (a: Saying, b: Saying): boolean => a.judged.rule.uri === b.judged.rule.uri;
