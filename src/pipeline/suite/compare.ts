import type { Finding } from '../../diagnostics/index.ts';
import { counts, type Judgement } from '../../diagnostics/verdict.ts';
import {
  type Decision,
  type Difference,
  type ExpectedList,
  keySpec,
  parseKeyPath,
  type Value,
} from '../../facts/index.ts';
import { diagnostics } from '../../policy/diagnostics.ts';
import type { Expectations } from '../../policy/suite/suite.ts';
import { word } from '../../report/words.ts';

export interface Outcome {
  readonly findings: readonly Finding[];
  readonly judgement: Judgement;
  readonly decisions: readonly Decision[];
}

/** A rule that broke has not said what it is there for. */
const BROKEN: readonly string[] = [
  diagnostics['condition-failed'].code,
  diagnostics['condition-unknown'].code,
  diagnostics['too-costly'].code,
  diagnostics['message-failed'].code,
];

/** By what a suite knows a finding: its rule where one raised it, else its code. */
function nameOf({ rule, code }: Finding): string {
  return rule === null || BROKEN.includes(code) ? code : rule;
}

/** What came out otherwise than it was expected to. */
export function differences(expect: Expectations, { findings, judgement, decisions }: Outcome): readonly Difference[] {
  const found: Difference[] = [];
  const { verdict } = expect;
  if (verdict !== null && verdict.value !== judgement.verdict) {
    found.push({ kind: 'verdict', expected: verdict.value, got: judgement.verdict, pointer: verdict.pointer });
  }
  const counting = findings.filter(counts);
  const raised = byName(counting);
  const audited = byName(findings.filter((finding) => finding.audited));
  const waived = byName(findings.filter(({ waiver }) => waiver !== null));
  const lists = { includes: raised, audited, waived } as const;
  if (expect.findings !== null) {
    const wanted = new Set(expect.findings.value.map(({ value }) => value));
    const told = byName(counting.filter(({ severity }) => severity !== 'info'));
    for (const { value, pointer } of expect.findings.value) {
      if (!told.has(value)) found.push(missing('findings', value, lists, pointer));
    }
    for (const [name, finding] of told) {
      if (!wanted.has(name)) found.push(unexpected('findings', name, finding, expect.findings.pointer));
    }
  }
  for (const list of ['includes', 'audited', 'waived'] as const) {
    for (const { value, pointer } of expect[list]) {
      if (!lists[list].has(value)) found.push(missing(list, value, lists, pointer));
    }
  }
  for (const { value, pointer } of expect.excludes) {
    const finding = raised.get(value);
    if (finding !== undefined) found.push(unexpected('excludes', value, finding, pointer));
  }
  for (const { path, value, pointer } of expect.values) {
    const got = decided(path, decisions);
    if (got !== value) found.push({ kind: 'value', key: path, expected: value, got, pointer });
  }
  return found;
}

function byName(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  return new Map(findings.map((finding) => [nameOf(finding), finding]));
}

type Lists = { readonly [list in Exclude<ExpectedList, 'findings'>]: ReadonlyMap<string, Finding> };

function missing(list: ExpectedList, name: string, lists: Lists, pointer: string): Difference {
  const under = (['includes', 'audited', 'waived'] as const).find((other) => lists[other].has(name)) ?? null;
  return { kind: 'missing', list, name, under, pointer };
}

function unexpected(list: 'findings' | 'excludes', name: string, finding: Finding, pointer: string): Difference {
  return { kind: 'unexpected', list, name, message: word(finding).message, pointer };
}

/** A key of a device without a device means the first one, as for `get`. */
function decided(path: string, decisions: readonly Decision[]): Value | null {
  const target = parseKeyPath(path);
  if (target === undefined) return null;
  const { scope } = keySpec(target.key);
  const subject = target.subject ?? (scope === 'machine' ? null : `${scope}0`);
  return decisions.find((decision) => decision.key === target.key && decision.subject === subject)?.value ?? null;
}
