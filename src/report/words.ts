import type { Finding } from '../diagnostics/index.ts';
import { fill, printable } from '../diagnostics/words.ts';
import type { FindingDocument } from '../facts/index.ts';

export { printable };

/** The words of a finding. The only place where a template becomes text. */
export function word(finding: Finding): FindingDocument {
  const { code, severity, exit, args, rule, waiver, audited, at } = finding;
  return {
    code,
    severity,
    exit,
    message: fill(finding.message, args),
    remedy: fill(finding.remedy, args),
    args,
    rule,
    waived: waiver !== null,
    waiver,
    audited,
    at,
  };
}

/** `site.yaml:12:5`, `disk.qcow2 header+0x48`; undefined where nothing is named that the message does not name. */
export function placeOf({ message, at }: FindingDocument): string | undefined {
  const place = at.find(({ uri }) => uri !== null);
  if (place === undefined || place.uri === null) return undefined;
  const uri = printable(place.uri);
  const pointer = place.pointer === null ? '' : printable(place.pointer);
  const lineAndColumn = /^\d+:\d+$/.test(pointer);
  if (message.includes(uri) && !lineAndColumn) return undefined;
  return `${uri}${pointer === '' ? '' : lineAndColumn ? `:${pointer}` : ` ${pointer}`}`;
}

/** One line for stderr. */
export function findingLine(finding: FindingDocument): string {
  const waived = finding.waived ? ' (waived)' : finding.audited ? ' (audit)' : '';
  return `vm-import: ${finding.severity}${waived}: ${findingText(finding)}`;
}

/** Place, what is wrong, what to do about it, and the code, in one line. */
export function findingText(finding: FindingDocument): string {
  const rule = finding.rule === null ? '' : ` rule ${printable(finding.rule)}`;
  const place = placeOf(finding);
  const where = place === undefined ? '' : `${place}: `;
  const { message, remedy, code } = finding;
  return `${where}${sentence(message)} ${sentence(remedy)} [${code}${rule}]`;
}

/** The words of a policy's author may lack the stop that the next sentence needs. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
