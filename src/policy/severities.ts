import type { DiagnosticSpec, Finding, Severity } from '../diagnostics/index.ts';
import { isObjection } from '../diagnostics/index.ts';
import { diagnostics, policyPlace } from './diagnostics.ts';
import type { SeverityChange } from './policy.ts';

/**
 * Why the severity of a kind of finding cannot be changed so; undefined when it can. Raising is always possible, unless
 * the finding concerns safety; an error is lowered only where nothing is missing behind it.
 */
export function severityProblem(spec: DiagnosticSpec, severity: Severity): string | undefined {
  if (spec.safety === true) return SAFETY;
  return spec.severity === 'error' && severity !== 'error' && !isObjection(spec) ? MISSING : undefined;
}

const SAFETY = 'it concerns safety, and can only be waived by name';
const MISSING = 'behind it something is missing, so that there is nothing to go on with';

/**
 * Changes the severity of findings as a policy says; findings of its rules have the severity of their rule. Applied to
 * its own result it gives that result again.
 */
export function changeSeverities(found: readonly Finding[], changes: readonly SeverityChange[]): readonly Finding[] {
  if (changes.length === 0) return found;
  // later ones win
  const wanted = new Map(changes.map((change) => [change.code, change]));
  const kept = new Map<SeverityChange, Finding>();
  const changed = found
    .filter(({ code }) => code !== diagnostics['severity-kept'].code)
    .map((finding) => {
      const change = finding.rule === null ? wanted.get(finding.code) : undefined;
      if (change === undefined || change.severity === finding.severity) return finding;
      const lowered = finding.severity === 'error' && !finding.objection;
      if (!finding.safety && !lowered)
        return { ...finding, severity: change.severity, said: finding.said ?? finding.severity };
      const { code, severity: stays } = finding;
      const reason = finding.safety ? SAFETY : MISSING;
      const args = { code, wanted: change.severity, stays, reason };
      kept.set(change, diagnostics['severity-kept'](args, policyPlace(change)));
      return finding;
    });
  return [...changed, ...kept.values()];
}

/** As they were raised, for the conditions of rules: a later layer that changes a severity lifts no rule by it. */
export function ownSeverities(found: readonly Finding[]): readonly Finding[] {
  return found
    .filter(({ code }) => code !== diagnostics['severity-kept'].code)
    .map(({ said, ...finding }) => (said === undefined ? finding : { ...finding, severity: said }));
}
