import { grouped } from '../facts/grouped.ts';
import type { FindingDocument, RuleCheck } from '../facts/index.ts';

type Raised = Pick<FindingDocument, 'rule' | 'audited' | 'at'>;

/**
 * Finds the check that a finding of a rule belongs to. A rule that is enforced may be tried out in other words under
 * the same id: then there are two checks, each with its own outcome. Undefined for what no check raised.
 */
export function raiserAmong(checks: readonly RuleCheck[]): (finding: Raised) => RuleCheck | undefined {
  const byId = grouped(checks, ({ rule }) => rule);
  return ({ rule, audited, at }) => {
    const same = rule === null ? [] : (byId.get(rule) ?? []);
    // what an enforced rule says only with another severity is tried out, and still its word
    const alike = same.some((check) => check.audited === audited)
      ? same.filter((check) => check.audited === audited)
      : same;
    return alike.find(({ uri }) => at.some((place) => place.uri === uri)) ?? alike[0];
  };
}

/** The findings of each check, in their order. */
export function raisedBy<T extends Raised>(
  checks: readonly RuleCheck[],
  findings: readonly T[],
): ReadonlyMap<RuleCheck, readonly T[]> {
  return grouped(findings, raiserAmong(checks));
}
