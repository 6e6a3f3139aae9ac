import { VmImportError } from '../diagnostics/index.ts';
import type { Evidence, HostCapabilities } from '../facts/index.ts';
import * as pipeline from '../pipeline/index.ts';
import type { Policy } from '../policy/index.ts';
import type { Io } from './io.ts';
import { type DecisionArguments, flagValues, given, networkPairs, type SourceArguments } from './options.ts';
import { printFindings } from './output.ts';
import { usageError } from './usage.ts';

/** Loads the policies of a command line and prints everything that is wrong with them. Undefined: it cannot go on. */
export async function policyOf(io: Io, refs: readonly string[] | undefined): Promise<Policy | undefined> {
  const { policy, findings } = await pipeline.readPolicies(refs ?? []);
  printFindings(io, findings);
  return policy ?? undefined;
}

export function inspectSources(args: SourceArguments, policy: Policy, name?: string): Promise<Evidence> {
  const { format, hints, allowBacking, verify, vm, configuration, member } = args;
  const wanted = given({ format, hints, allowBacking, name, vm, configuration, member });
  return pipeline.inspect(args.sources, { ...wanted, verify, policy });
}

/** Everything that is read, and what the caller wants of it. */
export interface Prepared {
  readonly evidence: Evidence;
  readonly options: pipeline.PlanOptions & { readonly policy: Policy };
}

/** Everything up to a plan. Undefined when a policy could not be read: its errors have been printed. */
export async function planSources(io: Io, args: DecisionArguments): Promise<pipeline.Planned | undefined> {
  const prepared = await prepare(io, args);
  return prepared === undefined ? undefined : pipeline.plan(prepared.evidence, prepared.options);
}

/** Reads everything that a plan is made of. Undefined when a policy could not be read. */
export async function prepare(io: Io, args: DecisionArguments): Promise<Prepared | undefined> {
  const set = flagValues(args);
  const policy = await policyOf(io, args.policy);
  if (policy === undefined) return undefined;
  const host = args.host === undefined ? undefined : await hostOf(args.host);
  const evidence = await inspectSources(args, policy, args.name);
  const { uuid, kernel, initrd, strict, diskDir, keepMac, osinfoDb } = args;
  const wanted = given({ uuid, kernel, initrd, strict, host, diskDir, keepMac, osinfoDb, cdroms: args.cdrom });
  return { evidence, options: { policy, set, networks: networkPairs(args), ...wanted } };
}

async function hostOf(paths: readonly string[]): Promise<HostCapabilities> {
  const uri = paths.find((path) => /^[a-z][a-z+]*:\/\//.test(path));
  if (uri !== undefined) {
    throw usageError(
      `--host ${uri} is not a file.`,
      `Save what libvirt says: virsh -c ${uri} domcapabilities > caps.xml`,
    );
  }
  const { host, findings } = await pipeline.readHost(paths);
  const wrong = findings.find(({ severity }) => severity === 'error');
  if (wrong !== undefined) throw new VmImportError(wrong);
  return host;
}
