import type { Finding } from '../diagnostics/index.ts';
import { type Sources, writeCompiled } from './compiled.ts';
import { compose, summarise, withLocks, withModes } from './compose.ts';
import { diagnostics, policyPlace } from './diagnostics.ts';
import { Loading, PRESET } from './loading.ts';
import type { LoadedPolicy, Policy, PolicyIo } from './policy.ts';
import { PRESETS } from './presets/registry.generated.ts';
import { unknownNames } from './unknown-names.ts';

const DEFAULT_POLICY = `${PRESET}default`;

export const PRESET_NAMES: readonly string[] = Object.keys(PRESETS);

/** Ids of the rules that can be named: those of a policy, and those of the presets whether or not it extends them. */
export async function ruleIds(policy: Policy): Promise<readonly string[]> {
  const documents = await Promise.all(Object.values(PRESETS).map((load) => load()));
  const presets = documents.flatMap(({ rules }) => rules);
  const own = [policy, ...(policy.trial === null ? [] : [policy.trial])].flatMap(({ rules, off }) => [
    ...rules,
    ...off,
  ]);
  return [...new Set([...own, ...presets].map(({ id }) => id))];
}

/**
 * Loads and composes policies. A ref is `preset:NAME`, a file, or a directory of drop-ins, which are read in the order
 * of their names; without any, `preset:default` applies. A policy that is given and does not extend the default stands
 * alone, but where all that is given is only tried out (mode audit), the default is what is enforced. Later refs win
 * over earlier ones, a file over those it extends; a document that is reached twice counts once, where it was first.
 * Files extend presets and what lies below the directories of the refs.
 */
export async function loadPolicies(refs: readonly string[], io: PolicyIo): Promise<LoadedPolicy> {
  return (await load(refs, io)).loaded;
}

/** The same policies as one text that is loaded in their place, without a parser; null when a finding is an error. */
export async function compilePolicies(
  refs: readonly string[],
  io: PolicyIo & Required<Pick<PolicyIo, 'compiled'>>,
): Promise<LoadedPolicy & { readonly text: string | null }> {
  const { loaded, sources } = await load(refs, io);
  if (loaded.policy === null) return { ...loaded, text: null };
  const { text, findings } = writeCompiled(sources, io.compiled);
  return { ...loaded, text, findings: [...loaded.findings, ...findings] };
}

async function load(
  refs: readonly string[],
  io: PolicyIo,
): Promise<{ readonly loaded: LoadedPolicy; readonly sources: Sources }> {
  const loading = await Loading.below(refs, io);
  for (const ref of refs.length === 0 ? [DEFAULT_POLICY] : refs) await loading.add(ref, null, [], 'enforce');
  const { documents, sources } = loading;
  const findings = [...loading.findings];
  const all = compose(documents, loading.waivers('all'), 'all');
  findings.push(...all.findings, ...(await unknownNames(documents, io)));
  for (const ref of loading.again.filter((uri) => isTouched(uri, all.policy))) {
    findings.push(diagnostics['named-twice']({ ref }, policyPlace({ uri: ref, pointer: '1:1' })));
  }
  const tried = documents.some(({ mode }) => mode === 'audit') || all.policy.rules.some(({ mode }) => mode === 'audit');
  let policy = all.policy;
  if (tried) {
    if (loading.enforced.length === 0) await loading.add(DEFAULT_POLICY, null, [], 'enforce');
    const enforced = compose(loading.enforced, loading.waivers('enforced'), 'enforced');
    findings.push(...enforced.findings.filter((finding) => !findings.some((known) => sameFinding(known, finding))));
    const kept = withLocks(enforced.policy, documents);
    policy = { ...kept, trial: { ...all.policy, rules: withModes(all.policy.rules, kept.rules) } };
  }
  const failed = findings.some(({ severity }) => severity === 'error');
  const loaded = { policy: failed ? null : policy, documents: documents.map(summarise), findings };
  return { loaded, sources };
}

/** Whether a later document changed something of it. */
function isTouched(uri: string, { rules, off }: Policy): boolean {
  return [...rules, ...off].some(
    (rule) => (rule.uri === uri && rule.changes.length > 0) || rule.replaced.some((place) => place.uri === uri),
  );
}

function sameFinding(a: Finding, b: Finding): boolean {
  return a.code === b.code && JSON.stringify(a.at) === JSON.stringify(b.at);
}
