import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { systemReason } from '../diagnostics/system-error.ts';
import { type FileSource, openFile } from '../sources/file.ts';
import type { Container, Member, Tree, TreeFile } from './container.ts';
import { diagnostics } from './diagnostics.ts';
import { type Flow, positionedFlow } from './flow.ts';
import type { Limits } from './limits.ts';
import { Names, relativePath } from './names.ts';

/** `blobs/sha256/HEX` and folders of a Vagrant catalogue are the deepest that are of use. */
const MAX_DEPTH = 6;

/**
 * A directory as a container: its files by name, in order of their names. Symbolic links are listed and not followed;
 * what is opened must really lie below it. Throws `container/bad-directory` (exit 3).
 */
export async function directoryContainer(path: string, limits: Limits): Promise<Container & Tree> {
  const uri = resolve(path);
  const root = await realpath(uri).catch((error: unknown) => Promise.reject(asFinding(error, uri)));
  const opened = new Map<string, Promise<FileSource>>();
  let findings: Finding[] = [];

  /** One handle for each file that is looked into. */
  function open(name: string): Promise<FileSource> {
    const source = opened.get(name) ?? openInside(root, name);
    opened.set(name, source);
    return source;
  }

  async function* below(folder: string, depth: number, names: Names): AsyncGenerator<Member> {
    for (const entry of await list(join(root, folder), uri)) {
      const raw = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const name = names.admit(raw, raw, true);
      if (name === null) continue;
      yield await memberOf(root, name, entry, open);
      if (entry.isDirectory() && depth < MAX_DEPTH) yield* below(name, depth + 1, names);
    }
  }

  return {
    uri,
    format: 'directory',
    get findings() {
      return findings;
    },
    members() {
      findings = [];
      return below('', 1, new Names(uri, limits, findings));
    },
    async file(name) {
      const stats = 'path' in relativePath(name) ? await stat(join(root, name)).catch(() => null) : null;
      return stats?.isFile() === true ? treeFile(name, await open(name)) : null;
    },
    async close() {
      const sources = await Promise.allSettled(opened.values());
      opened.clear();
      for (const source of sources) if (source.status === 'fulfilled') await source.value.close();
    },
  };
}

async function list(path: string, uri: string): Promise<readonly Dirent[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) =>
    Promise.reject(asFinding(error, uri)),
  );
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function memberOf(
  root: string,
  name: string,
  entry: Dirent,
  open: (name: string) => Promise<FileSource>,
): Promise<Member> {
  const kind = entry.isFile()
    ? 'file'
    : entry.isDirectory()
      ? 'directory'
      : entry.isSymbolicLink()
        ? 'symlink'
        : 'other';
  const file = join(root, name);
  // a file that vanished since it was listed has no size any more; opening it says so
  const stats = kind === 'file' ? await stat(file).catch(() => null) : null;
  return {
    name,
    stored: name,
    kind,
    size: stats?.size ?? 0,
    mode: (stats?.mode ?? 0) & 0o7777,
    uid: stats?.uid ?? 0,
    gid: stats?.gid ?? 0,
    link: null,
    place: kind === 'file' ? { file, offset: 0 } : null,
    pointer: name,
    open: () => open(name),
    flow: async () => flowOf(await open(name)),
  };
}

function flowOf(source: FileSource): Flow {
  return positionedFlow(source, { file: source.path, offset: 0 });
}

function treeFile(name: string, source: FileSource): TreeFile {
  return {
    name,
    size: source.size,
    place: { file: source.path, offset: 0 },
    async bytes(limit) {
      if (source.size <= limit) return source.read(0, source.size);
      const at = [{ origin: 'content', uri: source.uri, pointer: null } as const];
      throw new VmImportError(diagnostics['document-too-large']({ name, size: source.size, limit }, at));
    },
    flow: async () => flowOf(source),
    open: async () => source,
  };
}

/**
 * Opens nothing that a link takes elsewhere: opening alone acts on some devices, and reads others to measure them. The
 * check that counts is the one on the file that was opened, whatever the path leads to by now.
 */
async function openInside(root: string, name: string): Promise<FileSource> {
  const path = join(root, name);
  const isInside = (real: string) => real.startsWith(root.endsWith(sep) ? root : root + sep);
  const real = await realpath(path).catch(() => null);
  if (real === null || isInside(real)) {
    // what cannot be resolved cannot be opened either, and the opening says why
    const source = await openFile(path);
    if (isInside(source.realPath)) return source;
    await source.close();
  }
  const at = [{ origin: 'content', uri: path, pointer: null } as const];
  throw new VmImportError(diagnostics['outside-root']({ name }, at));
}

function asFinding(error: unknown, path: string): unknown {
  const reason = systemReason(error);
  if (reason === null) return error;
  return new VmImportError(diagnostics['bad-directory']({ path, reason }), { cause: error });
}
