import { realpath } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { type DiagnosticSpec, type Finding, VmImportError } from '../../diagnostics/index.ts';
import { didYouMean } from '../../facts/did-you-mean.ts';
import type { Policy } from '../../policy/index.ts';
import { diagnostics } from '../../policy/suite/diagnostics.ts';
import { parseSuite } from '../../policy/suite/document.ts';
import type { Said, Suite } from '../../policy/suite/suite.ts';
import { readConfigText } from '../../sources/text.ts';
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
  const text = await gather(findings, () => readConfigText(uri, MAX_CONFIG_BYTES));
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
  const check = (list: string, { value, pointer }: Said<string>) =>
    checkName(list, value, placeIn(uri, pointer), policy, catalogue);
  return cases.flatMap(({ expect, emit }) => [
    ...(expect.findings?.value ?? []).flatMap((said) => check('findings', said)),
    ...expect.includes.flatMap((said) => check('includes', said)),
    ...expect.excludes.flatMap((said) => check('excludes', said)),
    ...expect.audited.flatMap((said) => check('audited', said)),
    ...expect.waived.flatMap((said) => check('waived', said)),
    ...emit.flatMap(({ value, pointer }) => checkTarget(value, placeIn(uri, pointer))),
  ]);
}

function checkName(
  list: string,
  name: string,
  at: Finding['at'],
  policy: Policy,
  catalogue: Catalogue,
): readonly Finding[] {
  if (catalogue.has(name)) return [];
  const rules = knownRules(policy);
  const named = rules.filter(({ id }) => id === name);
  if (named.length > 0) {
    const instead = list === 'audited' ? 'Expect policy/audit-changes there.' : 'Expect what it decides under values.';
    return named.some(canRaise) ? [] : [diagnostics['silent-rule']({ rule: name, list, hint: instead }, at)];
  }
  const near = didYouMean(name, name.includes('/') ? [...catalogue.keys()] : rules.map(({ id }) => id));
  const hint = near === undefined ? 'A code is what stands in brackets behind a finding.' : `Did you mean ${near}?`;
  return [diagnostics['unknown-name']({ name, hint }, at)];
}

/** What is enforced, tried out, or switched off. */
function knownRules({ rules, off, trial }: Policy): Policy['rules'] {
  return [...rules, ...off, ...(trial === null ? [] : trial.rules)];
}

function canRaise({ announcement, phase, effects }: Policy['rules'][number]): boolean {
  return announcement !== null || (phase === 'verify' && effects.length > 0);
}

function checkTarget(target: string, at: Finding['at']): readonly Finding[] {
  if (TARGETS.includes(target)) return [];
  const near = didYouMean(target, TARGETS);
  const hint = near === undefined ? `The targets are ${TARGETS.join(', ')}.` : `Did you mean ${near}?`;
  return [diagnostics['unknown-target']({ target, hint }, at)];
}
