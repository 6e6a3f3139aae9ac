import { readdir, realpath } from 'node:fs/promises';
import { VmImportError } from '../diagnostics/index.ts';
import * as policies from '../policy/index.ts';
import { readConfig } from '../sources/text.ts';
import { TARGETS } from './emit.ts';
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
    list: (path) => readdir(path).catch(() => null),
    realPath: (path) => realpath(path),
    targets: TARGETS,
    codes: async () => (await import('./catalogue.generated.ts')).catalogue,
  });
}
