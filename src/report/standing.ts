import { EXIT, type ExitStatus, type Severity } from '../diagnostics/index.ts';
import type { Verdict } from '../diagnostics/verdict.ts';
import type { FindingDocument, ReportDocument } from '../facts/index.ts';
import { counted } from './quantities.ts';

/** What a finding amounts to: its severity where it counts, else why it does not. */
export type Standing = Severity | 'waived' | 'audit';

export function standing({ severity, waived, audited }: FindingDocument): Standing {
  if (waived) return 'waived';
  return audited ? 'audit' : severity;
}

/** What counts first. */
export const STANDINGS: readonly Standing[] = ['error', 'warning', 'waived', 'audit', 'info'];

/** What counts first, then what was waived, what is only tried, and what is only told. */
export function byWeight(findings: readonly FindingDocument[]): readonly FindingDocument[] {
  const weight = (finding: FindingDocument) => STANDINGS.indexOf(standing(finding));
  return findings.toSorted((a, b) => weight(a) - weight(b));
}

/** `1 error, 0 warnings, 2 waived`: errors and warnings always, the others where there are any. */
export function tally(findings: readonly FindingDocument[]): string {
  const count = (wanted: Standing) => findings.filter((finding) => standing(finding) === wanted).length;
  const [waived, audit] = [count('waived'), count('audit')];
  return [
    counted(count('error'), 'error'),
    counted(count('warning'), 'warning'),
    ...(waived === 0 ? [] : [`${waived} waived`]),
    ...(audit === 0 ? [] : [`${audit} in audit mode`]),
  ].join(', ');
}

const EXITS = {
  allowed: EXIT.ok,
  denied: EXIT.denied,
  unresolved: EXIT.unresolved,
  unreadable: EXIT.input,
} as const satisfies Record<Verdict, ExitStatus>;

/** The exit status that goes with a report. */
export function exitOf({ verdict, findings }: ReportDocument): ExitStatus {
  // what could not run is denied too, with a status of its own
  const usage = findings.some((finding) => standing(finding) === 'error' && finding.exit === EXIT.usage);
  return usage ? EXIT.usage : EXITS[verdict];
}

/** Whether it was `--strict` that denied: then no error counts, and every warning that does is a reason. */
export function deniedByWarnings({ verdict, findings }: ReportDocument): boolean {
  return verdict === 'denied' && findings.every((finding) => standing(finding) !== 'error');
}
