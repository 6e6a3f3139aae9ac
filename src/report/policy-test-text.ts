import pc from 'picocolors';
import {
  type CaseResult,
  type Difference,
  isCovered,
  type PolicyTestReport,
  type RuleCoverage,
  type SuiteResult,
  type Value,
} from '../facts/index.ts';
import { counted } from './quantities.ts';
import { findingText, printable } from './words.ts';

type Colors = ReturnType<typeof pc.createColors>;

export interface PolicyTestTextOptions {
  readonly color: boolean;
  /** Cases that passed too. */
  readonly verbose: boolean;
  /** A table of the rules. */
  readonly coverage: boolean;
}

/** For people: what failed first, then what passed, then the rules, and one line that sums it up. */
export function policyTestText(report: PolicyTestReport, options: PolicyTestTextOptions): string {
  const colors = pc.createColors(options.color);
  const failed = report.suites.flatMap((suite) =>
    suite.cases.filter(({ outcome }) => outcome !== 'passed').flatMap((one) => failureLines(suite, one, colors)),
  );
  const passed = report.suites.flatMap((suite) => suiteLines(suite, options.verbose, colors));
  const table = options.coverage ? coverageLines(report.coverage, colors) : [];
  const blocks = [failed, passed, table, [summary(report, colors)]].filter((lines) => lines.length > 0);
  return blocks.map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n');
}

function failureLines(suite: SuiteResult, one: CaseResult, colors: Colors): readonly string[] {
  const label = one.outcome === 'error' ? 'ERROR' : 'FAIL ';
  const lines = one.trouble === null ? one.differences.map((difference) => differenceLine(suite.uri, difference)) : [];
  return [
    `${colors.red(label)} ${placeIn(suite.uri, one.pointer)}  ${printable(one.name)}`,
    ...lines.map((line) => `      ${line}`),
    ...(one.trouble === null ? [] : [`      ${findingText(one.trouble)}`]),
  ];
}

/** One difference in one line, with the place of the expectation. */
export function differenceLine(uri: string, difference: Difference): string {
  return `${placeIn(uri, difference.pointer)}: ${differenceText(difference)}`;
}

function differenceText(difference: Difference): string {
  switch (difference.kind) {
    case 'verdict':
      return `verdict: expected ${difference.expected}, got ${difference.got}`;
    case 'missing':
      return `${difference.list}: expected ${printable(difference.name)}, which ${whyMissing(difference)}`;
    case 'unexpected':
      return `${difference.list}: got ${printable(difference.name)}, which was not expected: ${difference.message}`;
    case 'value':
      return `values: expected ${difference.key} ${shown(difference.expected)}, got ${shown(difference.got)}`;
  }
}

function whyMissing({ list, under }: Extract<Difference, { readonly kind: 'missing' }>): string {
  const there = `expect it under ${under}`;
  switch (under) {
    case null:
      return 'was not raised';
    case 'audited':
      return `was raised in audit mode only: ${there}`;
    case 'waived':
      return `was raised and waived: ${there}`;
    case 'includes':
      return list === 'findings' ? `is only a note: ${there}` : `was raised and counts: ${there}`;
  }
}

function shown(value: Value | null): string {
  return value === null ? 'undecided' : printable(String(value));
}

function placeIn(uri: string, pointer: string): string {
  return `${printable(uri)}:${pointer}`;
}

function suiteLines(suite: SuiteResult, verbose: boolean, colors: Colors): readonly string[] {
  const passed = suite.cases.filter(({ outcome }) => outcome === 'passed');
  const whole = passed.length === suite.cases.length;
  const label = whole ? colors.green('ok   ') : colors.red('FAIL ');
  const cases = verbose ? passed.map(({ name }) => `      ${colors.green('passed')} ${printable(name)}`) : [];
  return [
    `${label} ${printable(suite.uri)}  ${passed.length} of ${counted(suite.cases.length, 'case')} passed`,
    ...cases,
  ];
}

/** The rules of the policies under test, those that were not seen both ways first. */
function coverageLines(coverage: readonly RuleCoverage[], colors: Colors): readonly string[] {
  const own = coverage.filter((rule) => rule.own);
  const rows = [...own.filter((rule) => !isCovered(rule)), ...own.filter(isCovered)];
  const width = Math.max(4, ...rows.map((row) => nameOf(row).length));
  const header = `${'rule'.padEnd(width)}  acted  silent`;
  return [
    colors.bold(header),
    ...rows.map((row) => {
      const { fired, silent, always } = row;
      const quiet = always ? '-' : String(silent);
      const line = `${nameOf(row).padEnd(width)}  ${String(fired).padStart(5)}  ${quiet.padStart(6)}`;
      return isCovered(row) ? line : `${line}  ${colors.yellow(missing(row))}`;
    }),
    ...inheritedLine(coverage),
  ];
}

const nameOf = ({ rule, audited }: RuleCoverage): string => `${rule}${audited ? ' (audit)' : ''}`;

function missing({ fired, silent, always, uri, pointer }: RuleCoverage): string {
  const lacks = [...(fired === 0 ? ['act'] : []), ...(silent === 0 && !always ? ['keep silent'] : [])];
  return `never seen to ${lacks.join(' or to ')} (${placeIn(uri, pointer)})`;
}

function inheritedLine(coverage: readonly RuleCoverage[]): readonly string[] {
  const inherited = coverage.filter(({ own }) => !own);
  if (inherited.length === 0) return [];
  return [`inherited: ${inherited.filter(isCovered).length} of ${counted(inherited.length, 'rule')} seen both ways`];
}

function summary({ suites, coverage, broken }: PolicyTestReport, colors: Colors): string {
  const cases = suites.flatMap((suite) => suite.cases);
  const count = (outcome: CaseResult['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  const own = coverage.filter((rule) => rule.own);
  const parts = [
    `${count('passed')} passed`,
    `${count('failed')} failed`,
    ...(count('error') === 0 ? [] : [`${count('error')} could not be run`]),
    ...(broken.length === 0 ? [] : [`and ${counted(broken.length, 'suite')} could not be run at all`]),
  ];
  const paint = count('passed') === cases.length && broken.length === 0 ? colors.green : colors.red;
  const line = `${counted(cases.length, 'case')} in ${counted(suites.length, 'suite')}: ${parts.join(', ')}`;
  return `${paint(line)}; ${own.filter(isCovered).length} of ${counted(own.length, 'rule')} seen both ways`;
}
