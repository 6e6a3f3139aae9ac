import { EXIT, type ExitStatus, type Finding } from '../diagnostics/index.ts';
import { judge } from '../diagnostics/verdict.ts';
import { lintPolicies } from '../pipeline/index.ts';
import { reportDocument } from '../report/document.ts';
import { jsonText, placeOf, word } from '../report/words.ts';
import type { Io } from './io.ts';
import type { TalkArguments } from './options.ts';
import { printFindings, refuseOverwriting } from './output.ts';
import { reportRequests, writeReports } from './plan.ts';
import { momentOf } from './stages.ts';
import { usageError } from './usage.ts';

export interface PolicyLintArguments extends TalkArguments {
  readonly policies: readonly string[];
  readonly json?: boolean | undefined;
  readonly report?: readonly string[] | undefined;
  readonly waivers?: readonly string[] | undefined;
  readonly now?: string | undefined;
}

/**
 * Tells what is suspicious in policies that are formally right. Its findings are what was asked for, so they go to
 * stdout, and there is no `--strict`: a warning fails (exit 1), for a linter that never fails is of no use in CI.
 */
export async function policyLintCommand(io: Io, args: PolicyLintArguments): Promise<ExitStatus> {
  const nowhere = args.report?.find((report) => !report.includes('='));
  if (nowhere !== undefined) {
    throw usageError(`--report ${nowhere} names no file.`, `Write --report ${nowhere}=FILE; --json prints to stdout.`);
  }
  const reports = reportRequests({ report: args.report });
  const now = args.now === undefined ? new Date() : momentOf(args.now);
  const { policy, findings } = await lintPolicies(args.policies, args.waivers ?? [], now);
  if (policy === null) {
    printFindings(io, findings, args);
    return EXIT.usage;
  }
  await refuseOverwriting(
    reports.flatMap(({ file }) => file ?? []),
    [...args.policies, ...(args.waivers ?? [])],
  );
  const linted = {
    evidence: NOTHING_READ,
    decisions: [],
    checks: [],
    findings,
  };
  if (args.json === true) {
    io.stdout.write(jsonText(reportDocument(linted, [], { strict: true })));
  } else {
    const shown = findings.filter(({ severity }) => args.quiet !== true || severity !== 'info');
    for (const finding of shown) io.stdout.write(`${lintLine(finding)}\n`);
  }
  await writeReports(io, { ...args, strict: true }, reports, linted, []);
  return judge(findings, { strict: true }).exit;
}

/** `file:line:column: severity: words [code]`, which editors and CI systems know from compilers. */
function lintLine(finding: Finding): string {
  const document = word(finding);
  const { severity, message, remedy, code } = document;
  return `${placeOf(document) ?? 'policy'}: ${severity}: ${message} ${remedy} [${code}]`;
}

const NOTHING_READ = {
  machine: { name: 'policy', labels: {} },
  sources: [],
  disks: [],
  nics: [],
  drivers: [],
  osNames: [],
  extensions: {},
  votes: [],
  findings: [],
};
