import type { Arg, Finding } from '../diagnostics/index.ts';
import type { FindingDocument } from '../facts/index.ts';

// C0, DEL, C1, and the invisible controls that can reorder or hide text on a terminal (bidi, zero width, tags)
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;
const LONGEST = 400;

/** Text from an input, made safe to print: control characters are shown as escapes, and it ends somewhere. */
export function printable(text: string): string {
  const safe = text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
  return safe.length > LONGEST ? `${safe.slice(0, LONGEST)}...` : safe;
}

function fill(template: string, args: Readonly<Record<string, Arg>>): string {
  return template.replace(/\{([a-zA-Z]+)\}/g, (whole, name: string) =>
    Object.hasOwn(args, name) ? printable(String(args[name])) : whole,
  );
}

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
