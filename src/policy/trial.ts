import type { Finding } from '../diagnostics/index.ts';
import { type Decision, keyPath, type RuleCheck } from '../facts/index.ts';
import { diagnostics } from './diagnostics.ts';
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
  const known = new Set(is.findings.map(identity));
  const appearing = would.findings.filter((finding) => !known.has(identity(finding)));
  const modes = new Map(policy.trial?.rules.map(({ id, mode }) => [id, mode]));
  const enforced = new Map(is.checks.map((check) => [check.rule, check]));
  const tried = would.checks.map((check) => {
    const audited = modes.get(check.rule) === 'audit';
    return audited ? { ...check, audited } : (enforced.get(check.rule) ?? check);
  });
  // rules that are enforced and that the trial replaces or does without
  const rest = is.checks.filter(
    (check) =>
      !tried.some(({ rule, uri, pointer }) => rule === check.rule && uri === check.uri && pointer === check.pointer),
  );
  return {
    findings: [...changes(is.decisions, would.decisions), ...appearing].map((finding) => ({
      ...finding,
      audited: true,
    })),
    checks: [...rest, ...tried],
  };
}

function identity({ code, severity, rule, args, at }: Finding): string {
  return JSON.stringify([code, severity, rule, args, at]);
}

function changes(is: readonly Decision[], would: readonly Decision[]): readonly Finding[] {
  const values = new Map(is.map((decision) => [keyPath(decision.key, decision.subject), decision.value]));
  return would.flatMap(({ key, subject, value, winner }) => {
    const path = keyPath(key, subject);
    const now = values.get(path) ?? null;
    if (now === value) return [];
    const args = {
      key: path,
      would: value ?? 'undecided',
      by: winner?.rule ?? winner?.origin ?? 'nobody',
      value: now ?? 'undecided',
    };
    const at = winner === null ? [] : [{ origin: winner.origin, uri: winner.uri, pointer: winner.pointer }];
    return [diagnostics['audit-changes'](args, at)];
  });
}
