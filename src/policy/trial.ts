import type { Finding, Provenance } from '../diagnostics/index.ts';
import { type Decision, keyPath, type RuleCheck } from '../facts/index.ts';
import { diagnostics, policyPlace } from './diagnostics.ts';
import type { Policy } from './policy.ts';

interface Outcome {
  readonly decisions: readonly Decision[];
  readonly findings: readonly Finding[];
  readonly checks: readonly RuleCheck[];
}

/**
 * What would be different if everything in audit mode were enforced: findings that only then appear, decisions that
 * would change, and what came of the rules. `is` was decided by the policy, `would` by its trial.
 */
export function compareTrial(policy: Policy, is: Outcome, would: Outcome): Omit<Outcome, 'decisions'> {
  const { trial } = policy;
  const known = new Set(is.findings.map(identity));
  const appearing = would.findings.filter((finding) => !known.has(identity(finding)));
  const enforced = new Map(is.checks.map((check) => [check.rule, check]));
  const tried = would.checks.map((check) => (check.audited ? check : (enforced.get(check.rule) ?? check)));
  // rules that are enforced and that the trial replaces or does without
  const rest = is.checks.filter(
    (check) =>
      !tried.some(({ rule, uri, pointer }) => rule === check.rule && uri === check.uri && pointer === check.pointer),
  );
  const changed = trial === null ? [] : changes(trial, is.decisions, would.decisions);
  return {
    findings: [...changed, ...appearing].map((finding) => ({
      ...finding,
      audited: true,
    })),
    checks: [...rest, ...tried],
  };
}

function identity({ code, severity, rule, args, at }: Finding): string {
  return JSON.stringify([code, severity, rule, args, at]);
}

function changes(trial: Policy, is: readonly Decision[], would: readonly Decision[]): readonly Finding[] {
  const now = new Map(is.map((decision) => [keyPath(decision.key, decision.subject), decision]));
  return would.flatMap((decision) => {
    const { key, subject, value, winner } = decision;
    const path = keyPath(key, subject);
    const before = now.get(path);
    const has = before?.value ?? null;
    if (has === value) return [];
    const cause = causeOf(trial, before, decision);
    const args = {
      key: path,
      would: value ?? 'undecided',
      by: winner?.rule ?? winner?.origin ?? 'nobody',
      cause: cause === undefined ? '' : `, because ${cause.words}`,
      value: has ?? 'undecided',
    };
    const at = winner === null ? [] : [{ origin: winner.origin, uri: winner.uri, pointer: winner.pointer }];
    return [diagnostics['audit-changes'](args, [...(cause?.at ?? []), ...at])];
  });
}

interface Cause {
  readonly words: string;
  readonly at: readonly Provenance[];
}

/** Whose doing it is where the winner does not say so: a rule that takes away what is, or one that no longer does. */
function causeOf({ rules, off }: Policy, is: Decision | undefined, would: Decision): Cause | undefined {
  const tried = new Set(rules.flatMap(({ id, mode }) => (mode === 'audit' ? [id] : [])));
  const triedBy = (id: string | null | undefined) => typeof id === 'string' && tried.has(id);
  if (triedBy(would.winner?.rule)) return undefined;
  const taken = would.lost.find(({ value, removedBy }) => value === is?.value && triedBy(removedBy?.id))?.removedBy;
  if (taken !== null && taken !== undefined) {
    const { reason, uri, pointer } = taken;
    return { words: reason, at: [{ origin: 'policy', uri, pointer }] };
  }
  const released = is?.lost.find(({ value }) => value === would.value)?.removedBy?.id ?? is?.winner?.rule;
  const gone = off.find(({ id }) => id === released);
  const change = gone?.changes.at(-1);
  return gone === undefined || change === undefined
    ? undefined
    : { words: `${gone.id} is off`, at: policyPlace(change) };
}
