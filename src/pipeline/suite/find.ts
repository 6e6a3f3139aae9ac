import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { VmImportError } from '../../diagnostics/index.ts';
import { systemReason } from '../../diagnostics/system-error.ts';
import { diagnostics } from '../../policy/suite/diagnostics.ts';

const SUITE = /\.test\.(?:ya?ml|json)$/i;
const MAX_DEPTH = 12;
const MAX_ENTRIES = 20_000;

/**
 * Files of policy tests: a file that is named is one, whatever it is called; a directory is searched, and all below it.
 * In byte order. Throws VmImportError (exit 2) where there is none.
 */
export async function findSuites(paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths.length === 0 ? ['.'] : paths) {
    const stats = await stat(path).catch((error: unknown) => {
      throw new VmImportError(diagnostics.unreadable({ path, reason: readFailure(error) }));
    });
    if (!stats.isDirectory()) {
      found.push(path);
      continue;
    }
    const below = await search(path);
    if (below.length === 0) throw new VmImportError(diagnostics['no-tests']({ path }));
    found.push(...below);
  }
  return [...new Set(found)];
}

async function search(top: string): Promise<readonly string[]> {
  const found: string[] = [];
  let seen = 0;
  const walk = async (directory: string, depth: number): Promise<void> => {
    const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
      throw new VmImportError(diagnostics.unreadable({ path: directory, reason: readFailure(error) }));
    });
    seen += entries.length;
    if (seen > MAX_ENTRIES || depth > MAX_DEPTH) {
      throw new VmImportError(diagnostics['too-many-files']({ path: top, limit: MAX_ENTRIES }));
    }
    for (const entry of entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      // not `./x`: what is printed is what a person would type
      const path = directory === '.' ? entry.name : join(directory, entry.name);
      if (entry.isDirectory()) await walk(path, depth + 1);
      else if (entry.isFile() && SUITE.test(entry.name)) found.push(path);
    }
  };
  await walk(top, 0);
  return found;
}

/** Why a file could not be read, in words. */
export function readFailure(error: unknown): string {
  return systemReason(error) ?? 'reading failed';
}
