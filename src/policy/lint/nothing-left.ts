import type { Finding } from '../../diagnostics/index.ts';
import { holds, type KeySpec, keyPath, keySpec, type Value } from '../../facts/index.ts';
import { byRule, policyPlace } from '../diagnostics.ts';
import type { Effect } from '../policy.ts';
import { diagnostics } from './diagnostics.ts';
import { bySet, closedValues, covers, placeOf, type Saying } from './saying.ts';

/**
 * Keys to which the rules without conditions leave no value at all: by one `forbid` with the whole list, or by several
 * that stop every value together. Told of the last of those that are needed for it.
 */
export function nothingLeft(always: readonly Saying[]): readonly Finding[] {
  const binding = always.filter(({ effect }) => effect.strength !== 'recommended' && !bySet(effect));
  const slots = new Map(binding.map((saying) => [slotOf(saying), saying.effect]));
  const told = new Set<Saying>();
  return [...slots].flatMap(([slot, effect]) => {
    // a `set` stands above requirements and limits; where it is forbidden, that has been told
    if (always.some((other) => bySet(other.effect) && covers(other.effect, effect))) return [];
    const together = binding.filter(
      (other) => other.judged.rule.phase === phaseOf(slot) && covers(other.effect, effect),
    );
    const needed = fewest(together, keySpec(effect.key));
    const last = needed.at(-1);
    if (last === undefined || told.has(last) || isToldOtherwise(needed)) return [];
    told.add(last);
    return [tell(last, needed.slice(0, -1), effect)];
  });
}

const slotOf = ({ judged, effect }: Saying): string => `${judged.rule.phase} ${keyPath(effect.key, effect.subject)}`;
const phaseOf = (slot: string): string => slot.slice(0, slot.indexOf(' '));

/** What is wanted and forbidden by one rule each is lint/forbidden. */
function isToldOtherwise(needed: readonly Saying[]): boolean {
  const strengths = needed.map(({ effect }) => effect.strength);
  return needed.length === 2 && strengths.includes('required') && strengths.includes('forbidden');
}

/** As few of the sayings as leave nothing; none where something is left. */
function fewest(sayings: readonly Saying[], spec: KeySpec): readonly Saying[] {
  if (leaves(sayings, spec)) return [];
  return sayings.reduce<readonly Saying[]>((needed, saying) => {
    const without = needed.filter((other) => other !== saying);
    return leaves(without, spec) ? needed : without;
  }, sayings);
}

function leaves(sayings: readonly Saying[], spec: KeySpec): boolean {
  const required = sayings.find(({ effect }) => effect.strength === 'required');
  const all =
    required?.effect.values ??
    valuesOf(
      spec,
      sayings.flatMap(({ effect }) => effect.values),
    );
  return all === undefined || all.some((value) => sayings.every(({ effect }) => holds(effect, value)));
}

/** Enough values of a key to find one that is left; undefined where nobody can list them. */
export function valuesOf(spec: KeySpec, said: readonly Value[]): readonly Value[] | undefined {
  if (spec.type !== 'integer') return closedValues(spec);
  const near = said.flatMap((value) => [Number(value) - 1, Number(value), Number(value) + 1]);
  return [spec.min, spec.max, ...near.filter((value) => value >= spec.min && value <= spec.max)];
}

function tell({ judged, effect: last }: Saying, others: readonly Saying[], { key, subject }: Effect): Finding {
  const { rule } = judged;
  const also = others.map((other) => `${other.judged.rule.id} (${placeOf(other)})`).join(', ');
  const at = policyPlace({ uri: rule.uri, pointer: last.pointer });
  const finding = diagnostics['nothing-left'](
    { rule: rule.id, key: keyPath(key, subject), together: also === '' ? '' : `, together with ${also}` },
    at,
  );
  // not every machine has disks and cards, so it may be a way to say that there shall be none
  return byRule(keySpec(key).scope === 'machine' ? finding : { ...finding, severity: 'info' }, rule.id);
}
