import type { EffectiveRule, Mode, Place, Policy, SeverityChange, WaiverFile } from './policy.ts';

/** The severity that counts for a code, and what it took the place of, nearest first. */
export interface ListedSeverity extends SeverityChange {
  readonly mode: Mode;
  readonly replaced: readonly SeverityChange[];
}

/** What of a policy is in force and, marked as such, what is only tried out. */
export interface Listing {
  readonly documents: Policy['documents'];
  /** An id is there twice where one rule is enforced and another is tried out in its place, in this order. */
  readonly rules: readonly EffectiveRule[];
  readonly off: readonly EffectiveRule[];
  readonly severities: readonly ListedSeverity[];
  readonly waivers: readonly (WaiverFile & { readonly mode: Mode })[];
}

/**
 * What is listed under which heading. A document that is enforced on one way and tried out on another is enforced, and
 * what is changed only in what is tried out stays as it is, with the change told as tried out.
 */
export function listPolicy(policy: Policy): Listing {
  const severities = effective(policy.severities, 'enforce');
  const waivers = policy.waivers.map((file) => ({ ...file, mode: 'enforce' as const }));
  const { trial, documents, rules, off } = policy;
  if (trial === null) return { documents, rules, off, severities, waivers };
  const known = new Set([...policy.severities, ...policy.waivers].map(keyOf));
  const enforced = new Set(documents.map(({ uri }) => uri));
  const reached = new Set(trial.documents.map(({ uri }) => uri));
  const kept = new Set([...rules, ...off].map(({ id }) => id));
  return {
    documents: [
      // what is enforced because all that was named is only tried out
      ...documents.filter(({ uri }) => !reached.has(uri)),
      ...trial.documents.map((one) => (enforced.has(one.uri) ? { ...one, mode: 'enforce' as const } : one)),
    ],
    rules: bothWays(rules, trial),
    off: [...off, ...trial.off.filter(({ id }) => !kept.has(id)).map((rule) => ({ ...rule, mode: 'audit' as const }))],
    severities: [...severities, ...effective(trial.severities, 'audit').filter((one) => !known.has(keyOf(one)))],
    waivers: [
      ...waivers,
      ...trial.waivers.filter((file) => !known.has(keyOf(file))).map((file) => ({ ...file, mode: 'audit' as const })),
    ],
  };
}

const keyOf = ({ uri, pointer }: Place): string => `${uri} ${pointer}`;

/** Later ones win. */
function effective(changes: readonly SeverityChange[], mode: Mode): readonly ListedSeverity[] {
  const last = new Map<string, ListedSeverity>();
  for (const change of changes) {
    const before = last.get(change.code);
    // deleted first, so that the newcomer takes its own place in the order
    last.delete(change.code);
    const { code, severity, uri, pointer } = change;
    const nearest = before === undefined ? [] : [pickChange(before), ...before.replaced];
    last.set(code, { code, severity, uri, pointer, mode, replaced: nearest });
  }
  return [...last.values()];
}

const pickChange = ({ code, severity, uri, pointer }: SeverityChange): SeverityChange => ({
  code,
  severity,
  uri,
  pointer,
});

/** In the order of the trial; what is enforced and not in it follows what comes before it where it is enforced. */
function bothWays(enforced: readonly EffectiveRule[], trial: Policy): readonly EffectiveRule[] {
  const kept = new Map(enforced.map((rule) => [keyOf(rule), rule]));
  const known = new Set([...trial.rules, ...trial.off].map(({ id }) => id));
  const listed = trial.rules.flatMap((rule) => (rule.mode === 'audit' ? [] : (kept.get(keyOf(rule)) ?? [])));
  const after = (before: EffectiveRule | undefined) => (before === undefined ? -1 : listed.indexOf(before));
  for (const [index, rule] of enforced.entries()) {
    if (!listed.includes(rule)) listed.splice(after(enforced[index - 1]) + 1, 0, rule);
  }
  const first = listed.findIndex(({ id }) => known.has(id));
  const start = (first === -1 ? listed.length : first) - 1;
  let before: EffectiveRule | undefined;
  for (const rule of trial.rules) {
    const here = rule.mode === 'audit' ? rule : kept.get(keyOf(rule));
    if (here !== undefined && !listed.includes(here)) {
      const twin = listed.findIndex(({ id }) => id === rule.id);
      listed.splice(Math.max(start, twin, after(before)) + 1, 0, here);
    }
    before = here;
  }
  const same = [...trial.rules.filter(({ mode }) => mode === 'enforce'), ...trial.off];
  const tried = new Map(same.map((rule) => [rule.id, rule]));
  return listed.map((rule) => (rule.mode === 'audit' ? rule : withTried(rule, tried.get(rule.id))));
}

/** An enforced rule, with the changes that are only tried out on it. */
function withTried(rule: EffectiveRule, tried: EffectiveRule | undefined): EffectiveRule {
  if (tried === undefined) return rule;
  const known = new Set(rule.changes.map(keyOf));
  const changes = tried.changes.filter((change) => !known.has(keyOf(change)));
  return {
    ...rule,
    changes: [...rule.changes, ...changes.map((change) => ({ ...change, what: `in audit mode ${change.what}` }))],
  };
}
