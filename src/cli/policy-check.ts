import { EXIT, type ExitStatus, type Finding, VmImportError } from '../diagnostics/index.ts';
import { judge } from '../diagnostics/verdict.ts';
import type { Evidence } from '../facts/index.ts';
import * as pipeline from '../pipeline/index.ts';
import { counted } from '../report/quantities.ts';
import { printable } from '../report/words.ts';
import { readConfig } from '../sources/text.ts';
import type { Io } from './io.ts';
import { type DecisionArguments, flagValues, type SourceArguments } from './options.ts';
import { printFindings, refuseOverwriting } from './output.ts';
import { type ReportRequest, reportRequests, writeReports } from './plan.ts';
import { type Judges, judgesOf, planOptions, targetsOf } from './stages.ts';
import { usageError } from './usage.ts';

export interface PolicyCheckArguments extends Omit<DecisionArguments, keyof SourceArguments> {
  readonly policies: readonly string[];
  readonly evidence?: readonly string[] | undefined;
  readonly allowBacking?: boolean | undefined;
  readonly waivers?: readonly string[] | undefined;
  readonly now?: string | undefined;
  readonly report?: readonly string[] | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly noColor?: boolean | undefined;
}

/** What only has a meaning for evidence. */
const JUDGING = [
  ...['name', 'os', 'set', 'host', 'network', 'keepMac', 'uuid', 'diskDir', 'diskPlacement', 'cdrom', 'kernel'],
  ...['initrd', 'osinfoDb', 'strict', 'allowBacking', 'waivers', 'now', 'emit', 'report'],
] as const;

/**
 * Checks policies without an image: everything wrong in them is reported, with file, line and column. With
 * `--evidence` they judge what was inspected before, and the exit status is the verdict, the worst of several.
 */
export async function policyCheckCommand(io: Io, args: PolicyCheckArguments): Promise<ExitStatus> {
  const names = args.evidence ?? [];
  const asked = names.length === 0 ? undefined : request(args, names);
  const given: Readonly<Record<string, unknown>> = { ...args };
  const without = JUDGING.find((name) => given[name] !== undefined);
  if (asked === undefined && without !== undefined) {
    const option = without.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw usageError(`--${option} has no effect without --evidence.`, 'Save some: vm-import inspect --json IMAGE.');
  }
  if (asked !== undefined) {
    const judges = await judgesOf(io, { policy: args.policies, waivers: args.waivers, now: args.now });
    return judges === undefined ? EXIT.usage : judgeSaved(io, args, judges, asked);
  }
  const { policy, documents, findings } = await pipeline.readPolicies(args.policies);
  printFindings(io, findings, args);
  if (policy === null) return EXIT.usage;
  const waivers = await pipeline.readWaivers(policy.trial ?? policy, []);
  printFindings(io, waivers.findings, args);
  if (waivers.waivers === null) return EXIT.usage;
  for (const { uri, name, rules } of documents) {
    io.stdout.write(`${printable(uri)}: ok, policy ${printable(name)}, ${counted(rules, 'rule')}\n`);
  }
  return EXIT.ok;
}

interface Request {
  readonly names: readonly string[];
  readonly targets: readonly string[];
  readonly reports: readonly ReportRequest[];
  readonly set: ReturnType<typeof flagValues>;
}

/** Everything that is wrong with the command line, before anything is read. */
function request(args: PolicyCheckArguments, names: readonly string[]): Request {
  const targets = targetsOf(args);
  const reports = reportRequests({ report: args.report, dryRun: true });
  if (names.filter((name) => name === '-').length > 1) {
    throw usageError('stdin can be read only once.', 'Give --evidence - once.');
  }
  if (names.length > 1 && args.name !== undefined) {
    throw usageError('--name names one machine.', 'Leave it away with several documents of evidence.');
  }
  if (names.length > 1 && reports.some(({ format, file }) => format !== 'text' || file !== null)) {
    throw usageError('A report is about one machine.', 'Give one --evidence, or leave --report away.');
  }
  return { names, targets, reports, set: flagValues(args) };
}

async function judgeSaved(io: Io, args: PolicyCheckArguments, judges: Judges, asked: Request): Promise<ExitStatus> {
  const strict = args.strict === true;
  const options = { ...(await planOptions(io, args, judges, asked.set, asked.targets)), saved: true };
  await refuseOverwriting(
    asked.reports.flatMap(({ file }) => file ?? []),
    [...asked.names, ...args.policies, ...(args.waivers ?? []), ...(args.host ?? [])],
  );
  const all: Finding[] = [];
  for (const name of asked.names) {
    const { evidence, findings: wrong } = await readSaved(io, name);
    if (evidence === null) {
      printFindings(io, wrong, args);
      all.push(...wrong);
      continue;
    }
    const named =
      args.name === undefined ? evidence : { ...evidence, machine: { ...evidence.machine, name: args.name } };
    const planned = await pipeline.plan(
      pipeline.refusedSince(named, judges.policy, args.allowBacking === true),
      options,
    );
    const artefacts: pipeline.Artefact[] = [];
    if (planned.plan !== null) {
      for (const target of asked.targets) artefacts.push(await pipeline.emit(planned.plan, target));
    }
    const { findings, judgement } = planned.conclude(artefacts.flatMap((artefact) => artefact.findings));
    all.push(...findings);
    printFindings(io, findings, args);
    const several = asked.names.length > 1;
    if (several) io.stdout.write(`${name === asked.names[0] ? '' : '\n'}${printable(name)}: ${judgement.verdict}\n\n`);
    await writeReports(io, { ...args, dryRun: true }, asked.reports, { ...planned, findings }, artefacts);
  }
  return judge(all, { strict }).exit;
}

async function readSaved(io: Io, name: string): Promise<{ evidence: Evidence | null; findings: readonly Finding[] }> {
  const { catalogue } = await import('./catalogue.generated.ts');
  try {
    const bytes = name === '-' ? await readStdin(io) : await readConfig(name, pipeline.MAX_EVIDENCE_BYTES);
    const uri = name === '-' ? 'stdin' : name;
    return await pipeline.readEvidence(bytes, uri, (code) => catalogue.get(code)?.spec);
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    return { evidence: null, findings: [error.finding] };
  }
}

/** One byte more than allowed lets whoever parses it say that it is too large. */
async function readStdin(io: Io): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of io.stdin) {
    const bytes = Buffer.from(part);
    parts.push(bytes);
    size += bytes.length;
    if (size > pipeline.MAX_EVIDENCE_BYTES) break;
  }
  return Buffer.concat(parts);
}
