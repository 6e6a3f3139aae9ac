import type { Finding } from '../diagnostics/index.ts';
import { holds, keyPath } from '../facts/index.ts';
import { byRule, diagnostics, policyPlace } from './diagnostics.ts';
import type { Effect, EffectiveRule } from './policy.ts';

interface Said {
  readonly rule: EffectiveRule;
  readonly effect: Effect;
}

/**
 * Rules without conditions that can never both hold: two `set` of one file, or anything binding of two locked rules.
 * Of other contradictions the later rule wins, which is what layers are for; `policy lint` shows them.
 */
export function contradictionsOf(rules: readonly EffectiveRule[]): readonly Finding[] {
  const said = rules
    .filter(({ when, phase }) => when === null && phase === 'vote')
    .flatMap((rule) => rule.effects.filter(binds).map((effect): Said => ({ rule, effect })));
  const slots = new Map<string, Said[]>();
  return said.flatMap((one) => {
    const path = keyPath(one.effect.key, one.effect.subject);
    const earlier = slots.get(path) ?? [];
    slots.set(path, [...earlier, one]);
    const other = earlier.find((before) => matters(before, one) && excludes(before.effect, one.effect));
    return other === undefined ? [] : [contradiction(one, other)];
  });
}

function binds({ strength }: Effect): boolean {
  return strength !== 'recommended';
}

function matters(a: Said, b: Said): boolean {
  const sets = [a, b].every(({ effect }) => effect.origin === 'policy-set');
  const together =
    a.rule.targets === null || b.rule.targets?.some((target) => a.rule.targets?.includes(target)) !== false;
  return together && ((sets && a.rule.uri === b.rule.uri) || (a.rule.locked && b.rule.locked));
}

/** Whether no value satisfies both. */
function excludes(a: Effect, b: Effect): boolean {
  const required = [a, b].filter(({ strength }) => strength === 'required');
  if (required.length > 0) {
    const [first] = required;
    return first?.values.every((value) => ![a, b].every((effect) => holds(effect, value))) === true;
  }
  const bound = (strength: Effect['strength']) => [a, b].find((effect) => effect.strength === strength)?.values[0];
  const [minimum, maximum] = [bound('minimum'), bound('maximum')];
  return minimum !== undefined && maximum !== undefined && Number(minimum) > Number(maximum);
}

function contradiction(one: Said, other: Said): Finding {
  const { key, subject } = one.effect;
  const args = {
    rule: one.rule.id,
    other: other.rule.id,
    uri: other.rule.uri,
    pointer: other.effect.pointer,
    key: keyPath(key, subject),
    values: words(one.effect),
    others: words(other.effect),
  };
  const at = [
    ...policyPlace({ uri: one.rule.uri, pointer: one.effect.pointer }),
    ...policyPlace({ uri: other.rule.uri, pointer: other.effect.pointer }),
  ];
  return byRule(diagnostics.contradiction(args, at), one.rule.id);
}

const WORDS = { required: '', recommended: '', forbidden: 'not ', minimum: 'at least ', maximum: 'at most ' };

function words({ strength, values }: Effect): string {
  return `${WORDS[strength]}${values.join(' or ')}`;
}
