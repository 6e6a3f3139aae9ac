import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { formats } from '../disks/registry.generated.ts';
import * as policies from '../policy/index.ts';
import { readConfig } from '../sources/text.ts';
import { openKnowledge } from './knowledge.ts';
import { MAX_CONFIG_BYTES } from './limits.ts';

/** Reads policies (`preset:NAME` or files, later ones win). Throws their first error (exit 2). */
export async function loadPolicy(refs: readonly string[] = []): Promise<policies.Policy> {
  const { policy, findings } = await readPolicies(refs);
  if (policy !== null) return policy;
  const error = findings.find(({ severity }) => severity === 'error');
  if (error === undefined) throw new Error('a policy was refused without an error');
  throw new VmImportError(error);
}

/** Reads policies and returns everything that is wrong with them. */
export function readPolicies(refs: readonly string[]): Promise<policies.LoadedPolicy> {
  return policies.loadPolicies(refs, {
    readText: async (path) => (await readConfig(path, MAX_CONFIG_BYTES)).toString('utf8'),
  });
}

/** Reads policies and looks for what is suspicious in them. With a policy that cannot be used only that is told. */
export async function lintPolicies(refs: readonly string[]): Promise<{
  readonly policy: policies.Policy | null;
  readonly findings: readonly Finding[];
}> {
  const { policy, findings } = await readPolicies(refs);
  if (policy === null) return { policy, findings };
  const { lintPolicy } = await import('../policy/lint/index.ts');
  // opening the OS database costs more than all the rest
  const asksForOs = policy.rules.some(({ when }) => when !== null && /\bos\b/.test(when.text));
  const systems = asksForOs ? (await openKnowledge(policy)).shortIds() : null;
  const vocabulary = { formats: formats.map(({ id }) => id), systems };
  return { policy, findings: [...findings, ...(await lintPolicy(policy, vocabulary))] };
}
