import { type Finding, VmImportError } from '../diagnostics/index.ts';
import type { Container, Member } from './container.ts';
import { diagnostics } from './diagnostics.ts';
import type { Limits } from './limits.ts';

/** OCI image specification, "Layer Filesystem Changeset", Whiteouts. */
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

type Entry = Pick<Member, 'name' | 'kind'>;

/** What upper layers take away from lower ones. */
class Shadow {
  /** Files and whiteouts: nothing of that name, and nothing below it, shows from further down. */
  readonly #names = new Set<string>();
  /** Directories: files of that name further down are hidden, what is below them shows. */
  readonly #directories = new Set<string>();
  /** Directories that show nothing from further down. */
  readonly #opaque = new Set<string>();

  add({ name, kind }: Entry): void {
    const { folder, base } = split(name);
    for (const above of ancestors(name)) this.#directories.add(above);
    if (base === OPAQUE) this.#opaque.add(folder);
    else if (isWhiteout(name)) this.#names.add(join(folder, base.slice(WHITEOUT.length)));
    else if (kind === 'directory') this.#directories.add(name);
    else this.#names.add(name);
  }

  hides({ name, kind }: Entry): boolean {
    if (this.#opaque.has('') || this.#names.has(name)) return true;
    if (kind !== 'directory' && this.#directories.has(name)) return true;
    return ancestors(name).some((above) => this.#names.has(above) || this.#opaque.has(above));
  }
}

/**
 * The entries an overlay of the layers shows, uppermost layer first, each while it is the current one. Layers further
 * down are opened only when the consumer gets there. Throws `container/too-many-entries` (exit 3).
 */
export async function* overlay(
  layers: readonly (() => Promise<Container>)[],
  uri: string,
  limits: Limits,
  findings: Finding[],
): AsyncGenerator<Member> {
  const shadow = new Shadow();
  let entries = 0;
  for (const [fromTop, open] of layers.toReversed().entries()) {
    const index = layers.length - 1 - fromTop;
    const layer = await open();
    const own: Entry[] = [];
    try {
      for await (const member of layer.members()) {
        if (++entries > limits.entries) {
          const at = [{ origin: 'content', uri, pointer: member.pointer } as const];
          throw new VmImportError(diagnostics['too-many-entries']({ limit: limits.entries, unit: 'entries' }, at));
        }
        // a whiteout concerns the layers below, never its own
        own.push({ name: member.name, kind: member.kind });
        if (!isWhiteout(member.name) && !shadow.hides(member)) {
          yield { ...member, layer: { index, format: layer.format } };
        }
      }
    } finally {
      findings.push(...layer.findings.filter(matters));
      await layer.close();
    }
    for (const entry of own) shadow.add(entry);
  }
}

/**
 * Layers without entries or without an end are usual (umoci writes the latter), and one of a whole system may hold a
 * file twice, which is of interest only where the disk is.
 */
function matters({ code, args, safety }: Finding): boolean {
  return safety && (code !== diagnostics['duplicate-member'].code || /^disk(\/|$)/.test(String(args['name'])));
}

function isWhiteout(name: string): boolean {
  return split(name).base.startsWith(WHITEOUT);
}

function split(name: string): { readonly folder: string; readonly base: string } {
  const slash = name.lastIndexOf('/');
  return { folder: slash < 0 ? '' : name.slice(0, slash), base: name.slice(slash + 1) };
}

const join = (folder: string, base: string) => (folder === '' ? base : `${folder}/${base}`);

function ancestors(name: string): string[] {
  const found: string[] = [];
  for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) found.push(name.slice(0, at));
  return found;
}
