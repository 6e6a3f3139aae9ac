import { realpath } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { type DiagnosticSpec, type Finding, VmImportError } from '../../diagnostics/index.ts';
import { didYouMean } from '../../facts/did-you-mean.ts';
import type { Policy } from '../../policy/index.ts';
import { diagnostics } from '../../policy/suite/diagnostics.ts';
import { parseSuite } from '../../policy/suite/document.ts';
import type { Said, Suite } from '../../policy/suite/suite.ts';
import { readConfig } from '../../sources/text.ts';
import { TARGETS } from '../emit.ts';
import { MAX_CONFIG_BYTES } from '../limits.ts';
import { readPolicies } from '../policies.ts';
import { readFailure } from './find.ts';

/** What vm-import knows of a code, so that expectations can only name findings that exist. */
export type Catalogue = ReadonlyMap<string, { readonly spec: DiagnosticSpec }>;

/** A suite that can be run. */
export interface LoadedSuite {
  readonly suite: Suite;
  readonly policy: Policy;
  /** The policies under test as the loader knows them: `preset:NAME`, or paths. */
  readonly refs: readonly string[];
}

const PRESET = 'preset:';

/** Reads a suite and the policies it tests. Everything that keeps it from running is in `findings`. */
export async function loadSuite(
  uri: string,
  catalogue: Catalogue,
): Promise<{ readonly loaded: LoadedSuite | null; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  const text = await gather(findings, async () => (await readConfig(uri, MAX_CONFIG_BYTES)).toString('utf8'));
  if (text === undefined) return { loaded: null, findings };
  const parsed = parseSuite(text, uri);
  const { suite } = parsed;
  if (suite === null) return { loaded: null, findings: parsed.findings };
  const refs: string[] = [];
  for (const said of suite.policy) {
    const ref = said.value.startsWith(PRESET) ? said.value : await gather(findings, () => fileOf(said, uri));
    if (ref !== undefined) refs.push(ref);
  }
  if (findings.length > 0) return { loaded: null, findings };
  const { policy, findings: wrong } = await readPolicies(refs);
  if (policy === null) return { loaded: null, findings: wrong };
  findings.push(...checkNames(suite, policy, catalogue));
  return findings.length > 0 ? { loaded: null, findings } : { loaded: { suite, policy, refs }, findings };
}

async function gather<T>(findings: Finding[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    findings.push(error.finding);
    return undefined;
  }
}

/** The path of a file that a suite names, relative to it. Throws VmImportError when it is not below the suite's directory. */
export async function fileOf(said: Said<string>, suite: string): Promise<string> {
  const at = placeIn(suite, said.pointer);
  const directory = dirname(suite);
  // what no file can be called makes Node throw something else
  if (said.value.includes('\0')) {
    throw new VmImportError(diagnostics.unreadable({ path: said.value, reason: 'there is no such file' }, at));
  }
  const path = join(directory, said.value);
  let real: string;
  try {
    real = await realpath(resolve(directory, said.value));
  } catch (error) {
    throw new VmImportError(diagnostics.unreadable({ path, reason: readFailure(error) }, at));
  }
  const root = await realpath(directory);
  if (!real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) {
    throw new VmImportError(diagnostics.outside({ path: said.value, directory }, at));
  }
  return path;
}

export function placeIn(uri: string, pointer: string): Finding['at'] {
  return [{ origin: 'policy', uri, pointer }];
}

function checkNames({ cases, uri }: Suite, policy: Policy, catalogue: Catalogue): readonly Finding[] {
  const rules = policy.rules.map(({ id }) => id);
  const known = new Set([...rules, ...catalogue.keys()]);
  const findings: Finding[] = [];
  for (const { expect, emit } of cases) {
    for (const { value, pointer } of [...(expect.findings?.value ?? []), ...expect.includes, ...expect.excludes]) {
      if (known.has(value)) continue;
      const near = didYouMean(value, value.includes('/') ? [...catalogue.keys()] : rules);
      const hint =
        near === undefined ? 'vm-import policy check and explain show what there is.' : `Did you mean ${near}?`;
      findings.push(diagnostics['unknown-name']({ name: value, hint }, placeIn(uri, pointer)));
    }
    for (const { value, pointer } of emit) {
      if (TARGETS.includes(value)) continue;
      const near = didYouMean(value, TARGETS);
      const hint = near === undefined ? `The targets are ${TARGETS.join(', ')}.` : `Did you mean ${near}?`;
      findings.push(diagnostics['unknown-target']({ target: value, hint }, placeIn(uri, pointer)));
    }
  }
  return findings;
}
