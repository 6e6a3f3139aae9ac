import type { Finding } from '../../src/diagnostics/index.ts';
import type { Evidence } from '../../src/facts/index.ts';
import { catalogue } from '../../src/pipeline/catalogue.generated.ts';
import { applyWaivers, type Waiver, type Waiving } from '../../src/policy/index.ts';
import { type ParsedWaivers, parseWaivers } from '../../src/policy/waivers/document.ts';

const KNOWN = { rules: ['site.a', 'site.b', 'strict.format'], findings: catalogue };

export const DIGEST = `sha256:${'ab'.repeat(32)}`;

/** Reads a file of waivers; the list starts on line 3. */
export function parse(waivers: string): ParsedWaivers {
  return parseWaivers(`schema: vm-import/waivers@1\nwaivers:\n${waivers}`, 'w.yaml', KNOWN);
}

let line = 0;

/** A waiver of rule `site.a` for every machine, valid through 2027. Each stands in a line of its own. */
export function waiver(
  fields: Partial<Omit<Waiver, 'scope'>> & { readonly scope?: Partial<Waiver['scope']> } = {},
): Waiver {
  const rule = fields.code === undefined ? 'site.a' : null;
  const scope = { digests: null, name: null, source: null, ...(fields.scope ?? { name: '*' }) };
  line++;
  const place = { uri: 'w.yaml', pointer: `${line}:5` };
  const words = { reason: 'because', owner: 'somebody', ticket: null, expires: '2028-01-01T00:00:00Z' };
  return { rule, code: null, possible: true, powerless: null, ...words, ...place, ...fields, scope };
}

/** The finding that rule `site.a` raises, unless told otherwise. */
export function finding(fields: Partial<Finding> = {}): Finding {
  return {
    code: fields.rule === null ? 'qcow2/dirty' : 'policy/denied',
    severity: 'error',
    exit: 1,
    safety: false,
    objection: true,
    args: {},
    at: [],
    message: 'm',
    remedy: 'r',
    rule: 'site.a',
    waiver: null,
    audited: false,
    ...fields,
  };
}

export const SOURCE = { uri: '/images/web.qcow2', format: 'qcow2', size: 1, bytesRead: 1, digest: null };

export const SUBJECT = { machine: { name: 'web-1', labels: {} }, sources: [SOURCE], disks: [] as Evidence['disks'] };

/** Applies waivers to findings about `SUBJECT` at the end of a run in the middle of 2027. */
export function apply(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  waiving: Partial<Waiving> = {},
): readonly Finding[] {
  const now = Date.parse('2027-07-01T00:00:00Z');
  return applyWaivers(findings, { waivers, subject: SUBJECT, now, tell: 'all', ...waiving });
}

/** `policy/denied waived`, `waiver/unused info`, ... */
export function outcome(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ code, severity, waiver: note }) => `${code} ${note === null ? severity : 'waived'}`);
}
