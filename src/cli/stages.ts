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

/** Everything up to a plan. Undefined when a policy could not be read: its errors have been printed. */
export async function planSources(io: Io, args: DecisionArguments): Promise<pipeline.Planned | undefined> {
  const set = flagValues(args);
  const policy = await policyOf(io, args.policy);
  if (policy === undefined) return undefined;
  const options = await planOptions(args, policy, set);
  const evidence = await inspectSources(args, policy, args.name);
  return pipeline.plan(evidence, options);
}

/** What a command line says about deciding, whatever the evidence is. */
export async function planOptions(
  args: Omit<DecisionArguments, keyof SourceArguments>,
  policy: Policy,
  set: NonNullable<pipeline.PlanOptions['set']>,
): Promise<pipeline.PlanOptions> {
  const { uuid, kernel, initrd, strict, diskDir, keepMac, osinfoDb } = args;
  const networks = networkPairs(args);
  const host = args.host === undefined ? undefined : await hostOf(args.host);
  return {
    policy,
    set,
    networks,
    ...given({ uuid, kernel, initrd, strict, host, diskDir, keepMac, osinfoDb, cdroms: args.cdrom }),
  };
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
