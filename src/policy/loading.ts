import { posix } from 'node:path';
import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { systemReason } from '../diagnostics/system-error.ts';
import { fill } from '../diagnostics/words.ts';
import { didYouMean } from '../facts/did-you-mean.ts';
import { isCompiled, type Sources } from './compiled.ts';
import type { LoadedDocument } from './compose.ts';
import { diagnostics, policyPlace } from './diagnostics.ts';
import type { Mode, Place, PolicyDocument, PolicyIo, WaiverFile } from './policy.ts';
import { PRESETS } from './presets/registry.generated.ts';

export const PRESET = 'preset:';

const MAX_DEPTH = 8;
const MAX_DOCUMENTS = 256;

/** Files of a directory that are policies, and the waivers beside them. */
const DROP_IN = /^(?!\.).*\.(?:ya?ml|json)$/i;
const TESTS = /\.test\.(?:ya?ml|json)$/i;
const WAIVERS = /\.waivers\.(?:ya?ml|json)$/i;

async function realPath(path: string, io: PolicyIo): Promise<string> {
  return io.realPath === undefined ? posix.normalize(path) : io.realPath(path);
}

interface Found {
  /** null for a file with findings. */
  readonly document: PolicyDocument | null;
  readonly extends: PolicyDocument['extends'];
  /** Of a compiled policy, which is no document itself. */
  readonly sources?: Sources;
}

export class Loading {
  /** In the order they were reached. */
  readonly documents: LoadedDocument[] = [];
  readonly findings: Finding[] = [];
  /** Named on the command line after they were reached. */
  readonly again: string[] = [];
  readonly #seen = new Map<string, Mode>();
  readonly #found = new Map<string, Promise<Found | null>>();
  readonly #io: PolicyIo;
  #roots: readonly string[] = [];
  readonly #enforced: LoadedDocument[] = [];
  readonly #read = new Map<string, PolicyDocument>();
  readonly #listed = new Map<string, readonly string[]>();
  readonly #listings = new Map<string, Promise<readonly string[] | null>>();
  readonly #refs: string[] = [];
  readonly #beside: { readonly mode: Mode; readonly file: WaiverFile }[] = [];

  private constructor(io: PolicyIo) {
    this.#io = io;
  }

  /** Nothing is read yet: `refs` say below which directories files may be read. */
  static async below(refs: readonly string[], io: PolicyIo): Promise<Loading> {
    const loading = new Loading(io);
    const files = refs.filter((ref) => !ref.startsWith(PRESET) && !REMOTE.test(ref));
    loading.#roots = await Promise.all(files.map((ref) => loading.#rootOf(ref)));
    return loading;
  }

  /** The directory of a file, or itself; symbolic links followed. */
  async #rootOf(ref: string): Promise<string> {
    const isDirectory = (await this.#list(posix.normalize(ref)).catch(() => [])) !== null;
    // what is not there is told when it is read
    const real = await realPath(ref, this.#io).catch(() => ref);
    return isDirectory ? real : posix.dirname(real);
  }

  /** Names in a directory, which is listed once; null for what is none. */
  #list(path: string): Promise<readonly string[] | null> {
    const listing = this.#listings.get(path) ?? this.#io.list?.(path) ?? Promise.resolve(null);
    this.#listings.set(path, listing);
    return listing;
  }

  /** Those of `documents` that are reached without passing one in audit mode, in the order of that. */
  get enforced(): readonly LoadedDocument[] {
    return this.#enforced;
  }

  /** What was read so far, as a compiled policy keeps it. */
  get sources(): Sources {
    const directories = [...this.#listed].map(([uri, names]) => ({ uri, names }));
    return { refs: [...this.#refs], documents: [...this.#read.values()], directories };
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
    if (from === null) this.#refs.push(uri);
    const dropIns = uri.startsWith(PRESET) || this.#found.has(uri) ? null : await this.#dropIns(uri, from, mode);
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
    if (found.sources !== undefined) {
      this.#refs.pop();
      this.#take(found.sources);
      for (const inner of found.sources.refs) await this.add(inner, null, [], mode);
      return;
    }
    const own: Mode = mode === 'audit' || found.document?.mode === 'audit' ? 'audit' : 'enforce';
    if (before === undefined) this.#warnOfRepeats(found.extends, uri);
    for (const { ref: base, pointer } of found.extends) await this.add(base, { uri, pointer }, [...chain, uri], own);
    if (found.document === null) return;
    const loaded = { document: found.document, mode: own, waivers: await this.#waivers(found.document) };
    if (before === undefined) this.documents.push(loaded);
    if (own === 'enforce') this.#enforced.push(loaded);
  }

  /** Through several files it is ordinary that one is reached twice; in one list it looks as if it counted twice. */
  #warnOfRepeats(list: PolicyDocument['extends'], uri: string): void {
    const named = new Set<string>();
    for (const { ref, pointer } of list) {
      const base = ref.startsWith(PRESET) ? ref : resolvePath(ref, { uri, pointer });
      if (named.has(base)) {
        this.findings.push(diagnostics['named-twice']({ ref: base }, policyPlace({ uri, pointer })));
      }
      named.add(base);
    }
  }

  /** What was read before is not read again. */
  #take({ documents, directories }: Sources): void {
    for (const document of documents) {
      const { uri } = document;
      if (this.#found.has(uri)) continue;
      this.#found.set(uri, Promise.resolve({ document, extends: document.extends }));
      this.#read.set(uri, document);
    }
    for (const { uri, names } of directories) if (!this.#listed.has(uri)) this.#listed.set(uri, names);
  }

  async #preset(uri: string, from: Place | null): Promise<Found | null> {
    const name = uri.slice(PRESET.length);
    const load = Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
    if (load !== undefined) {
      const document = await load();
      return { document, extends: document.extends };
    }
    const near = didYouMean(name, Object.keys(PRESETS));
    const hint =
      near === undefined ? `The presets are ${Object.keys(PRESETS).join(', ')}.` : `Did you mean ${PRESET}${near}?`;
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
    if (isCompiled(text)) return this.#compiled(text, uri, from);
    // keeps the YAML parser, zod and CEL off the path of runs that use presets only
    const { parsePolicy } = await import('./document.ts');
    const parsed = await parsePolicy(text, uri);
    this.findings.push(...parsed.findings);
    if (parsed.document !== null) this.#read.set(uri, parsed.document);
    return parsed;
  }

  async #compiled(text: string, uri: string, from: Place | null): Promise<Found | null> {
    const { readCompiled } = await import('./compiled-read.ts');
    const read =
      from === null
        ? readCompiled(text, this.#io.compiled)
        : { problem: 'only the command line can name it, not a policy, nor a directory that it lies in' };
    if ('sources' in read) return { document: null, extends: [], sources: read.sources };
    this.findings.push(
      diagnostics.compiled({ file: uri, problem: read.problem }, policyPlace({ uri, pointer: '1:1' })),
    );
    return null;
  }

  /** The policies of a directory; null for what is none. */
  async #dropIns(uri: string, from: Place | null, mode: Mode): Promise<readonly string[] | null> {
    const compiled = this.#listed.get(uri);
    let names: readonly string[] | null;
    try {
      names = compiled ?? (REMOTE.test(uri) ? null : await this.#list(uri));
    } catch (error) {
      if (from !== null && !(await this.#mayRead(uri, from))) return [];
      this.findings.push(unreadable(uri, from, error));
      return [];
    }
    if (names === null) return null;
    if (compiled === undefined && from !== null && !(await this.#mayRead(uri, from))) return [];
    this.#listed.set(
      uri,
      names.filter((name) => DROP_IN.test(name) && !TESTS.test(name)),
    );
    const policies = names.filter((name) => DROP_IN.test(name) && !TESTS.test(name) && !WAIVERS.test(name));
    if (policies.length === 0) {
      const at = policyPlace(from ?? { uri, pointer: '1:1' });
      this.findings.push(diagnostics['empty-directory']({ path: uri }, at));
    }
    for (const name of names.filter((name) => DROP_IN.test(name) && WAIVERS.test(name)).toSorted(compareBytes)) {
      const path = posix.join(uri, name);
      const place = { uri: path, pointer: '1:1' };
      if (await this.#mayRead(path, place, '--waivers')) this.#beside.push({ mode, file: { path, ...place } });
    }
    return policies.toSorted(compareBytes);
  }

  async #waivers(document: PolicyDocument): Promise<readonly WaiverFile[]> {
    const files: WaiverFile[] = [];
    for (const { ref, pointer } of document.waivers) {
      const place = { uri: document.uri, pointer };
      const path = resolvePath(ref, place);
      if (await this.#mayRead(path, place, '--waivers')) files.push({ path, ...place });
    }
    return files;
  }

  /**
   * Whether a file that a policy names lies below the roots, asked before it is read: whether something lies elsewhere
   * is not told. `flag` is the one that may name it.
   */
  async #mayRead(path: string, from: Place, flag: '--policy' | '--waivers' = '--policy'): Promise<boolean> {
    const real = await realPath(path, this.#io);
    if (this.#roots.some((root) => isBelow(real, root))) return true;
    const roots = this.#roots.join(', ') || 'the package';
    this.findings.push(diagnostics['outside-root']({ path, roots, flag }, policyPlace(from)));
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

function unreadable(uri: string, from: Place | null, error: unknown): Finding {
  // who read it knows better than the one who named it where it is wrong
  if (error instanceof VmImportError && 'line' in error.finding.args) {
    const { line, column } = error.finding.args;
    return { ...error.finding, at: policyPlace({ uri, pointer: `${line}:${column}` }) };
  }
  const hint = from === null ? 'Check the path.' : 'Check the path; it is taken relative to the file that names it.';
  const at = policyPlace(from ?? { uri, pointer: '1:1' });
  return diagnostics.unreadable({ ref: uri, reason: readFailure(error), hint }, at);
}

function readFailure(error: unknown): string {
  if (error instanceof VmImportError) return fill(error.finding.message, error.finding.args).replace(/\.$/, '');
  return systemReason(error) ?? (error instanceof Error ? error.message : 'reading failed');
}
