import { posix } from 'node:path';
import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { fill } from '../diagnostics/words.ts';
import { didYouMean } from '../facts/did-you-mean.ts';
import type { LoadedDocument } from './compose.ts';
import { compose, summarise, withLocks, withModes } from './compose.ts';
import { byRule, diagnostics, policyPlace } from './diagnostics.ts';
import type { LoadedPolicy, Mode, Place, Policy, PolicyDocument, PolicyIo, WaiverFile } from './policy.ts';
import { PRESETS } from './presets/registry.generated.ts';
import { severityProblem } from './severities.ts';

const PRESET = 'preset:';
const DEFAULT_POLICY = `${PRESET}default`;

const MAX_DEPTH = 8;
const MAX_DOCUMENTS = 256;

export const PRESET_NAMES: readonly string[] = Object.keys(PRESETS);

/** Files of a directory that are policies, and the waivers beside them. */
const DROP_IN = /^(?!\.).*\.(?:ya?ml|json)$/;
const TESTS = /\.test\.(?:ya?ml|json)$/;
const WAIVERS = /\.waivers\.(?:ya?ml|json)$/;

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
  const loading = new Loading(io, await rootsOf(refs, io));
  for (const ref of refs.length === 0 ? [DEFAULT_POLICY] : refs) await loading.add(ref, null, [], 'enforce');
  const { documents } = loading;
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
  return { policy: failed ? null : policy, documents: documents.map(summarise), findings };
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

/** Directories that files may be read from: those of the refs, symbolic links followed. */
async function rootsOf(refs: readonly string[], io: PolicyIo): Promise<readonly string[]> {
  const files = refs.filter((ref) => !ref.startsWith(PRESET) && !REMOTE.test(ref));
  return Promise.all(
    files.map(async (ref) => {
      const isDirectory = ((await io.list?.(ref).catch(() => [])) ?? null) !== null;
      // what is not there is told when it is read
      const real = await realPath(ref, io).catch(() => ref);
      return isDirectory ? real : posix.dirname(real);
    }),
  );
}

async function realPath(path: string, io: PolicyIo): Promise<string> {
  return io.realPath === undefined ? posix.normalize(path) : io.realPath(path);
}

interface Found {
  /** null for a file with findings. */
  readonly document: PolicyDocument | null;
  readonly extends: PolicyDocument['extends'];
}

class Loading {
  /** In the order they were reached. */
  readonly documents: LoadedDocument[] = [];
  readonly findings: Finding[] = [];
  /** Named on the command line after they were reached. */
  readonly again: string[] = [];
  readonly #seen = new Map<string, Mode>();
  readonly #found = new Map<string, Promise<Found | null>>();
  readonly #io: PolicyIo;
  readonly #roots: readonly string[];
  readonly #enforced: LoadedDocument[] = [];
  readonly #beside: { readonly mode: Mode; readonly file: WaiverFile }[] = [];

  constructor(io: PolicyIo, roots: readonly string[]) {
    this.#io = io;
    this.#roots = roots;
  }

  /** Those of `documents` that are reached without passing one in audit mode, in the order of that. */
  get enforced(): readonly LoadedDocument[] {
    return this.#enforced;
  }

  /** Waivers that lie beside the drop-ins of a directory. */
  waivers(tried: 'enforced' | 'all'): readonly WaiverFile[] {
    return this.#beside.filter(({ mode }) => tried === 'all' || mode === 'enforce').map(({ file }) => file);
  }

  /**
   * `from` is the `extends` entry that names the ref, `chain` the documents being extended, outermost first, and
   * `mode` theirs.
   */
  async add(ref: string, from: Place | null, chain: readonly string[], mode: Mode): Promise<void> {
    const uri = ref.startsWith(PRESET) ? ref : resolvePath(ref, from);
    const at = policyPlace(from ?? { uri, pointer: '1:1' });
    if (chain.includes(uri)) {
      this.findings.push(diagnostics['extends-loop']({ chain: [...chain, uri].join(' -> ') }, at));
      return;
    }
    const before = this.#seen.get(uri);
    if (before === 'enforce' || before === mode) {
      if (from === null) this.again.push(uri);
      return;
    }
    if (chain.length >= MAX_DEPTH || this.#seen.size >= MAX_DOCUMENTS) {
      this.findings.push(diagnostics['extends-depth']({ limit: MAX_DEPTH, documents: MAX_DOCUMENTS }, at));
      return;
    }
    this.#seen.set(uri, mode);
    const dropIns = uri.startsWith(PRESET) ? null : await this.#dropIns(uri, from, mode);
    if (dropIns !== null) {
      for (const name of dropIns) {
        await this.add(name, { uri: posix.join(uri, name), pointer: '1:1' }, [...chain, uri], mode);
      }
      return;
    }
    // read once, whichever way it is reached
    const reading = this.#found.get(uri) ?? (uri.startsWith(PRESET) ? this.#preset(uri, from) : this.#file(uri, from));
    this.#found.set(uri, reading);
    const found = await reading;
    if (found === null) return;
    const own: Mode = mode === 'audit' || found.document?.mode === 'audit' ? 'audit' : 'enforce';
    for (const { ref: base, pointer } of found.extends) await this.add(base, { uri, pointer }, [...chain, uri], own);
    if (found.document === null) return;
    const loaded = { document: found.document, mode: own, waivers: await this.#waivers(found.document) };
    if (before === undefined) this.documents.push(loaded);
    if (own === 'enforce') this.#enforced.push(loaded);
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
      this.findings.push(
        diagnostics.unreadable(
          { ref: uri, reason: 'only local files and preset:NAME are read', hint: 'Fetch it first.' },
          at,
        ),
      );
      return null;
    }
    let text: string;
    try {
      if (from !== null && !(await this.#mayRead(uri, from))) return null;
      text = await this.#io.readText(uri);
    } catch (error) {
      this.findings.push(unreadable(uri, from, error));
      return null;
    }
    // keeps the YAML parser, zod and CEL off the path of runs that use presets only
    const { parsePolicy } = await import('./document.ts');
    const parsed = await parsePolicy(text, uri);
    this.findings.push(...parsed.findings);
    return parsed;
  }

  /** The policies of a directory; null for what is none. */
  async #dropIns(uri: string, from: Place | null, mode: Mode): Promise<readonly string[] | null> {
    let names: readonly string[] | null;
    try {
      names = (REMOTE.test(uri) ? null : await this.#io.list?.(uri)) ?? null;
    } catch (error) {
      this.findings.push(unreadable(uri, from, error));
      return [];
    }
    if (names === null) return null;
    if (from !== null && !(await this.#mayRead(uri, from))) return [];
    const policies = names.filter((name) => DROP_IN.test(name) && !TESTS.test(name) && !WAIVERS.test(name));
    if (policies.length === 0) {
      const at = policyPlace(from ?? { uri, pointer: '1:1' });
      this.findings.push(diagnostics['empty-directory']({ path: uri }, at));
    }
    for (const name of names.filter((name) => DROP_IN.test(name) && WAIVERS.test(name)).toSorted(compareBytes)) {
      const path = posix.join(uri, name);
      const place = { uri: path, pointer: '1:1' };
      if (await this.#mayRead(path, place)) this.#beside.push({ mode, file: { path, ...place } });
    }
    return policies.toSorted(compareBytes);
  }

  async #waivers(document: PolicyDocument): Promise<readonly WaiverFile[]> {
    const files: WaiverFile[] = [];
    for (const { ref, pointer } of document.waivers) {
      const place = { uri: document.uri, pointer };
      const path = resolvePath(ref, place);
      if (await this.#mayRead(path, place).catch(() => true)) files.push({ path, ...place });
    }
    return files;
  }

  /** Whether a file that a policy names lies below the roots; what is not there is told when it is read. */
  async #mayRead(path: string, from: Place): Promise<boolean> {
    const real = await realPath(path, this.#io);
    if (this.#roots.some((root) => isBelow(real, root))) return true;
    const roots = this.#roots.join(', ') || 'the package';
    this.findings.push(diagnostics['outside-root']({ path, roots }, policyPlace(from)));
    return false;
  }
}

function isBelow(path: string, root: string): boolean {
  const way = posix.relative(root, path);
  return way !== '..' && !way.startsWith('../') && !posix.isAbsolute(way);
}

const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

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

function unreadable(uri: string, from: Place | null, error: unknown): Finding {
  const hint = from === null ? 'Check the path.' : 'Check the path; it is taken relative to the file that names it.';
  const at = policyPlace(from ?? { uri, pointer: '1:1' });
  return diagnostics.unreadable({ ref: uri, reason: readFailure(error), hint }, at);
}

function readFailure(error: unknown): string {
  if (error instanceof VmImportError) return fill(error.finding.message, error.finding.args).replace(/\.$/, '');
  if (!(error instanceof Error)) return 'reading failed';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return REASONS[code] ?? error.message;
}

const OF_RULES = [diagnostics.denied.code, diagnostics.warned.code, diagnostics.limit.code];

/** Names that only the pipeline knows: targets of rules, codes of findings. */
async function unknownNames(documents: readonly LoadedDocument[], io: PolicyIo): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const hintFor = (name: string, known: readonly string[]) => {
    const near = didYouMean(name, known);
    return near === undefined ? `There are ${known.join(', ')}.` : `Did you mean ${near}?`;
  };
  const { targets } = io;
  for (const rule of targets === undefined ? [] : documents.flatMap(({ document }) => document.rules)) {
    for (const target of rule.targets ?? []) {
      if (targets?.includes(target) === false) {
        const args = { rule: rule.id, target, hint: hintFor(target, targets) };
        findings.push(byRule(diagnostics['unknown-target'](args, policyPlace(rule)), rule.id));
      }
    }
  }
  const changes = documents.flatMap(({ document }) => document.severities);
  const codes = changes.length === 0 ? undefined : await io.codes?.();
  for (const change of codes === undefined ? [] : changes) {
    const { code, severity } = change;
    const spec = codes?.get(code)?.spec;
    if (spec === undefined) {
      const near = didYouMean(code, [...(codes?.keys() ?? [])]);
      const hint =
        near === undefined ? 'A finding is named in brackets at the end of its line.' : `Did you mean ${near}?`;
      findings.push(diagnostics['unknown-code']({ code, hint }, policyPlace(change)));
      continue;
    }
    const ofRules = OF_RULES.includes(code)
      ? 'rules raise it: name the rule instead'
      : code.startsWith('lint/')
        ? 'only policy lint tells it, and no policy is asked'
        : undefined;
    const reason = ofRules ?? severityProblem(spec, severity);
    if (reason !== undefined) {
      findings.push(diagnostics['fixed-severity']({ code, severity, reason }, policyPlace(change)));
    }
  }
  return findings;
}
