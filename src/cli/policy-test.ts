import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import { isCovered, type PolicyTestReport } from '../facts/index.ts';
import { jsonText } from '../report/words.ts';
import type { Io } from './io.ts';
import type { TalkArguments } from './options.ts';
import { printFindingDocuments, refuseOverwriting, writeWhole } from './output.ts';
import { usageError } from './usage.ts';

export interface PolicyTestArguments extends TalkArguments {
  readonly tests: readonly string[];
  readonly coverage?: boolean | undefined;
  readonly minCoverage?: string | undefined;
  readonly report?: readonly string[] | undefined;
  readonly json?: boolean | undefined;
}

/** Runs policy tests. Exit status: 0 all passed, 1 some failed or too few rules were seen, 2 some could not be run. */
export async function policyTestCommand(io: Io, args: PolicyTestArguments): Promise<ExitStatus> {
  const least = percentOf(args.minCoverage);
  const junit = junitFile(args.report);
  const [{ testPolicies }, { catalogue }, { policyTestText }] = await Promise.all([
    import('../pipeline/suite/index.ts'),
    import('./catalogue.generated.ts'),
    import('../report/policy-test-text.ts'),
  ]);
  const report = await testPolicies(args.tests, catalogue);
  printFindingDocuments(
    io,
    report.broken.flatMap(({ findings }) => findings),
  );
  if (junit !== null) {
    await refuseOverwriting(
      [junit],
      [...report.suites.map(({ uri }) => uri), ...report.coverage.map(({ uri }) => uri)],
    );
    await writeWhole(junit, (await import('../report/policy-test-junit.ts')).policyTestJunit(report));
  }
  if (args.json === true) io.stdout.write(jsonText(report));
  else if (report.suites.length > 0 && (args.quiet !== true || statusOf(report) !== EXIT.ok)) {
    const color = args.noColor !== true && io.color.stdout;
    const options = { color, verbose: args.verbose === true, coverage: args.coverage === true };
    io.stdout.write(policyTestText(report, options));
  }
  const status = statusOf(report);
  if (status === EXIT.ok && least !== null && coveredPercent(report) < least) {
    const seen = Math.floor(coveredPercent(report) * 10) / 10;
    io.stderr.write(
      `vm-import: ${seen} % of the rules were seen both ways, less than the ${least} % of --min-coverage\n`,
    );
    return EXIT.denied;
  }
  return status;
}

function statusOf({ suites, broken }: PolicyTestReport): ExitStatus {
  const cases = suites.flatMap((suite) => suite.cases);
  if (broken.length > 0 || cases.some(({ outcome }) => outcome === 'error')) return EXIT.usage;
  return cases.some(({ outcome }) => outcome === 'failed') ? EXIT.denied : EXIT.ok;
}

/** Of the rules of the policies under test; inherited ones belong to the tests of their own policy. */
function coveredPercent({ coverage }: PolicyTestReport): number {
  const own = coverage.filter((rule) => rule.own);
  return own.length === 0 ? 100 : (100 * own.filter(isCovered).length) / own.length;
}

function percentOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const percent = /^[0-9]{1,3}(\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(percent <= 100)) {
    throw usageError(`--min-coverage ${text} is no percentage.`, 'Write a number from 0 to 100.');
  }
  return percent;
}

function junitFile(report: readonly string[] | undefined): string | null {
  const [wanted, second] = report ?? [];
  if (wanted === undefined) return null;
  const file = /^junit=(.+)$/s.exec(wanted)?.[1];
  if (file === undefined || file === '-' || second !== undefined) {
    throw usageError(`--report ${second ?? wanted} is not understood here.`, 'Write --report junit=FILE, once.');
  }
  return file;
}
