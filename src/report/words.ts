import type { Finding, WaiverNote } from '../diagnostics/index.ts';
import { fill, jsonText, printable, sentence } from '../diagnostics/words.ts';
import type { FindingDocument } from '../facts/index.ts';

export { jsonText, printable, sentence };

/** The words of a finding. The only place where a template becomes text. */
export function word(finding: Finding): FindingDocument {
  const { code, severity, said, exit, args, rule, waiver, audited, at } = finding;
  return {
    code,
    severity,
    ...(said === undefined ? {} : { said }),
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

/** One line for stderr. What is waived asks for nothing to be done. */
export function findingLine(finding: FindingDocument): string {
  const waived = finding.waived ? ' (waived)' : finding.audited ? ' (audit)' : '';
  return `vm-import: ${finding.severity}${waived}: ${findingText(finding)}`;
}

/** Place, what is wrong, what to do about it, and the code, in one line. */
export function findingText(finding: FindingDocument): string {
  const rule = finding.rule === null ? '' : ` rule ${printable(finding.rule)}`;
  const place = placeOf(finding);
  const where = place === undefined ? '' : `${place}: `;
  const { message, remedy, code, waiver } = finding;
  const then =
    waiver === null ? sentence(remedy) : sentence(`Waived ${untilWhen(waiver)} by ${printable(waiver.owner)}`);
  return `${where}${sentence(message)} ${then} [${code}${rule}]`;
}

const MIDNIGHT = 'T00:00:00Z';
const DAY = 24 * 60 * 60 * 1000;

/** `until the end of 2027-01-31`: a waiver that is given a day is valid on that day. */
function untilWhen({ expires }: WaiverNote): string {
  if (!expires.endsWith(MIDNIGHT)) return `until ${printable(expires)}`;
  return `until the end of ${new Date(Date.parse(expires) - DAY).toISOString().slice(0, 10)}`;
}

/** Who answers for a waived finding, until when, and why: one line. */
export function waiverLine(waiver: WaiverNote): string {
  const { owner, ticket, reason, uri, pointer } = waiver;
  const who = ticket === null ? owner : `${owner}, ${ticket}`;
  return printable(`waived ${untilWhen(waiver)} by ${who}: ${reason} (${uri}:${pointer})`);
}
