import { holds } from '../../facts/index.ts';
import { bySet, covers, type Saying } from './saying.ts';

/** What is said in vain, or may be, because a locked rule comes before it. */
export interface Held {
  /** Without any effect, with the locked saying that has it so on every image. */
  readonly always: ReadonlyMap<Saying, Saying>;
  /** Without effect on some images at least. */
  readonly sometimes: ReadonlySet<Saying>;
}

/** As the plan has it: what is set, preferred or offered as a default against a lock does not count. */
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
  const [value] = effect.values;
  const proposes = effect.strength === 'recommended' || bySet(effect);
  if (!proposes || value === undefined || lock.judged.rule.phase !== 'vote' || !comesFirst(lock, saying)) return false;
  // a device that only one of them names may be the one that the other is about
  const meet = lock.effect.key === effect.key && (covers(lock.effect, effect) || effect.subject === null);
  return meet && judged.rule.id !== lock.judged.rule.id && !holds(lock.effect, value);
}

/** Locked rules come before others, the earlier lock before the later; of the others the later one. */
export function comesFirst(one: Saying, other: Saying): boolean {
  const [first, second] = [one.judged, other.judged];
  if (first.rule.locked !== second.rule.locked) return first.rule.locked;
  return first.rule.locked ? first.order < second.order : first.order > second.order;
}
