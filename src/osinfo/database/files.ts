import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { VmImportError } from '../../diagnostics/index.ts';
import { isMissing, systemReason } from '../../diagnostics/system-error.ts';
import { diagnostics } from '../diagnostics.ts';

/** osinfo-db has about 1100 files. */
const MAX_FILES = 20_000;
const MAX_DEPTH = 8;
/** The parts of a tree that say something of systems. */
const PARTS: readonly string[] = ['os', 'device', 'datamap'];

export interface TreeFile {
  readonly path: string;
  /** Below the directory of the database: `os/debian.org/debian-12.xml`. */
  readonly relative: string;
}

/** The files of one entry in the order in which they are read. */
export interface EntryFiles {
  readonly master: TreeFile | null;
  /** From the entry's `.d` directories; they add to it. */
  readonly extensions: readonly TreeFile[];
}

/**
 * The files of a database that lies in several directories, by entry: the master of a later directory takes the place
 * of everything before it, extensions of later directories add to what is there. Names sort by bytes, as in libosinfo.
 * `optional` passes over directories that do not exist. Throws VmImportError (exit 2) for one that cannot be read.
 */
export function findFiles(directories: readonly string[], optional: boolean): ReadonlyMap<string, EntryFiles> {
  const entries = new Map<string, EntryFiles>();
  for (const directory of directories) {
    for (const [key, { master, extensions }] of filesOf(directory, optional)) {
      const before = entries.get(key);
      if (master !== null || before === undefined) entries.set(key, { master, extensions });
      else entries.set(key, { master: before.master, extensions: [...before.extensions, ...extensions] });
    }
  }
  return entries;
}

/** Day of the database, as the first directory that has a file VERSION says; null where none does. */
export function readVersion(directories: readonly string[]): string | null {
  for (const directory of directories) {
    try {
      const path = join(directory, 'VERSION');
      if (statSync(path).size > 100) continue;
      const version = readFileSync(path, 'utf8').trim();
      if (/^[0-9][0-9A-Za-z.+~-]{0,40}$/.test(version)) return version;
    } catch {}
  }
  return null;
}

interface FoundFiles {
  master: TreeFile | null;
  readonly extensions: TreeFile[];
}

function filesOf(directory: string, optional: boolean): ReadonlyMap<string, FoundFiles> {
  const found = new Map<string, FoundFiles>();
  let count = 0;
  const add = (relative: string) => {
    if (++count > MAX_FILES) refuse(directory, `it has more than ${MAX_FILES} files`);
    const parent = relative.slice(0, -basename(relative).length - 1);
    const extension = parent.endsWith('.d');
    const key = extension ? parent.slice(0, -'.d'.length) : relative.slice(0, -'.xml'.length);
    const files = found.get(key) ?? { master: null, extensions: [] };
    found.set(key, files);
    const file = { path: join(directory, relative), relative };
    if (extension) files.extensions.push(file);
    else files.master = file;
  };
  const visit = (relative: string, depth: number) => {
    if (depth > MAX_DEPTH) refuse(directory, `it has more than ${MAX_DEPTH} levels of directories`);
    for (const entry of list(directory, relative, optional && depth === 0)) {
      if (depth === 0 && !PARTS.includes(entry.name)) continue;
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      const kind = kindOf(entry, join(directory, path));
      if (kind === 'directory') visit(path, depth + 1);
      else if (kind === 'file' && path.endsWith('.xml')) add(path);
    }
  };
  visit('', 0);
  return found;
}

function list(directory: string, relative: string, optional: boolean): readonly Dirent[] {
  try {
    const entries = readdirSync(join(directory, relative), { withFileTypes: true });
    return entries.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  } catch (error) {
    if (optional && isMissing(error)) return [];
    return refuse(directory, systemReason(error) ?? 'reading failed');
  }
}

/** Symbolic links are followed: the administrator made them, as libosinfo sees it. Those that lead nowhere are not. */
function kindOf(entry: Dirent, path: string): 'file' | 'directory' | 'other' {
  try {
    const stats = entry.isSymbolicLink() ? statSync(path) : entry;
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
  } catch {
    return 'other';
  }
}

function refuse(path: string, problem: string): never {
  throw new VmImportError(diagnostics['unreadable-database']({ path, problem }));
}
