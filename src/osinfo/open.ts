import { readFile, stat } from 'node:fs/promises';
import { VmImportError } from '../diagnostics/index.ts';
import { isMissing, systemReason } from '../diagnostics/system-error.ts';
import { isDirectory, searchPath } from './database/search-path.ts';
import { diagnostics } from './diagnostics.ts';
import { type Knowledge, knowledgeOf, noKnowledge } from './knowledge.ts';
import { MAX_SNAPSHOT_BYTES, Snapshot } from './snapshot/read.ts';

/** Which database answers when no file or directory is named. */
const DATABASES = ['embedded', 'installed', 'newest'] as const;
export type DatabaseChoice = (typeof DATABASES)[number];

export interface KnowledgeRequest {
  /** Path of the snapshot that comes with the program; it may be missing. */
  readonly embedded: string;
  /** Without any other wish: `embedded` falls back to an installed database, `installed` to the embedded one. */
  readonly choice: DatabaseChoice;
  /** A tree, a snapshot, or one of the three words above, as the user names it. */
  readonly database?: string | undefined;
}

/**
 * Opens the knowledge base. Throws VmImportError (exit 2) where a database that was named, or the one that comes with
 * the program, cannot be used; where there is none at all, what is returned knows nothing and says so in a finding.
 */
export async function openKnowledge({ embedded, choice, database }: KnowledgeRequest): Promise<Knowledge> {
  const word = DATABASES.find((known) => known === database);
  if (database !== undefined && word === undefined) return openNamed(database);
  const wanted = word ?? choice;
  if (wanted === 'installed') {
    const installed = await openInstalled();
    if (installed !== null) return installed;
    if (word !== undefined) throw nothingInstalled();
  }
  const own = await readSnapshot(embedded);
  if (own === null) return (await openInstalled()) ?? noKnowledge(nothing(embedded));
  const knowledge = knowledgeOf(own, 'embedded', []);
  if (wanted !== 'newest' || !(await isNewer(knowledge.version))) return knowledge;
  return (await openInstalled()) ?? knowledge;
}

/** The database at a path: a tree, or a snapshot. */
async function openNamed(path: string): Promise<Knowledge> {
  if (isDirectory(path)) {
    const { compileDatabase } = await import('./compile.ts');
    const { bytes, findings } = compileDatabase([path]);
    return knowledgeOf(new Snapshot(bytes, path), 'given', findings);
  }
  const snapshot = await readSnapshot(path);
  if (snapshot === null) throw unreadable(path, 'there is no such file or directory');
  return knowledgeOf(snapshot, 'given', []);
}

/** The database of this machine with its overrides; null where there is none. */
async function openInstalled(): Promise<Knowledge | null> {
  const directories = searchPath();
  if (!directories.some(isDirectory)) return null;
  const { compileInstalled } = await import('./compile.ts');
  const compiled = compileInstalled(directories);
  if (compiled === null) return null;
  return knowledgeOf(new Snapshot(compiled.bytes, directories[0] ?? ''), 'installed', compiled.findings);
}

async function isNewer(version: string | null): Promise<boolean> {
  const { readVersion } = await import('./database/files.ts');
  const installed = readVersion(searchPath());
  return installed !== null && (version === null || installed > version);
}

/** null when there is no such file. */
async function readSnapshot(path: string): Promise<Snapshot | null> {
  let bytes: Buffer;
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw unreadable(path, 'it is neither a file nor a directory');
    if (stats.size > MAX_SNAPSHOT_BYTES) {
      throw unreadable(path, `it has ${stats.size} bytes, more than ${MAX_SNAPSHOT_BYTES}`);
    }
    bytes = await readFile(path);
  } catch (error) {
    const problem = systemReason(error);
    if (problem === null) throw error;
    if (isMissing(error)) return null;
    throw unreadable(path, problem);
  }
  return new Snapshot(bytes, path);
}

function unreadable(path: string, problem: string): VmImportError {
  return new VmImportError(diagnostics['unreadable-database']({ path, problem }));
}

function nothingInstalled(): VmImportError {
  const path = searchPath()[0] ?? '';
  return unreadable(path, 'no osinfo-db is installed');
}

function nothing(embedded: string) {
  const problem = `neither ${embedded} nor an installed osinfo-db is there`;
  return diagnostics['no-database']({ problem });
}
