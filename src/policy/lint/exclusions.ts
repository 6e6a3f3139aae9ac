import type { Finding } from '../../diagnostics/index.ts';
import { type Key, keyPath, keySpec, type Value } from '../../facts/index.ts';
import { byRule, policyPlace } from '../diagnostics.ts';
import type { Effect } from '../policy.ts';
import { diagnostics } from './diagnostics.ts';
import { bySet, closedValues, covers, placeOf, type Saying, sameFile } from './saying.ts';

/** A row of the table of what cannot go together; whoever resolves has it, see there. */
export interface Compatibility {
  readonly keys: readonly Key[];
  readonly reason: string;
  readonly boot?: true;
  readonly yields?: true;
  readonly holds: (...values: readonly (Value | undefined)[]) => boolean;
}

type Assignment = ReadonlyMap<Key, Value>;

/**
 * Rules for different keys of which one cannot have its way, because another always has its own: firmware bios beside
 * Secure Boot. Two at a time, over every architecture that the policy leaves.
 */
export function exclusions(
  sayings: readonly Saying[],
  always: readonly Saying[],
  table: readonly Compatibility[],
): readonly Finding[] {
  // what holds of disks that are booted from, or gives way to flags, does not hold of every image
  const rows = table.filter(({ boot, yields }) => boot === undefined && yields === undefined);
  const known = new Set(rows.flatMap(({ keys }) => keys));
  const heard = ({ effect, judged }: Saying) =>
    known.has(effect.key) &&
    judged.rule.phase === 'vote' &&
    (bySet(effect) || !always.some((other) => bySet(other.effect) && covers(other.effect, effect)));
  const demanding = sayings.filter((saying) => heard(saying) && saying.effect.strength !== 'recommended');
  const architectures = left(
    'architecture',
    demanding.filter(({ judged }) => judged.always),
  );
  const reasons = new Map<string, string | undefined>();
  const reason = (a: Effect, b: Effect): string | undefined => {
    const pair = JSON.stringify([a, b].map(({ key, strength, values }) => [key, strength, values]));
    if (!reasons.has(pair)) reasons.set(pair, excluded(a, b, architectures, rows));
    return reasons.get(pair);
  };
  return sayings.filter(heard).flatMap((saying) => {
    const others = demanding.filter((other) => binds(other, saying));
    const other = others.find(({ effect }) => reason(effect, saying.effect) !== undefined);
    return other === undefined ? [] : [tell(saying, other, reason(other.effect, saying.effect) ?? '')];
  });
}

/** Whether `other` holds wherever `saying` does, and `saying` is the one of the two to be told about. */
function binds(other: Saying, saying: Saying): boolean {
  if (other.effect.key === saying.effect.key || !meet(other.effect, saying.effect)) return false;
  if (other.judged !== saying.judged && !other.judged.always) return false;
  const mutual = saying.effect.strength !== 'recommended' && (saying.judged.always || other.judged === saying.judged);
  if (!mutual) return true;
  if (other.judged !== saying.judged) return other.judged.order < saying.judged.order;
  return saying.judged.rule.effects.indexOf(other.effect) < saying.judged.rule.effects.indexOf(saying.effect);
}

/** Whether the two speak of one device, where both are about devices. */
function meet(a: Effect, b: Effect): boolean {
  if (keySpec(a.key).scope !== keySpec(b.key).scope) return true;
  return a.subject === null || b.subject === null || a.subject === b.subject;
}

/** What an effect leaves of a key; undefined where that is no short list. */
function admitted({ key, strength, values }: Effect): readonly Value[] | undefined {
  if (strength === 'required' || strength === 'recommended') return values;
  return strength === 'forbidden' ? closedValues(keySpec(key))?.filter((value) => !values.includes(value)) : undefined;
}

function left(key: Key, always: readonly Saying[]): readonly Value[] {
  const all = closedValues(keySpec(key)) ?? [];
  const lists = always.flatMap(({ effect }) => (effect.key === key ? [admitted(effect) ?? all] : []));
  return all.filter((value) => lists.every((list) => list.includes(value)));
}

/** Why no values of the two keys go together; undefined while some do. */
function excluded(
  a: Effect,
  b: Effect,
  architectures: readonly Value[],
  rows: readonly Compatibility[],
): string | undefined {
  const [ones, others] = [admitted(a) ?? [], admitted(b) ?? []];
  // another finding is about a rule that leaves nothing
  if (ones.length === 0 || others.length === 0 || architectures.length === 0) return undefined;
  const broken: Compatibility[] = [];
  for (const architecture of architectures) {
    for (const one of ones) {
      for (const other of others) {
        const values: Assignment = new Map([
          ['architecture', architecture],
          [a.key, one],
          [b.key, other],
        ]);
        if (!architectures.includes(values.get('architecture') ?? '')) continue;
        const row = rows.find(({ keys, holds }) => !holds(...keys.map((key) => values.get(key))));
        if (row === undefined) return undefined;
        broken.push(row);
      }
    }
  }
  return (broken.find(({ keys }) => keys.includes(a.key) && keys.includes(b.key)) ?? broken[0])?.reason;
}

function tell(saying: Saying, other: Saying, reason: string): Finding {
  const { rule } = saying.judged;
  const said = ({ effect }: Saying) => {
    const { key, subject, strength, values } = effect;
    return `${keyPath(key, subject)} ${strength === 'forbidden' ? 'not ' : ''}${values.join(' or ')}`;
  };
  const args = {
    rule: rule.id,
    wish: said(saying),
    by: other.judged.rule.id,
    place: placeOf(other),
    demand: said(other),
    reason,
  };
  const wished = saying.effect.strength === 'recommended';
  const at = policyPlace({ uri: rule.uri, pointer: saying.effect.pointer });
  const finding = diagnostics.excluded(args, at);
  return byRule(wished && !sameFile(saying, other) ? { ...finding, severity: 'info' } : finding, rule.id);
}
