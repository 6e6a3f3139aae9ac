import { holds, keySpec } from '../../facts/index.ts';
import type { Effect } from '../policy.ts';
import { valuesOf } from './nothing-left.ts';
import { bySet, covers, type Saying } from './saying.ts';

/** What is said in vain, or may be, because a locked rule comes before it. */
export interface Held {
  /** Without any effect, with the locked saying that has it so on every image. */
  readonly always: ReadonlyMap<Saying, Saying>;
  /** Without effect on some images at least. */
  readonly sometimes: ReadonlySet<Saying>;
}

/**
 * As the plan has it: what is set, preferred or offered as a default against a lock does not count, nor what a later
 * rule requires, forbids or bounds where that leaves nothing of what the lock says.
 */
export function heldByLocks(sayings: readonly Saying[]): Held {
  const locks = sayings.filter(({ judged: { rule } }) => rule.locked && rule.mode === 'enforce');
  const held = sayings.flatMap((saying) => {
    const against = locks.filter((lock) => opposes(lock, saying));
    const lock = against.find((other) => other.judged.always && covers(other.effect, saying.effect));
    return against.length === 0 ? [] : [{ saying, lock }];
  });
  return {
    always: new Map(held.flatMap(({ saying, lock }) => (lock === undefined ? [] : [[saying, lock] as const]))),
    sometimes: new Set(held.map(({ saying }) => saying)),
  };
}

function opposes(lock: Saying, saying: Saying): boolean {
  const { effect, judged } = saying;
  const phases = [lock.judged.rule.phase, judged.rule.phase];
  if (phases.includes('verify') || judged.rule.id === lock.judged.rule.id) return false;
  // a device that only one of them names may be the one that the other is about
  const meet = lock.effect.key === effect.key && (covers(lock.effect, effect) || effect.subject === null);
  if (!meet) return false;
  const [value] = effect.values;
  if (effect.strength === 'recommended' || bySet(effect)) {
    return value !== undefined && comesFirst(lock, saying) && !holds(lock.effect, value);
  }
  // of two locked rules that both must hold neither gives way
  const guards = !judged.rule.locked || lock.effect.strength === 'recommended';
  return guards && lock.judged.order < judged.order && leavesNothing(lock.effect, effect);
}

function leavesNothing(lock: Effect, effect: Effect): boolean {
  const named = [lock, effect].find(({ strength }) => strength === 'required' || strength === 'recommended');
  const values = named?.values ?? valuesOf(keySpec(lock.key), [...lock.values, ...effect.values]);
  return values?.every((value) => !holds(lock, value) || !holds(effect, value)) === true;
}

/** Locked rules come before others, the earlier lock before the later; of the others the later one. */
export function comesFirst(one: Saying, other: Saying): boolean {
  const [first, second] = [one.judged, other.judged];
  if (first.rule.locked !== second.rule.locked) return first.rule.locked;
  return first.rule.locked ? first.order < second.order : first.order > second.order;
}
