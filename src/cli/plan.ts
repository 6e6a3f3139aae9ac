import { join } from 'node:path';
import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import { counts } from '../diagnostics/verdict.ts';
import { shellQuote } from '../emitters/shell.ts';
import { type Artefact, emit, type Planned, siteTemplates } from '../pipeline/index.ts';
import { VERSION } from '../pipeline/version.generated.ts';
import { reportDocument } from '../report/document.ts';
import { reporters } from '../report/registry.generated.ts';
import { printable } from '../report/words.ts';
import type { Io } from './io.ts';
import type { DecisionArguments } from './options.ts';
import { isDirectory, makeDirectory, printFindings, refuseOverwriting, writeWhole } from './output.ts';
import { type PlannedSources, planSources, targetsOf } from './stages.ts';
import { usageError } from './usage.ts';

export interface PlanArguments extends DecisionArguments {
  readonly output?: string | undefined;
  readonly report?: readonly string[] | undefined;
  readonly dryRun?: boolean | undefined;
  readonly templates?: string | undefined;
}

export interface ReportRequest {
  readonly format: string;
  readonly file: string | null;
}

/** The default command: plan, then print the artefact, or with `--dry-run` the report. */
export async function planCommand(io: Io, args: PlanArguments): Promise<ExitStatus> {
  const targets = targetsOf(args);
  if (targets.length > 1 && args.output === undefined && args.dryRun !== true) {
    throw usageError('Several targets need a directory to be written to.', 'Add -o DIR.');
  }
  const reports = reportRequests(args);
  if (args.dryRun === true && args.output !== undefined) {
    throw usageError(
      '--dry-run writes no artefact, so -o has no effect.',
      'Write the report with --report FORMAT=FILE.',
    );
  }
  if (args.output === '') throw usageError('-o names no file.', 'Write -o FILE, or -o DIR with several targets.');

  const readTemplate = args.templates === undefined ? undefined : await siteTemplates(args.templates);
  const planned = await planSources(io, args);
  if (planned === undefined) return EXIT.usage;
  const artefacts: Artefact[] = [];
  if (planned.plan !== null) {
    for (const target of targets) artefacts.push(await emit(planned.plan, target, readTemplate));
    if (readTemplate !== undefined && artefacts.every(({ templates }) => templates.length === 0)) {
      throw usageError(`${targets.join(' and ')} has no templates, so --templates has no effect.`, 'Leave it out.');
    }
  }
  const { findings, judgement } = planned.conclude(artefacts.flatMap((artefact) => artefact.findings));
  const { exit } = judgement;

  printFindings(io, findings, args);
  const templates = args.templates === undefined ? [] : artefacts.flatMap((artefact) => artefact.templates);
  await refuseOverwriting(outputsOf(args, reports), [...inputsOf(args, planned), ...templates]);
  if (exit === EXIT.denied && !findings.some((finding) => counts(finding) && finding.severity === 'error')) {
    io.stderr.write('vm-import: denied: with --strict warnings deny\n');
  }
  await writeReports(io, args, reports, { ...planned, findings }, artefacts);
  if (exit === EXIT.ok && args.quiet !== true && artefacts.some(({ makesCopies }) => !makesCopies)) {
    for (const line of preparation(planned)) io.stderr.write(`vm-import: ${line}\n`);
  }
  if (exit === EXIT.ok && args.dryRun !== true) await writeArtefacts(io, args.output, planned, artefacts);
  return exit;
}

/** Commands that make the files which the artefact names and which are not there yet. */
function preparation({ plan }: Planned): string[] {
  const files = (plan?.disks ?? []).flatMap((disk) => disk.copy ?? disk.overlay ?? []);
  const line = (command: readonly string[]) => command.map((word) => printable(shellQuote(word))).join(' ');
  return files.flatMap(({ command, alternatives }) => [
    `first run: ${line(command)}`,
    ...alternatives.map((other) => `or: ${line(other)}`),
  ]);
}

function outputsOf(args: PlanArguments, reports: readonly ReportRequest[]): string[] {
  return [...(args.output === undefined ? [] : [args.output]), ...reports.flatMap(({ file }) => file ?? [])];
}

/** Every file that was read, so that none of them is written over. */
function inputsOf(args: PlanArguments, { evidence, decisions, configured }: PlannedSources): string[] {
  const named = [
    args.hints,
    args.kernel,
    args.initrd,
    args.osinfoDb,
    ...configured,
    ...(args.host ?? []),
    ...(args.cdrom ?? []),
  ];
  const layers = evidence.disks.flatMap((disk) => (disk.backing ?? []).flatMap((layer) => layer.path ?? []));
  // a SOURCE may be spelled with a transport (oci:DIR), and a bundle holds more than itself
  const read = [...evidence.sources.map(({ uri }) => uri), ...evidence.disks.flatMap(({ path }) => path ?? [])];
  const sideCars = args.sources.map((source) => `${source}.vm-hints.json`);
  const stores = decisions.flatMap(({ key, value }) => (key === 'nvram' && value !== null ? [String(value)] : []));
  const paths = named.filter((path) => path !== undefined);
  return [...args.sources, ...read, ...layers, ...sideCars, ...stores, ...paths];
}

/** The reports that `--report` asks for; a usage error for what cannot be written. */
export function reportRequests(args: Pick<PlanArguments, 'report' | 'dryRun'>): readonly ReportRequest[] {
  const known = reporters.map(({ id }) => id);
  const requests = (args.report ?? (args.dryRun === true ? ['text'] : [])).map((text): ReportRequest => {
    const equals = text.indexOf('=');
    return equals < 0 ? { format: text, file: null } : { format: text.slice(0, equals), file: text.slice(equals + 1) };
  });
  for (const { format, file } of requests) {
    if (!known.includes(format)) {
      throw usageError(`There is no report format ${format}.`, `--report takes ${known.join(', ')}.`);
    }
    if (file === '' || file === '-') {
      throw usageError(`--report ${format}=${file} names no file.`, `Write --report ${format}=FILE.`);
    }
    if (file === null && args.dryRun !== true && format !== 'text') {
      throw usageError(
        `A ${format} report needs a file, because stdout carries the artefact.`,
        `Write --report ${format}=FILE, or add --dry-run.`,
      );
    }
  }
  if (args.dryRun === true && requests.filter(({ file }) => file === null).length > 1) {
    throw usageError('Only one report fits on stdout.', 'Give the others a file: --report FORMAT=FILE.');
  }
  return requests;
}

export async function writeReports(
  io: Io,
  args: Pick<PlanArguments, 'strict' | 'dryRun' | 'noColor' | 'verbose'>,
  requests: readonly ReportRequest[],
  planned: Pick<Planned, 'evidence' | 'findings' | 'decisions' | 'checks'>,
  artefacts: readonly Artefact[],
): Promise<void> {
  if (requests.length === 0) return;
  const report = reportDocument(planned, artefacts, { strict: args.strict === true });
  for (const { format, file } of requests) {
    const known = reporters.find(({ id }) => id === format);
    if (known === undefined) continue;
    const stream = args.dryRun === true ? 'stdout' : 'stderr';
    const color = file === null && args.noColor !== true && io.color[stream];
    const options = {
      color,
      verbose: args.verbose === true,
      version: VERSION,
      explain: await explainer(known.explains),
    };
    const text = (await known.load()).render(report, planned.evidence, options);
    if (file === null) io[stream].write(text);
    else await writeWhole(file, text);
  }
}

async function explainer(wanted: boolean): Promise<(code: string) => string | null> {
  if (!wanted) return () => null;
  const { catalogue } = await import('./catalogue.generated.ts');
  return (code) => catalogue.get(code)?.spec.explain ?? null;
}

async function writeArtefacts(
  io: Io,
  output: string | undefined,
  planned: Planned,
  artefacts: readonly Artefact[],
): Promise<void> {
  const name = planned.evidence.machine.name;
  const several = artefacts.length > 1;
  const wanted = several || output?.endsWith('/') === true;
  if (wanted && output !== undefined) await makeDirectory(output);
  const inDirectory = output !== undefined && (wanted || (await isDirectory(output)));
  for (const { text, suffix } of artefacts) {
    if (text === null) continue;
    if (output === undefined) io.stdout.write(text);
    else await writeWhole(inDirectory ? join(output, `${name}${suffix}`) : output, text);
  }
}
