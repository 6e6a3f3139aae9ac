import { posix } from 'node:path';
import type { Finding } from '../diagnostics/index.ts';
import { didYouMean } from '../facts/did-you-mean.ts';
import type { PolicySettings } from '../facts/index.ts';
import { DEFAULT_SETTINGS } from '../facts/index.ts';
import { diagnostics, policyPlace } from './diagnostics.ts';
import type {
  DocumentSummary,
  EffectiveRule,
  LoadedPolicy,
  Place,
  Policy,
  PolicyDocument,
  PolicyIo,
} from './policy.ts';
import { PRESETS } from './presets/registry.generated.ts';

const PRESET = 'preset:';
const DEFAULT_POLICY = `${PRESET}default`;

const MAX_DEPTH = 8;
const MAX_DOCUMENTS = 64;

export const PRESET_NAMES: readonly string[] = Object.keys(PRESETS);

/**
 * Loads and composes policies. A ref is `preset:NAME` or a path; without any, `preset:default` applies. A policy that
 * is given and does not extend the default stands alone. Later refs win over earlier ones, a file over those it
 * extends; a document that is reached twice counts once, where it was first.
 */
export async function loadPolicies(refs: readonly string[], io: PolicyIo): Promise<LoadedPolicy> {
  const loading = new Loading(io);
  for (const ref of refs.length === 0 ? [DEFAULT_POLICY] : refs) await loading.add(ref, null, []);
  return compose(loading.documents, loading.findings);
}

interface Found {
  /** null for a file with findings. */
  readonly document: PolicyDocument | null;
  readonly extends: PolicyDocument['extends'];
}

class Loading {
  readonly documents: PolicyDocument[] = [];
  readonly findings: Finding[] = [];
  readonly #seen = new Set<string>();
  readonly #io: PolicyIo;

  constructor(io: PolicyIo) {
    this.#io = io;
  }

  /** `from` is the `extends` entry that names the ref, `chain` the documents being extended, outermost first. */
  async add(ref: string, from: Place | null, chain: readonly string[]): Promise<void> {
    const uri = ref.startsWith(PRESET) ? ref : resolvePath(ref, from);
    const at = policyPlace(from ?? { uri, pointer: '1:1' });
    if (chain.includes(uri)) {
      this.findings.push(diagnostics['extends-loop']({ chain: [...chain, uri].join(' -> ') }, at));
      return;
    }
    if (this.#seen.has(uri)) return;
    if (chain.length >= MAX_DEPTH || this.#seen.size >= MAX_DOCUMENTS) {
      this.findings.push(diagnostics['extends-depth']({ limit: MAX_DEPTH, documents: MAX_DOCUMENTS }, at));
      return;
    }
    this.#seen.add(uri);
    const found = uri.startsWith(PRESET) ? await this.#preset(uri, from) : await this.#file(uri, from);
    if (found === null) return;
    for (const { ref: base, pointer } of found.extends) await this.add(base, { uri, pointer }, [...chain, uri]);
    if (found.document !== null) this.documents.push(found.document);
  }

  async #preset(uri: string, from: Place | null): Promise<Found | null> {
    const name = uri.slice(PRESET.length);
    const load = Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
    if (load !== undefined) {
      const document = await load();
      return { document, extends: document.extends };
    }
    const near = didYouMean(name, PRESET_NAMES);
    const hint = near === undefined ? `The presets are ${PRESET_NAMES.join(', ')}.` : `Did you mean ${PRESET}${near}?`;
    this.findings.push(diagnostics['unknown-preset']({ name, hint }, policyPlace(from ?? { uri, pointer: '1:1' })));
    return null;
  }

  async #file(uri: string, from: Place | null): Promise<Found | null> {
    const at = policyPlace(from ?? { uri, pointer: '1:1' });
    if (REMOTE.test(uri)) {
      this.findings.push(diagnostics.unreadable({ ref: uri, reason: 'only local files and preset:NAME are read' }, at));
      return null;
    }
    let text: string;
    try {
      text = await this.#io.readText(uri);
    } catch (error) {
      this.findings.push(diagnostics.unreadable({ ref: uri, reason: readFailure(error) }, at));
      return null;
    }
    // keeps the YAML parser, zod and CEL off the path of runs that use presets only
    const { parsePolicy } = await import('./document.ts');
    const parsed = await parsePolicy(text, uri);
    this.findings.push(...parsed.findings);
    return parsed;
  }
}

const REMOTE = /^[a-z][a-z0-9+.-]*:\/\//i;

/** One spelling for one file, as far as that shows without looking at the file system. */
function resolvePath(ref: string, from: Place | null): string {
  if (REMOTE.test(ref)) return ref;
  if (from === null || from.uri.startsWith(PRESET) || posix.isAbsolute(ref)) return posix.normalize(ref);
  return posix.join(posix.dirname(from.uri), ref);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
};

function readFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'reading failed';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return REASONS[code] ?? error.message;
}

function compose(documents: readonly PolicyDocument[], loading: readonly Finding[]): LoadedPolicy {
  const findings = [...loading];
  const rules = new Map<string, EffectiveRule>();
  let settings: PolicySettings = DEFAULT_SETTINGS;
  for (const document of documents) {
    settings = { ...settings, ...document.settings };
    for (const rule of document.rules) {
      const earlier = rules.get(rule.id);
      if (earlier?.locked === true) {
        const { uri, pointer } = earlier;
        const locked = diagnostics['locked-rule']({ rule: rule.id, uri, pointer }, policyPlace(rule));
        findings.push({ ...locked, rule: rule.id });
        continue;
      }
      // deleted first, so that the newcomer takes its own place in the order
      rules.delete(rule.id);
      rules.set(rule.id, { ...rule, replaced: earlier === undefined ? [] : [placeOf(earlier), ...earlier.replaced] });
    }
  }
  const summaries = documents.map(summarise);
  const failed = findings.some(({ severity }) => severity === 'error');
  const policy: Policy | null = failed
    ? null
    : { documents: summaries, settings, rules: [...rules.values()], severities: [], waivers: [] };
  return { policy, documents: summaries, findings };
}

function placeOf({ uri, pointer }: Place): Place {
  return { uri, pointer };
}

function summarise({ uri, name, rules }: PolicyDocument): DocumentSummary {
  return { uri, name, rules: rules.length };
}
