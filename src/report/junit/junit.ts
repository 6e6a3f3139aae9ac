import { posix } from 'node:path';
import { EXIT } from '../../diagnostics/index.ts';
import type { Evidence, FindingDocument, ReportDocument, RuleCheck } from '../../facts/index.ts';
import { foremost, leftOutWords } from '../foremost.ts';
import { junitXml, type TestCase, type TestSuite } from '../junit-xml.ts';
import { raisedBy, raiserAmong } from '../raiser.ts';
import type { Reporter } from '../reporter.ts';
import { byWeight, deniedByWarnings, standing } from '../standing.ts';
import { placeOf, printable } from '../words.ts';

/**
 * JUnit XML, for the test views of CI systems: what was read, every rule of the policy, and what was found besides.
 * A case fails where it denies, so the file and the exit status say the same.
 */
export const junit: Reporter = {
  render(report, evidence) {
    const { unreadable, others, ofRules, strays } = sorted(report);
    const strict = deniedByWarnings(report);
    const enforced = new Set(report.checks.flatMap(({ rule, audited }) => (audited ? [] : [rule])));
    const suites: readonly TestSuite[] = [
      { name: 'sources', cases: sourceCases(report, evidence, unreadable) },
      {
        name: 'policy',
        cases: [
          ...report.checks.map((check) => ruleCase(check, ofRules.get(check) ?? [], enforced, strict)),
          // a rule that is not in the list of the policy is told all the same
          ...[...strays].map(([rule, findings]) => ({ ...caseOf(rule, 'policy'), ...told(findings, strict) })),
        ],
      },
      {
        name: 'findings',
        cases: otherCases(others, strict),
      },
    ];
    const shown = suites.filter(({ cases }) => cases.length > 0);
    return junitXml(
      `vm-import ${evidence.machine.name}`,
      shown.map((suite) => ({ ...suite, cases: distinct(suite.cases) })),
    );
  },
};

/** A case for each, and one for all that are too many, which fails where one of them would. */
function otherCases(findings: readonly FindingDocument[], strict: boolean): readonly TestCase[] {
  const { shown, left } = foremost(findings, (finding) => finding);
  const cases = shown.map((finding) => ({ ...caseOf(finding.code, 'findings'), ...told([finding], strict) }));
  if (left === 0) return cases;
  const kept = new Set(shown);
  const rest = told(
    findings.filter((finding) => !kept.has(finding)),
    strict,
  );
  return [...cases, { ...caseOf(leftOutWords(left), 'findings'), ...rest }];
}

function caseOf(name: string, group: string): Pick<TestCase, 'name' | 'classname'> {
  return { name, classname: `vm-import.${group}` };
}

/** Viewers know a case by its two names and show only one of those that share them. */
function distinct(cases: readonly TestCase[]): readonly TestCase[] {
  const names = cases.map(({ name }) => printable(name));
  const taken = new Set(names);
  const seen = new Map<string, number>();
  return cases.map((test, index) => {
    const name = names[index] ?? '';
    let count = (seen.get(name) ?? 0) + 1;
    // a file may be called `disk.raw (2)` itself
    while (count > 1 && taken.has(`${name} (${count})`)) count++;
    seen.set(name, count);
    if (count === 1) return test;
    taken.add(`${name} (${count})`);
    return { ...test, name: `${name} (${count})` };
  });
}

/** Each finding under exactly one heading; notes are left to the other reports. */
function sorted({ findings, sources, checks }: ReportDocument) {
  const raiser = raiserAmong(checks);
  const unreadable = new Map<string, FindingDocument[]>();
  const strays = new Map<string, FindingDocument[]>();
  const others: FindingDocument[] = [];
  for (const finding of findings) {
    const source = sources.find(({ uri }) => refuses(finding, uri))?.uri;
    if (finding.rule !== null) {
      if (raiser(finding) === undefined) add(strays, finding.rule, finding);
    } else if (source !== undefined) add(unreadable, source, finding);
    else if (finding.severity !== 'info') others.push(finding);
  }
  return { unreadable, ofRules: raisedBy(checks, findings), strays, others };
}

function add(map: Map<string, FindingDocument[]>, key: string, finding: FindingDocument): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [finding]);
  else list.push(finding);
}

/** Whether a finding is about a source, or something in it, that cannot be read or is unsafe. */
function refuses({ severity, exit, at, args }: FindingDocument, source: string): boolean {
  if (severity !== 'error' || exit !== EXIT.input) return false;
  // a file that is not there has no place in it
  if (at.length === 0) return Object.values(args).includes(source);
  return at.some(({ uri }) => uri === source || uri?.startsWith(`${source}!`) === true);
}

/** Sources by the names of their files: a checkout in another directory is no other test. */
function sourceCases(
  { sources }: ReportDocument,
  { disks }: Evidence,
  unreadable: ReadonlyMap<string, readonly FindingDocument[]>,
): readonly TestCase[] {
  return sources.map(({ uri, format }) => {
    const named = caseOf(posix.basename(uri), 'sources');
    const findings = unreadable.get(uri) ?? [];
    if (findings.length === 0) {
      const held = disks.filter((disk) => disk.uri === uri || disk.uri.startsWith(`${uri}!`)).map(({ id }) => id);
      if (format === null) return { ...named, outcome: 'skipped', message: 'not understood', details: '' };
      return { ...named, outcome: 'passed', message: '', details: [format, ...held].join(', ') };
    }
    const spoken = told(findings, false);
    return { ...named, ...spoken, outcome: unmade(spoken.outcome, true) };
  });
}

/** A check that could not be made says neither yes nor no. */
function unmade(outcome: TestCase['outcome'], so: boolean): TestCase['outcome'] {
  return so && outcome === 'failed' ? 'error' : outcome;
}

const SILENT: Readonly<Record<RuleCheck['outcome'], string>> = {
  passed: '',
  failed: '',
  error: 'its condition could not be evaluated',
  applied: 'it applied and voted',
  'not-applied': 'its condition does not hold, so it did not vote',
  skipped: 'it was not asked: it is for other targets, or the run ended before',
};

/** What is tried out of a rule that is also enforced has a name that says so: viewers compare runs by it. */
function ruleCase(
  check: RuleCheck,
  findings: readonly FindingDocument[],
  enforced: ReadonlySet<string>,
  strict: boolean,
): TestCase {
  const { rule, title, outcome, audited, uri, pointer, docs } = check;
  const id = audited && enforced.has(rule) ? `${rule} (audit)` : rule;
  const named = caseOf(title === null ? id : `${id}: ${title}`, 'policy');
  const about = [`rule ${rule} at ${uri}:${pointer}`, ...(docs === null ? [] : [docs])];
  if (findings.length > 0) {
    const spoken = told(findings, strict);
    const details = [spoken.details, ...about].join('\n');
    return { ...named, ...spoken, outcome: unmade(spoken.outcome, outcome === 'error'), details };
  }
  const passed = { outcome: 'passed', message: '' } as const;
  const skipped = { outcome: 'skipped', message: SILENT[outcome] } as const;
  if (audited && outcome !== 'error') {
    const message = `audit mode: ${SILENT[outcome] === '' ? outcome : SILENT[outcome]}`;
    return { ...named, outcome: 'skipped', message, details: about.join('\n') };
  }
  if (outcome === 'skipped') return { ...named, ...skipped, details: about.join('\n') };
  if (outcome !== 'error') return { ...named, ...passed, details: [SILENT[outcome], ...about].join('\n').trim() };
  return { ...named, ...skipped, outcome: audited ? 'skipped' : 'error', details: about.join('\n') };
}

/** So many findings are spelled out in one case. */
const MOST_PARAGRAPHS = 100;

/**
 * What findings say of a case, the worst first. An error fails it, a warning only where `--strict` made it deny. What
 * does not count, waived or in audit mode, skips it, because viewers show a skipped case with its reason and a passed
 * one without.
 */
function told(
  findings: readonly FindingDocument[],
  strict: boolean,
): Pick<TestCase, 'outcome' | 'message' | 'details'> {
  const ranked = byWeight(findings);
  const [first] = ranked;
  const left = ranked.length - MOST_PARAGRAPHS;
  const details = [...ranked.slice(0, MOST_PARAGRAPHS).map(paragraph), ...(left > 0 ? [leftOutWords(left)] : [])].join(
    '\n',
  );
  if (first === undefined) return { outcome: 'passed', message: '', details };
  switch (standing(first)) {
    case 'error':
      return { outcome: 'failed', message: first.message, details };
    case 'warning':
      return { outcome: strict ? 'failed' : 'passed', message: first.message, details };
    case 'waived':
      return { outcome: 'skipped', message: `waived until ${first.waiver?.expires}: ${first.message}`, details };
    case 'audit':
      return { outcome: 'skipped', message: `audit mode: ${first.message}`, details };
    case 'info':
      return { outcome: 'passed', message: '', details };
  }
}

function paragraph(finding: FindingDocument): string {
  const { code, message, remedy, waiver } = finding;
  const place = placeOf(finding);
  const kind = standing(finding);
  return [
    `${kind === 'waived' || kind === 'audit' ? `${kind}, ${finding.severity}` : kind} [${code}]`,
    message,
    remedy,
    ...(place === undefined ? [] : [`at ${place}`]),
    ...(waiver === null
      ? []
      : [
          `waived until ${waiver.expires} by ${waiver.owner}${waiver.ticket === null ? '' : ` (${waiver.ticket})`}: ${waiver.reason}`,
          `in ${waiver.uri}:${waiver.pointer}`,
        ]),
  ]
    .map(printable)
    .join('\n');
}
