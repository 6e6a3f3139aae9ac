import type { Finding } from '../diagnostics/index.ts';
import { holds, keyPath } from '../facts/index.ts';
import type { Code } from './cel/code.ts';
import { byRule, diagnostics, policyPlace } from './diagnostics.ts';
import type { Effect, EffectiveRule } from './policy.ts';
import { shareTarget } from './targets.ts';

interface Said {
  readonly rule: EffectiveRule;
  readonly effect: Effect;
}

/**
 * Rules that can never both hold although they apply to the same images, without a condition or with the same one: of
 * one file, or two locked ones. Of other contradictions the later rule wins, or the plan is unresolved, which is what
 * layers are for. A `set` may go beyond a `limit` of its file.
 */
export function contradictionsOf(rules: readonly EffectiveRule[]): readonly Finding[] {
  const said = rules
    .filter(({ phase }) => phase === 'vote')
    .flatMap((rule) => rule.effects.filter(binds).map((effect): Said => ({ rule, effect })));
  const slots = new Map<string, Said[]>();
  const findings: Finding[] = [];
  for (const one of said) {
    const { key, strength } = one.effect;
    const earlier = slots.get(key);
    if (earlier === undefined) {
      slots.set(key, [one]);
      continue;
    }
    const opposed = OPPOSED[strength];
    const other = earlier.find(
      (before) =>
        opposed.includes(before.effect.strength) &&
        matters(before, one) &&
        excludes(before.effect, one.effect) &&
        applyTogether(before.rule, one.rule),
    );
    earlier.push(one);
    if (other !== undefined) findings.push(contradiction(one, other));
  }
  return findings;
}

/** What an effect may exclude: of many limits of one key most point the same way. */
const OPPOSED: Readonly<Record<Effect['strength'], readonly Effect['strength'][]>> = {
  required: ['required', 'forbidden', 'minimum', 'maximum'],
  recommended: [],
  forbidden: ['required'],
  minimum: ['required', 'maximum'],
  maximum: ['required', 'minimum'],
};

function binds({ strength }: Effect): boolean {
  return strength !== 'recommended';
}

function matters(a: Said, b: Said): boolean {
  const isBound = ({ effect: { strength } }: Said) => strength === 'minimum' || strength === 'maximum';
  const beyond = [a, b].some(({ effect }) => effect.origin === 'policy-set') && [a, b].some(isBound);
  const together = shareTarget(a.rule.targets, b.rule.targets);
  const [first, second] = [a.effect.subject, b.effect.subject];
  const both = a.rule.locked && b.rule.locked;
  // for all devices and for one of them: of one file the one is an exception
  const meet = first === second || (both && (first === null || second === null));
  return together && meet && ((!beyond && a.rule.uri === b.rule.uri) || both);
}

/** Whether the one applies wherever the other does, as far as their conditions show without being understood. */
function applyTogether(a: EffectiveRule, b: EffectiveRule): boolean {
  const [one, other] = [a, b].map(({ when }) => (when === null ? true : (constant(when.code) ?? when.code)));
  return one !== false && JSON.stringify(one) === JSON.stringify(other);
}

/** What a condition always comes to, where `true` and `false` in it alone say so. */
function constant(code: Code): boolean | undefined {
  switch (code[0]) {
    case 'value':
      return typeof code[1] === 'boolean' ? code[1] : undefined;
    case '!_': {
      const inner = constant(code[1]);
      return inner === undefined ? undefined : !inner;
    }
    case '&&':
    case '||': {
      const decides = code[0] === '||';
      const sides = [constant(code[1]), constant(code[2])];
      if (sides.includes(decides)) return decides;
      return sides.includes(undefined) ? undefined : !decides;
    }
    default:
      return undefined;
  }
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
