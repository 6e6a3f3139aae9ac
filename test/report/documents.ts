import type { Finding, WaiverNote } from '../../src/diagnostics/index.ts';
import type { Decision, Evidence, ReportDocument, RuleCheck, TargetOutcome } from '../../src/facts/index.ts';
import { reportDocument } from '../../src/report/document.ts';
import { reporters } from '../../src/report/registry.generated.ts';
import type { RenderOptions } from '../../src/report/reporter.ts';

export const OPTIONS: RenderOptions = {
  color: false,
  verbose: false,
  version: '1.2.3',
  explain: (code) => `What ${code} means. Why it matters, {and} [what](else).`,
};

export const WAIVER: WaiverNote = {
  reason: 'the tenant moves off it in spring',
  owner: 'ops@example.org',
  ticket: 'OPS-123',
  expires: '2027-02-01T00:00:00.000Z',
  uri: 'waivers.yaml',
  pointer: '3:5',
};

export function finding(of: Partial<Finding> = {}): Finding {
  return {
    code: 'disk/backing-file',
    severity: 'error',
    exit: 3,
    safety: true,
    objection: true,
    args: { name: 'base.qcow2' },
    at: [{ origin: 'content', uri: '/srv/images/web.qcow2', pointer: 'header+0x8' }],
    message: 'The disk needs {name}, which is not part of it.',
    remedy: 'Flatten it with qemu-img convert.',
    rule: null,
    waiver: null,
    audited: false,
    ...of,
  };
}

/** A finding that a policy rule raised. */
export function denied(rule: string, of: Partial<Finding> = {}): Finding {
  return finding({
    code: 'policy/denied',
    exit: 1,
    safety: false,
    rule,
    args: { message: 'too large', remedy: 'Ask ops.' },
    message: '{message}',
    remedy: '{remedy}',
    at: [{ origin: 'policy', uri: 'site.yaml', pointer: '12:5' }],
    ...of,
  });
}

export function check(rule: string, of: Partial<RuleCheck> = {}): RuleCheck {
  return {
    rule,
    title: `About ${rule}`,
    phase: 'verify',
    outcome: 'passed',
    message: null,
    audited: false,
    uri: 'site.yaml',
    pointer: '10:3',
    docs: null,
    tags: [],
    ...of,
  };
}

export function decision(of: Partial<Decision> = {}): Decision {
  return {
    key: 'firmware',
    subject: null,
    value: 'uefi',
    winner: {
      origin: 'content',
      strength: 'required',
      values: ['uefi'],
      uri: '/srv/images/web.qcow2',
      pointer: 'guest+0x200',
      rule: null,
    },
    agreed: [],
    lost: [],
    ...of,
  };
}

export function evidence(of: Partial<Evidence> = {}): Evidence {
  return {
    machine: { name: 'web', labels: {} },
    sources: [{ uri: '/srv/images/web.qcow2', format: 'qcow2', size: 4096, bytesRead: 4096, digest: null }],
    disks: [],
    nics: [],
    drivers: [],
    osNames: [],
    extensions: {},
    votes: [],
    findings: [],
    ...of,
  };
}

interface Told {
  readonly evidence?: Evidence;
  readonly findings?: readonly Finding[];
  readonly checks?: readonly RuleCheck[];
  readonly decisions?: readonly Decision[];
  readonly outcomes?: readonly TargetOutcome[];
  readonly strict?: boolean;
  readonly options?: Partial<RenderOptions>;
}

export function reported(told: Told): { readonly report: ReportDocument; readonly evidence: Evidence } {
  const { findings = [], checks = [], decisions = [], outcomes = [], strict = false } = told;
  const of = told.evidence ?? evidence();
  const report = reportDocument({ evidence: of, findings, decisions, checks }, [{ target: 'openstack', outcomes }], {
    strict,
  });
  return { report, evidence: of };
}

/** What a report format prints of all this. */
export async function rendered(id: string, told: Told): Promise<string> {
  const format = reporters.find((one) => one.id === id);
  if (format === undefined) throw new Error(`there is no report ${id}`);
  const { report, evidence: of } = reported(told);
  return (await format.load()).render(report, of, { ...OPTIONS, ...told.options });
}
