import type { Finding, Severity } from '../../diagnostics/index.ts';
import { keyPath, type Value } from '../../facts/index.ts';
import { byRule, policyPlace } from '../diagnostics.ts';
import type { Effect, EffectiveRule } from '../policy.ts';
import { diagnostics } from './diagnostics.ts';
import { type Compatibility, exclusions } from './exclusions.ts';
import { comesFirst, heldByLocks } from './locks.ts';
import { nothingLeft } from './nothing-left.ts';
import { bySet, covers, type JudgedRule, placeOf, type Saying, sameFile } from './saying.ts';

/** What rules of a policy do to each other. */
export function relations(rules: readonly JudgedRule[], table: readonly Compatibility[]): readonly Finding[] {
  const all = rules.flatMap((judged) => judged.rule.effects.map((effect) => ({ judged, effect })));
  const held = heldByLocks(all);
  const sayings = all.filter((saying) => !held.always.has(saying));
  const always = all.filter((saying) => saying.judged.always && !held.sometimes.has(saying));
  const doubled = duplicates(rules);
  const said = all.flatMap((saying) => {
    const others = always.filter(({ judged }) => judged.rule.id !== saying.judged.rule.id);
    const lock = held.always.get(saying);
    // one reason is enough
    const [first] =
      lock === undefined
        ? [...shadowed(saying, others), ...forbidden(saying, others), ...implied(saying, others)]
        : [lockedOut(saying, lock)];
    return first === undefined || doubled.has(saying.judged.rule.id) ? [] : [first];
  });
  const left = [...nothingLeft(always), ...exclusions(sayings, always, table)];
  return [...doubled.values(), ...said, ...left.filter(({ rule }) => rule === null || !doubled.has(rule))];
}

function tell(
  kind: 'shadowed' | 'locked-out' | 'forbidden' | 'implied',
  { judged, effect }: Saying,
  other: Saying,
  severity: Severity,
): Finding {
  const { rule } = judged;
  const by = other.judged.rule;
  const args = {
    rule: rule.id,
    key: keyPath(effect.key, effect.subject),
    values: effect.values.join(', '),
    by: by.id,
    place: placeOf(other),
  };
  const at = policyPlace({ uri: rule.uri, pointer: effect.pointer });
  return byRule({ ...diagnostics[kind](args, at), severity }, rule.id);
}

function shadowed(saying: Saying, always: readonly Saying[]): readonly Finding[] {
  const { effect, judged } = saying;
  if (effect.strength !== 'recommended' && !bySet(effect)) return [];
  const setter = always.find((other) => {
    if (!bySet(other.effect) || !covers(other.effect, effect)) return false;
    // a set is stronger than a wish in whatever order, but not than a locked one
    return bySet(effect) || judged.rule.locked ? comesFirst(other, saying) : true;
  });
  // of two sets the one for a device may be meant as the exception
  if (setter === undefined || (bySet(effect) && setter.effect.subject !== effect.subject)) return [];
  return [tell('shadowed', saying, setter, sameFile(saying, setter) ? 'warning' : 'info')];
}

/** Every import tells what is demanded in vain, so it is no matter of taste in another file either. */
function lockedOut(saying: Saying, lock: Saying): Finding {
  const demanded = saying.effect.strength !== 'recommended';
  return tell('locked-out', saying, lock, demanded || sameFile(saying, lock) ? 'warning' : 'info');
}

function forbidden(saying: Saying, always: readonly Saying[]): readonly Finding[] {
  const { effect } = saying;
  if (effect.strength !== 'recommended' && effect.strength !== 'required') return [];
  const stopper = always.find(
    ({ effect: other }) =>
      other.strength === 'forbidden' &&
      covers(other, effect) &&
      effect.values.every((value) => other.values.includes(value)),
  );
  if (stopper === undefined) return [];
  // what is wanted in vain in another file may be overruled on purpose; what is demanded in vain stops every import
  const severity = effect.strength === 'required' || sameFile(saying, stopper) ? 'warning' : 'info';
  return [tell('forbidden', saying, stopper, severity)];
}

const WEIGHT: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

function implied(saying: Saying, always: readonly Saying[]): readonly Finding[] {
  const { effect, judged } = saying;
  const { rule } = judged;
  const stricter = always.find((other) => {
    const by = other.judged.rule;
    if (!sameFile(saying, other) || by.phase !== rule.phase || !covers(other.effect, effect)) return false;
    if (other.effect.strength !== effect.strength || other.effect.origin !== effect.origin) return false;
    // the looser of two that look at the plan may be the graver one
    if (by.phase === 'verify' && WEIGHT[by.severity] < WEIGHT[rule.severity]) return false;
    if (rule.locked && !by.locked) return false;
    const order = asStrict(other.effect, effect);
    return order === 'stricter' || (order === 'equal' && other.judged.order < judged.order);
  });
  return stricter === undefined ? [] : [tell('implied', saying, stricter, 'warning')];
}

/** Whether everything that `a` lets pass, `b` lets pass too. */
function asStrict(a: Effect, b: Effect): 'stricter' | 'equal' | undefined {
  const contains = (wide: readonly Value[], narrow: readonly Value[]) => narrow.every((value) => wide.includes(value));
  const order = (stricter: boolean, looser: boolean) => (stricter ? (looser ? 'equal' : 'stricter') : undefined);
  const [bound, other] = [Number(a.values[0]), Number(b.values[0])];
  if (a.origin === 'policy-set') return undefined;
  switch (a.strength) {
    case 'maximum':
      return order(bound <= other, bound >= other);
    case 'minimum':
      return order(bound >= other, bound <= other);
    case 'forbidden':
      return order(contains(a.values, b.values), contains(b.values, a.values));
    case 'required':
      return order(contains(b.values, a.values), contains(a.values, b.values));
    case 'recommended':
      return undefined;
  }
}

/** Rules that do what an earlier one does already, by their id. */
function duplicates(rules: readonly JudgedRule[]): ReadonlyMap<string, Finding> {
  const seen = new Map<string, EffectiveRule>();
  const found = new Map<string, Finding>();
  for (const { rule, condition } of rules) {
    const meaning = meaningOf(rule, condition);
    const first = seen.get(meaning);
    if (first === undefined) {
      seen.set(meaning, rule);
      continue;
    }
    const args = { rule: rule.id, by: first.id, place: `${first.uri}:${first.pointer}` };
    found.set(rule.id, byRule(diagnostics.duplicate(args, policyPlace(rule)), rule.id));
  }
  return found;
}

function meaningOf(rule: EffectiveRule, condition: string): string {
  const { phase, effects, announcement, severity, remedy, docs, locked, targets, mode } = rule;
  const said = effects.map(({ key, subject, strength, values, origin }) => [key, subject, strength, values, origin]);
  const words = announcement?.message.map((part) => (typeof part === 'string' ? part : [part.text])) ?? null;
  const told = announcement === null && phase === 'vote' ? [] : [severity, remedy, docs];
  return JSON.stringify([phase, condition, said, announcement?.kind, words, told, locked, targets, mode]);
}
