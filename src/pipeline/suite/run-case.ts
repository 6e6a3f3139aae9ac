import { EXIT, type Finding, VmImportError } from '../../diagnostics/index.ts';
import { counts } from '../../diagnostics/verdict.ts';
import type { CaseResult, Decision, HostCapabilities, RuleCheck } from '../../facts/index.ts';
import { diagnostics as osinfoDiagnostics } from '../../osinfo/diagnostics.ts';
import { type Policy, parseMoment } from '../../policy/index.ts';
import { diagnostics } from '../../policy/suite/diagnostics.ts';
import type { SuiteCase } from '../../policy/suite/suite.ts';
import { word } from '../../report/words.ts';
import { type Artefact, emit } from '../emit.ts';
import { readHost } from '../host.ts';
import { plan } from '../plan.ts';
import { loadWaivers } from '../waivers.ts';
import { differences } from './compare.ts';
import { type Catalogue, fileOf, type LoadedSuite, placeIn } from './load.ts';
import { evidenceOf } from './subject.ts';

export interface CaseRun {
  readonly result: CaseResult;
  readonly checks: readonly RuleCheck[];
  readonly decisions: readonly Decision[];
  /** As they would be were everything in audit mode enforced. */
  readonly tried: readonly Decision[];
}

/** Runs one case as the command line would: reads, decides, and writes for every target. */
export async function runCase(one: SuiteCase, loaded: LoadedSuite, catalogue: Catalogue): Promise<CaseRun> {
  const { name, pointer } = one;
  try {
    const { findings, judgement, decisions, tried, checks } = await outcomeOf(one, loaded, catalogue);
    const broken = unexpectedTrouble(one, findings);
    if (broken !== undefined) throw new VmImportError(broken);
    const found = differences(one.expect, { findings, judgement, decisions });
    const outcome = found.length === 0 ? 'passed' : 'failed';
    const told = { differences: found, findings: findings.map(word), trouble: null };
    return { result: { name, pointer, outcome, verdict: judgement.verdict, ...told }, checks, decisions, tried };
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    const { finding } = error;
    const at = finding.at.length === 0 ? placeIn(loaded.suite.uri, pointer) : finding.at;
    const trouble = word({ ...finding, exit: EXIT.usage, at });
    return {
      result: { name, pointer, outcome: 'error', verdict: null, differences: [], findings: [], trouble },
      checks: [],
      decisions: [],
      tried: [],
    };
  }
}

async function outcomeOf(one: SuiteCase, { suite, policy }: LoadedSuite, catalogue: Catalogue) {
  const judges = await judgesOf(one, suite.uri, policy);
  const evidence = await evidenceOf(one, suite.uri, judges, catalogue);
  const host = await hostOf(one, suite.uri);
  const os = one.os === null ? [] : [['os', one.os, '--os'] as const];
  const planned = await plan(evidence, {
    ...judges,
    saved: true,
    targets: one.emit.map(({ value }) => value),
    strict: one.strict,
    set: [...os, ...one.set.map(([path, value]) => [path, value, '--set'] as const)],
    ...(host === null ? {} : { host }),
  });
  const artefacts: Artefact[] = [];
  if (planned.plan !== null) {
    for (const { value } of one.emit) artefacts.push(await emit(planned.plan, value));
  }
  const concluded = planned.conclude(artefacts.flatMap((artefact) => artefact.findings));
  return { ...concluded, decisions: planned.decisions, tried: planned.tried, checks: planned.checks };
}

/** A rule that cannot be evaluated, or a system that nobody knows, is no result unless the case says that it expects it. */
function unexpectedTrouble({ expect }: SuiteCase, findings: readonly Finding[]): Finding | undefined {
  const named = [...(expect.findings?.value ?? []), ...expect.includes].map(({ value }) => value);
  return findings.find(
    (finding) =>
      counts(finding) &&
      !named.includes(finding.code) &&
      (UNKNOWN_OS === finding.code || (finding.severity === 'error' && finding.exit === EXIT.usage)),
  );
}

const UNKNOWN_OS = osinfoDiagnostics['unknown-os'].code;

/** The waivers of a case, and the time at which they have to be valid. */
async function judgesOf({ waivers, now }: SuiteCase, suite: string, policy: Policy) {
  const paths: string[] = [];
  for (const said of waivers) paths.push(await fileOf(said, suite));
  const moment = now === null ? undefined : parseMoment(now.value);
  if (now !== null && moment === undefined) {
    throw new VmImportError(diagnostics['wrong-time']({ value: now.value }, placeIn(suite, now.pointer)));
  }
  const loaded = await loadWaivers(policy, paths);
  return { policy, waivers: loaded, ...(moment === undefined ? {} : { now: new Date(moment) }) };
}

async function hostOf({ host }: SuiteCase, suite: string): Promise<HostCapabilities | null> {
  if (host.length === 0) return null;
  const paths: string[] = [];
  for (const said of host) paths.push(await fileOf(said, suite));
  const read = await readHost(paths);
  const wrong = read.findings.find(({ severity }) => severity === 'error');
  if (wrong !== undefined) throw new VmImportError(wrong);
  return read.host;
}
