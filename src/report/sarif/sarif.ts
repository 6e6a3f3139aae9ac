import type { Artifact, Log, Run } from 'sarif';
import type { Evidence, ReportDocument, SourceEvidence } from '../../facts/index.ts';
import { foremost, leftOutWords } from '../foremost.ts';
import { lostFirst } from '../outcomes.ts';
import type { RenderOptions, Reporter } from '../reporter.ts';
import { exitOf } from '../standing.ts';
import { printable } from '../words.ts';
import { fingerprints } from './fingerprint.ts';
import { uriReference } from './places.ts';
import { passOf, type ResultContext, resultOf } from './results.ts';
import { rulesOf } from './rules.ts';

/** SARIF 2.1.0 with Errata 01, for code scanning and its viewers. */
export const sarif: Reporter = {
  render(report, evidence, options) {
    const log: Log = {
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
      version: '2.1.0',
      runs: [runOf(report, evidence, options)],
    };
    return `${JSON.stringify(log, null, 2)}\n`;
  },
};

function runOf(whole: ReportDocument, evidence: Evidence, { version, explain, verbose }: RenderOptions): Run {
  const { shown, left } = foremost(whole.findings, (finding) => finding);
  const report = { ...whole, findings: shown };
  const rules = rulesOf(report, explain);
  const places = new Map(rules.map(({ id }, index) => [id, index]));
  const sources = [...new Map(report.sources.map((source) => [source.uri, source])).values()];
  const indices = new Map(sources.map(({ uri }, index) => [uri, index]));
  const context: ResultContext = {
    ruleIndex: (id) => places.get(id) ?? -1,
    artifactIndex: (uri) => indices.get(uri),
    subject: sources[0]?.uri ?? null,
  };
  const marks = fingerprints(report, evidence);
  const found = report.findings.map((finding, index) => resultOf(finding, marks[index] ?? '', context));
  // GitHub makes an alert of whatever is a result, of a pass too
  const passed = verbose ? report.checks.filter(({ outcome }) => outcome === 'passed') : [];
  return {
    tool: { driver: { name: 'vm-import', version, semanticVersion: version, rules: [...rules] } },
    // the slash makes it a category: the runs over one machine belong together
    automationDetails: { id: `vm-import/${printable(evidence.machine.name)}/` },
    invocations: [
      {
        executionSuccessful: true,
        exitCode: exitOf(whole),
        exitCodeDescription: report.verdict,
        ...(left === 0
          ? {}
          : {
              toolExecutionNotifications: [{ level: 'warning', message: { text: `Left out: ${leftOutWords(left)}.` } }],
            }),
      },
    ],
    artifacts: sources.map(artifactOf),
    columnKind: 'utf16CodeUnits',
    results: [...found, ...passed.map((check) => passOf(check, context))],
    properties: {
      verdict: report.verdict,
      ...targetsOf(report),
      ...(left === 0 ? {} : { findings: whole.findings.length }),
    },
  };
}

/** How each decided key fares in each target. SARIF has no word for it, so it stands in the properties of the run. */
function targetsOf({ targets }: ReportDocument): { readonly targets?: Record<string, unknown> } {
  const told = Object.entries(targets).filter(([, outcomes]) => outcomes.length > 0);
  if (told.length === 0) return {};
  const fates = told.map(([target, outcomes]) => [
    target,
    lostFirst(outcomes).map(({ key, outcome, note }) => ({ key: printable(key), outcome, note: printable(note) })),
  ]);
  return { targets: Object.fromEntries(fates) };
}

function artifactOf({ uri, size, format, digest }: SourceEvidence): Artifact {
  const [algorithm, hash] = digest?.split(':', 2) ?? [];
  return {
    location: { uri: uriReference(uri) },
    roles: ['analysisTarget'],
    ...(size === null ? {} : { length: size }),
    ...(algorithm === 'sha256' && hash !== undefined ? { hashes: { 'sha-256': hash } } : {}),
    properties: { format: format === null ? null : printable(format) },
  };
}
