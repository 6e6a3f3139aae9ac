import { readdir, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve as resolvePath } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { isMissing } from '../diagnostics/system-error.ts';
import { formats } from '../disks/registry.generated.ts';
import * as policies from '../policy/index.ts';
import { readConfigText } from '../sources/text.ts';
import { TARGETS } from './emit.ts';
import { openKnowledge } from './knowledge.ts';
import { MAX_CONFIG_BYTES } from './limits.ts';
import { VERSION } from './version.generated.ts';
import { readWaivers } from './waivers.ts';

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
  return policies.loadPolicies(refs, IO);
}

/** Reads policies and writes them as one text that `readPolicies` takes in their place. */
export function compilePolicies(refs: readonly string[]): ReturnType<typeof policies.compilePolicies> {
  return policies.compilePolicies(refs, IO);
}

const IO = {
  readText: (path: string) => readConfigText(path, MAX_CONFIG_BYTES),
  list: (path: string) => readdir(path).catch(whatIsNoDirectory),
  realPath: (path: string) => realPath(path),
  targets: TARGETS,
  codes: async () => (await import('./catalogue.generated.ts')).catalogue,
  compiled: { version: VERSION, checksum: (text: string) => crc32(text).toString(16) },
};

/** As many links as Linux follows. */
const MAX_LINKS = 40;

/** Where a file lies, symbolic links followed; of one that is not there or cannot be looked at, where it would lie. */
async function realPath(path: string, links = 0): Promise<string> {
  const absolute = resolvePath(path);
  const real = await realpath(absolute).catch(() => null);
  const parent = dirname(absolute);
  if (real !== null || parent === absolute) return real ?? absolute;
  const link = links < MAX_LINKS ? await readlink(absolute).catch(() => null) : null;
  const directory = await realPath(parent, links);
  return link === null ? join(directory, basename(absolute)) : realPath(resolvePath(directory, link), links + 1);
}

function whatIsNoDirectory(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

/**
 * Reads policies, with their waivers and others, and looks for what is suspicious in them. With a policy or a waiver
 * that cannot be used only that is told.
 */
export async function lintPolicies(
  refs: readonly string[],
  waiverFiles: readonly string[],
  now: Date,
): Promise<{ readonly policy: policies.Policy | null; readonly findings: readonly Finding[] }> {
  const { policy: loaded, findings } = await readPolicies(refs);
  if (loaded === null) return { policy: loaded, findings };
  const read = await readWaivers(loaded, waiverFiles);
  if (read.waivers === null) return { policy: null, findings: [...findings, ...read.findings] };
  const { lintPolicy, lintWaivers } = await import('../policy/lint/index.ts');
  // what is tried out is written to be enforced one day
  const policy = loaded.trial ?? loaded;
  // opening the OS database costs more than all the rest
  const namesOs = policy.rules.some(
    ({ when, effects }) => (when !== null && /\bos\b/.test(when.text)) || effects.some(({ key }) => key === 'os'),
  );
  const knowledge = namesOs ? await openKnowledge(policy) : null;
  const { COMPATIBILITY } = await import('../plan/index.ts');
  const vocabulary = {
    formats: formats.map(({ id }) => id),
    systems: knowledge?.shortIds() ?? null,
    knowsSystem: (name: string) => knowledge?.find(name) !== undefined,
    compatibility: COMPATIBILITY,
  };
  const { catalogue } = await import('./catalogue.generated.ts');
  const known = { policy: loaded, rules: await policies.ruleIds(policy), codes: [...catalogue.keys()] };
  const linted = [...(await lintPolicy(loaded, vocabulary)), ...lintWaivers(read.waivers, known, now.getTime())];
  return { policy, findings: [...findings, ...linted] };
}
