import type { Finding } from '../../diagnostics/index.ts';
import { didYouMean } from '../../facts/did-you-mean.ts';
import { grouped } from '../../facts/grouped.ts';
import { syntaxTree } from '../conditions.ts';
import { policyPlace } from '../diagnostics.ts';
import type { EffectiveRule, Policy } from '../policy.ts';
import { globMatches } from '../waivers/glob.ts';
import { nameOf } from '../waivers/groups.ts';
import type { Waiver, WaiverScope } from '../waivers/waiver.ts';
import { diagnostics } from './diagnostics.ts';
import { possible } from './formula.ts';
import { FAILS } from './values.ts';

/** What there is to waive. */
export interface Waivable {
  /** As it was loaded: what is in force beside what is tried out. */
  readonly policy: Policy;
  /** Ids of all rules there are, those of presets that the policy does not extend, too. */
  readonly rules: readonly string[];
  /** Codes of all findings. */
  readonly codes: readonly string[];
}

/**
 * Waivers that waive nothing on any image. `now` in milliseconds since 1970. After `lintPolicy`, which brings in what
 * the patterns of the policy need.
 */
export function lintWaivers(waivers: readonly Waiver[], known: Waivable, now: number): readonly Finding[] {
  const rules = rulesOf(known.policy);
  const hopeless = new Map(waivers.map((waiver) => [waiver, [...expired(waiver, now), ...vain(waiver, known, rules)]]));
  const others = grouped(
    waivers.filter((waiver) => hopeless.get(waiver)?.length === 0),
    ({ rule, code }) => nameOf(rule, code),
  );
  const doubled = new Map([...others.values()].flatMap(duplicates));
  return waivers.flatMap((waiver) => [...(hopeless.get(waiver) ?? []), ...(doubled.get(waiver) ?? [])]);
}

const whatOf = ({ rule, code }: Waiver): string => rule ?? code ?? '';

function expired(waiver: Waiver, now: number): readonly Finding[] {
  const { expires } = waiver;
  const over = Date.parse(expires) <= now;
  return over ? [diagnostics['waiver-expired']({ what: whatOf(waiver), expires }, policyPlace(waiver))] : [];
}

/** The rules that apply or are tried out, by their id; none of an id that is switched off in both. */
function rulesOf(policy: Policy): ReadonlyMap<string, readonly EffectiveRule[]> {
  const both = [policy, ...(policy.trial === null ? [] : [policy.trial])];
  const off = both.flatMap((one) => one.off.map(({ id }) => [id, []] as const));
  return new Map([
    ...off,
    ...grouped(
      both.flatMap(({ rules }) => rules),
      ({ id }) => id,
    ),
  ]);
}

/** Why there is nothing for it to waive. */
function vain(
  waiver: Waiver,
  known: Waivable,
  rules: ReadonlyMap<string, readonly EffectiveRule[]>,
): readonly Finding[] {
  const what = whatOf(waiver);
  const at = policyPlace(waiver);
  const useless = (reason: string) => [diagnostics['waiver-useless']({ what, reason }, at)];
  const named = waiver.rule === null ? undefined : rules.get(waiver.rule);
  if (waiver.rule === null ? !known.codes.includes(what) : named === undefined) {
    const kind = waiver.rule === null ? 'finding' : 'rule';
    return [diagnostics['waiver-unknown']({ kind, what, hint: hintFor(waiver, known, [...rules.keys()]) }, at)];
  }
  if (!waiver.possible) return useless('behind such a finding something is missing, so that it cannot be waived');
  if (waiver.powerless !== null) return useless(waiver.powerless);
  if (named === undefined) return [];
  if (named.length === 0) return useless('the rule is switched off');
  return named.some(raises) ? [] : useless('the rule raises no finding, it only has effects');
}

function hintFor({ rule, code }: Waiver, known: Waivable, own: readonly string[]): string {
  if (rule !== null && known.rules.includes(rule)) return 'Only a preset has it, which the policy does not extend.';
  const near = didYouMean(rule ?? code ?? '', rule === null ? known.codes : own);
  return near === undefined ? 'Remove it, or correct its name.' : `Did you mean ${near}?`;
}

/** Whether it can have a finding that can be waived. */
function raises({ announcement, phase, effects, message, when }: EffectiveRule): boolean {
  if (announcement !== null || phase === 'verify') return true;
  if (message?.some((part) => typeof part !== 'string') === true) return true;
  // what binds ends the run where its condition has no value, what recommends is left out with a warning
  const recommends = effects.every(({ strength }) => strength === 'recommended');
  return recommends && when !== null && (possible(syntaxTree(when.text, phase), phase) & FAILS) !== 0;
}

/** Waivers of one thing that another one makes needless: it is for all their images, and lasts as long. */
function duplicates(waivers: readonly Waiver[]): readonly (readonly [Waiver, readonly Finding[]])[] {
  const digests = new Map(waivers.map((waiver) => [waiver, new Set(waiver.scope.digests)]));
  const contains = (wide: Waiver, narrow: Waiver) =>
    wide.expires >= narrow.expires && isWider(wide.scope, narrow.scope, digests.get(wide) ?? new Set());
  return waivers.flatMap((waiver, index) => {
    const other = waivers.find(
      (one, place) => one !== waiver && contains(one, waiver) && (place < index || !contains(waiver, one)),
    );
    if (other === undefined) return [];
    const args = { what: whatOf(waiver), place: `${other.uri}:${other.pointer}` };
    return [[waiver, [diagnostics['waiver-duplicate'](args, policyPlace(waiver))]] as const];
  });
}

function isWider(wide: WaiverScope, narrow: WaiverScope, digests: ReadonlySet<string>): boolean {
  const pattern = (one: string | null, other: string | null) =>
    one === null || (other !== null && (one === other || (!/[*?]/.test(other) && globMatches(one, other))));
  const listed = wide.digests === null || narrow.digests?.every((digest) => digests.has(digest)) === true;
  return listed && pattern(wide.name, narrow.name) && pattern(wide.source, narrow.source);
}
