import { VmImportError } from '../diagnostics/index.ts';
import type { Evidence, HostCapabilities } from '../facts/index.ts';
import * as pipeline from '../pipeline/index.ts';
import { type Policy, parseMoment, type Waiver } from '../policy/index.ts';
import type { Io } from './io.ts';
import { refuseDocuments } from './mistaken.ts';
import {
  type DecisionArguments,
  flagValues,
  given,
  networkPairs,
  type SourceArguments,
  type TalkArguments,
} from './options.ts';
import { printFindings } from './output.ts';
import { usageError } from './usage.ts';

/** Loads the policies of a command line and prints everything that is wrong with them. Undefined: it cannot go on. */
export async function policyOf(io: Io, refs: readonly string[] | undefined): Promise<Policy | undefined> {
  if (refs?.some((ref) => ref.trim() === '') === true) {
    throw usageError('--policy names no file.', 'Write --policy FILE, a directory, or preset:NAME.');
  }
  const { policy, findings } = await pipeline.readPolicies(refs ?? []);
  printFindings(io, findings);
  return policy ?? undefined;
}

/** By what sources are judged. */
export interface Judges {
  readonly policy: Policy;
  readonly waivers: readonly Waiver[];
  readonly now?: Date;
}

/** Loads the policies and waivers of a command line. Undefined: it cannot go on, and has printed why. */
export async function judgesOf(
  io: Io,
  args: Pick<SourceArguments, 'policy' | 'waivers' | 'now'>,
): Promise<Judges | undefined> {
  const now = args.now === undefined ? undefined : momentOf(args.now);
  const policy = await policyOf(io, args.policy);
  if (policy === undefined) return undefined;
  const { waivers, findings } = await pipeline.readWaivers(policy, args.waivers ?? []);
  printFindings(io, findings);
  return waivers === null ? undefined : { policy, waivers, ...given({ now }) };
}

/** The time that `--now` gives. Throws (exit 2) where it is none. */
export function momentOf(text: string): Date {
  const moment = parseMoment(text);
  if (moment !== undefined) return new Date(moment);
  throw usageError(`--now ${text} is no time.`, 'Write a date, or a time with its zone: 2027-01-31T12:00:00Z.');
}

export async function inspectSources(args: SourceArguments, judges: Judges, name?: string): Promise<Evidence> {
  await refuseDocuments(args.sources);
  const { format, hints, allowBacking, verify, vm, configuration, member } = args;
  const wanted = given({ format, hints, allowBacking, name, vm, configuration, member });
  return pipeline.inspect(args.sources, { ...wanted, verify, ...judges });
}

/** A plan, and the files of policies, waivers and the host behind it. */
export interface PlannedSources extends pipeline.Planned {
  readonly configured: readonly string[];
}

/** What the plan is made for. Throws (exit 2) where there is no such target. */
export function targetsOf({ emit = ['libvirt-xml'] }: Pick<DecisionArguments, 'emit'>): readonly string[] {
  const unknown = emit.find((target) => !pipeline.TARGETS.includes(target));
  if (unknown !== undefined) {
    throw usageError(`There is no target ${unknown}.`, `--emit takes ${pipeline.TARGETS.join(', ')}.`);
  }
  return [...new Set(emit)];
}

/** Everything that is read, and what the caller wants of it. */
export interface Prepared {
  readonly evidence: Evidence;
  readonly options: pipeline.PlanOptions & { readonly policy: Policy };
}

/** Everything up to a plan. Undefined when a policy could not be read: its errors have been printed. */
export async function planSources(io: Io, args: DecisionArguments): Promise<PlannedSources | undefined> {
  const prepared = await prepare(io, args);
  if (prepared === undefined) return undefined;
  const planned = await pipeline.plan(prepared.evidence, prepared.options);
  const { documents, waivers } = prepared.options.policy;
  const configured = [
    ...documents.map(({ uri }) => uri),
    ...waivers.map(({ path }) => path),
    ...(args.waivers ?? []),
    ...(prepared.options.host?.uris ?? []),
  ];
  return { ...planned, configured };
}

/** Reads everything that a plan is made of. Undefined when a policy could not be read. */
export async function prepare(io: Io, args: DecisionArguments): Promise<Prepared | undefined> {
  const set = flagValues(args);
  const targets = targetsOf(args);
  const judges = await judgesOf(io, args);
  if (judges === undefined) return undefined;
  const options = await planOptions(io, args, judges, set, targets);
  const evidence = await inspectSources(args, judges, args.name);
  return { evidence, options };
}

/** What a command line says about deciding, whatever the evidence is. */
export async function planOptions(
  io: Io,
  args: Omit<DecisionArguments, Exclude<keyof SourceArguments, keyof TalkArguments>>,
  judges: Judges,
  set: NonNullable<pipeline.PlanOptions['set']>,
  targets: readonly string[],
): Promise<Prepared['options']> {
  const { uuid, kernel, initrd, strict, diskDir, keepMac, osinfoDb } = args;
  const networks = networkPairs(args);
  const host = args.host === undefined ? undefined : await hostOf(io, args.host, args);
  return {
    ...judges,
    set,
    targets,
    networks,
    ...given({ uuid, kernel, initrd, strict, host, diskDir, keepMac, osinfoDb, cdroms: args.cdrom }),
  };
}

async function hostOf(io: Io, from: readonly string[], talk: TalkArguments): Promise<HostCapabilities> {
  const { host, findings } = await pipeline.readHost(from);
  const wrong = findings.find(({ severity }) => severity === 'error');
  if (wrong !== undefined) throw new VmImportError(wrong);
  printFindings(io, findings, talk);
  return host;
}
