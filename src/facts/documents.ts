import type { Arg, Provenance, Severity, WaiverNote } from '../diagnostics/index.ts';
import type { Verdict } from '../diagnostics/verdict.ts';
import type { Evidence, SourceEvidence } from './evidence.ts';
import type { Decision, TargetOutcome } from './plan.ts';
import type { RuleCheck } from './policy.ts';

/** A finding in a document: its words filled in. */
export interface FindingDocument {
  readonly code: string;
  readonly severity: Severity;
  readonly said?: Severity;
  readonly exit: number;
  readonly message: string;
  readonly remedy: string;
  readonly args: Readonly<Record<string, Arg>>;
  readonly rule: string | null;
  readonly waived: boolean;
  readonly waiver: WaiverNote | null;
  /** Raised only because of rules in audit mode; it does not count. */
  readonly audited: boolean;
  readonly at: readonly Provenance[];
}

/** What `inspect --json` prints and policies see. */
export interface EvidenceDocument extends Omit<Evidence, 'findings'> {
  readonly schema: 'vm-import/evidence@1';
  readonly findings: readonly FindingDocument[];
}

/** The policy report: one verdict, everything found, everything decided, what each target can say of it. */
export interface ReportDocument {
  readonly schema: 'vm-import/report@1';
  readonly verdict: Verdict;
  readonly sources: readonly SourceEvidence[];
  readonly findings: readonly FindingDocument[];
  readonly decisions: readonly Decision[];
  /** Every rule of the policy that concerns this run, in the order they were applied. */
  readonly checks: readonly RuleCheck[];
  readonly targets: { readonly [target: string]: readonly TargetOutcome[] };
}
