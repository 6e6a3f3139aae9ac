import type { Finding } from '../diagnostics/index.ts';
import { judge } from '../diagnostics/verdict.ts';
import type { Decision, Evidence, EvidenceDocument, ReportDocument, RuleCheck, TargetOutcome } from '../facts/index.ts';
import { word } from './words.ts';

interface Reported {
  readonly evidence: Evidence;
  readonly findings: readonly Finding[];
  readonly decisions: readonly Decision[];
  readonly checks: readonly RuleCheck[];
}

/** The document that every report is rendered from. */
export function reportDocument(
  { evidence, findings, decisions, checks }: Reported,
  emissions: readonly { readonly target: string; readonly outcomes: readonly TargetOutcome[] }[],
  options: { readonly strict: boolean },
): ReportDocument {
  return {
    schema: 'vm-import/report@1',
    verdict: judge(findings, options).verdict,
    sources: evidence.sources,
    findings: findings.map(word),
    decisions,
    checks,
    targets: Object.fromEntries(emissions.map(({ target, outcomes }) => [target, outcomes])),
  };
}

/** What `inspect --json` prints. */
export function evidenceDocument(evidence: Evidence): EvidenceDocument {
  return { schema: 'vm-import/evidence@1', ...evidence, findings: evidence.findings.map(word) };
}
