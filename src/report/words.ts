import type { Finding } from '../diagnostics/index.ts';
import { fill, printable } from '../diagnostics/words.ts';
import type { FindingDocument } from '../facts/index.ts';

export { printable };

/** The words of a finding. The only place where a template becomes text. */
export function word(finding: Finding): FindingDocument {
  const { code, severity, exit, args, rule, waived, at } = finding;
  return {
    code,
    severity,
    exit,
    message: fill(finding.message, args),
    remedy: fill(finding.remedy, args),
    args,
    rule,
    waived,
    at,
  };
}

/** One line for stderr. */
export function findingLine(finding: FindingDocument): string {
  const rule = finding.rule === null ? '' : ` rule ${printable(finding.rule)}`;
  const waived = finding.waived ? ' (waived)' : '';
  return `vm-import: ${finding.severity}${waived}: ${finding.message} ${finding.remedy} [${finding.code}${rule}]`;
}
