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
  const lineAndColumn = LINE_AND_COLUMN.test(place.pointer ?? '');
  if (message.includes(printable(place.uri)) && !lineAndColumn) return undefined;
  return placed(place.uri, place.pointer);
}

const LINE_AND_COLUMN = /^\d+:\d+$/;

/** `site.yaml:12:5`, `disk.qcow2 header+0x48`. */
export function placed(uri: string, pointer: string | null): string {
  if (pointer === null) return printable(uri);
  return printable(LINE_AND_COLUMN.test(pointer) ? `${uri}:${pointer}` : `${uri} ${pointer}`);
}

/** One line for stderr. */
export function findingLine(finding: FindingDocument): string {
  const rule = finding.rule === null ? '' : ` rule ${printable(finding.rule)}`;
  const waived = finding.waived ? ' (waived)' : finding.audited ? ' (audit)' : '';
  const place = placeOf(finding);
  const where = place === undefined ? '' : `${place}: `;
  const { severity, message, remedy, code } = finding;
  return `vm-import: ${severity}${waived}: ${where}${sentence(message)} ${sentence(remedy)} [${code}${rule}]`;
}

/** The words of a policy's author may lack the stop that the next sentence needs. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
