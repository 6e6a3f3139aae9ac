import { type Finding, VmImportError } from '../diagnostics/index.ts';
import * as policies from '../policy/index.ts';
import { readConfigText } from '../sources/text.ts';
import { MAX_CONFIG_BYTES } from './limits.ts';

/** Waivers, and everything that is wrong with their files. */
export interface ReadWaivers {
  /** null when a file was not understood: it is not applied in part. */
  readonly waivers: readonly policies.Waiver[] | null;
  readonly findings: readonly Finding[];
}

/** Reads the files of waivers that a policy names, and others. Throws their first error (exit 2). */
export async function loadWaivers(
  policy: policies.Policy,
  paths: readonly string[] = [],
): Promise<readonly policies.Waiver[]> {
  const { waivers, findings } = await readWaivers(policy, paths);
  if (waivers !== null) return waivers;
  const [error] = findings;
  if (error === undefined) throw new Error('waivers were refused without an error');
  throw new VmImportError(error);
}

/** The same, with everything that is wrong with the files. A file that is named twice counts once. */
export async function readWaivers(policy: policies.Policy, paths: readonly string[]): Promise<ReadWaivers> {
  const named = policy.waivers.map((place) => ({ path: place.path, at: policies.policyPlace(place), by: place.uri }));
  // what is named on the command line too is named by whoever runs the import
  const given = paths.map((path) => ({ path, at: [], by: null }));
  const files = new Map([...named, ...given].map((file) => [file.path, file]));
  if (files.size === 0) return { waivers: [], findings: [] };
  const known = {
    rules: await policies.ruleIds(policy),
    findings: (await import('./catalogue.generated.ts')).catalogue,
  };
  const { parseWaivers } = await import('../policy/waivers/document.ts');
  const waivers: policies.Waiver[] = [];
  const findings: Finding[] = [];
  for (const { path, at, by } of files.values()) {
    try {
      const text = await readConfigText(path, MAX_CONFIG_BYTES);
      const parsed = parseWaivers(text, path, known);
      waivers.push(...parsed.waivers.map((waiver) => policies.underLocks(waiver, by, policy)));
      findings.push(...parsed.findings);
    } catch (error) {
      if (!(error instanceof VmImportError)) throw error;
      findings.push({ ...error.finding, at: [...error.finding.at, ...at] });
    }
  }
  return { waivers: findings.length > 0 ? null : waivers, findings };
}
