import { EXIT, type Finding, VmImportError } from '../../diagnostics/index.ts';
import { judge } from '../../diagnostics/verdict.ts';
import type { CaseResult, Decision, HostCapabilities, RuleCheck } from '../../facts/index.ts';
import { diagnostics } from '../../policy/suite/diagnostics.ts';
import type { SuiteCase } from '../../policy/suite/suite.ts';
import { word } from '../../report/words.ts';
import { type Artefact, emit } from '../emit.ts';
import { readHost } from '../host.ts';
import { plan } from '../plan.ts';
import { differences } from './compare.ts';
import { type Catalogue, fileOf, type LoadedSuite, placeIn } from './load.ts';
import { evidenceOf } from './subject.ts';

export interface CaseRun {
  readonly result: CaseResult;
  readonly checks: readonly RuleCheck[];
  readonly decisions: readonly Decision[];
}

/** Runs one case as the command line would: reads, decides, and writes for every target. */
export async function runCase(one: SuiteCase, loaded: LoadedSuite, catalogue: Catalogue): Promise<CaseRun> {
  const { name, pointer } = one;
  try {
    const { findings, decisions, checks } = await outcomeOf(one, loaded, catalogue);
    const judgement = judge(findings, { strict: one.strict });
    const found = differences(one.expect, { findings, judgement, decisions });
    const outcome = found.length === 0 ? 'passed' : 'failed';
    const told = { differences: found, findings: findings.map(word), trouble: null };
    return { result: { name, pointer, outcome, verdict: judgement.verdict, ...told }, checks, decisions };
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    const { finding } = error;
    const at = finding.at.length === 0 ? placeIn(loaded.suite.uri, pointer) : finding.at;
    const trouble = word({ ...finding, exit: EXIT.usage, at });
    return {
      result: { name, pointer, outcome: 'error', verdict: null, differences: [], findings: [], trouble },
      checks: [],
      decisions: [],
    };
  }
}

async function outcomeOf(one: SuiteCase, { suite, policy }: LoadedSuite, catalogue: Catalogue) {
  refuseUnknownOptions(one, suite.uri);
  const evidence = await evidenceOf(one, suite.uri, policy, catalogue);
  const host = await hostOf(one, suite.uri);
  const os = one.os === null ? [] : [['os', one.os, '--os'] as const];
  const planned = await plan(evidence, {
    policy,
    strict: one.strict,
    set: [...os, ...one.set.map(([path, value]) => [path, value, '--set'] as const)],
    ...(host === null ? {} : { host }),
  });
  const artefacts: Artefact[] = [];
  if (planned.plan !== null) {
    for (const { value } of one.emit) artefacts.push(await emit(planned.plan, value));
  }
  const findings: readonly Finding[] = [...planned.findings, ...artefacts.flatMap((artefact) => artefact.findings)];
  return { findings, decisions: planned.decisions, checks: planned.checks };
}

/** What the language of tests has, and the pipeline has not. */
function refuseUnknownOptions({ waivers, now }: SuiteCase, suite: string): void {
  const [waiver] = waivers;
  if (waiver !== undefined) {
    throw new VmImportError(
      diagnostics['not-yet']({ key: 'waivers', option: '--waivers' }, placeIn(suite, waiver.pointer)),
    );
  }
  if (now !== null) {
    throw new VmImportError(diagnostics['not-yet']({ key: 'now', option: '--now' }, placeIn(suite, now.pointer)));
  }
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
