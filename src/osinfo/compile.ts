import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { readDatabase } from './database/read.ts';
import { resolve } from './database/resolve.ts';
import { searchPath } from './database/search-path.ts';
import { diagnostics } from './diagnostics.ts';
import { writeSnapshot } from './snapshot/write.ts';

export interface Compiled {
  readonly bytes: Buffer;
  readonly version: string | null;
  readonly counts: { readonly systems: number; readonly media: number };
  readonly findings: readonly Finding[];
}

/**
 * Compiles the trees in these directories, the later ones taking precedence, into one snapshot; without any, those
 * where libosinfo looks. Throws VmImportError (exit 2) where one cannot be read or none has a system.
 */
export function compileDatabase(directories: readonly string[]): Compiled {
  const named = directories.length > 0;
  const path = named ? directories : searchPath();
  const compiled = compile(path, !named);
  if (compiled.counts.systems > 0) return compiled;
  throw new VmImportError(diagnostics['empty-database']({ path: path.join(', ') }));
}

/** The same for a database that need not be there: null without any system. */
export function compileInstalled(directories: readonly string[]): Compiled | null {
  const compiled = compile(directories, true);
  return compiled.counts.systems > 0 ? compiled : null;
}

function compile(directories: readonly string[], optional: boolean): Compiled {
  const reading = readDatabase(directories, { optional });
  const resolved = resolve(reading);
  const { version } = reading;
  return {
    bytes: writeSnapshot(resolved, version),
    version,
    counts: {
      systems: resolved.systems.length,
      media: resolved.systems.reduce((sum, { media }) => sum + media.length, 0),
    },
    findings: [...reading.findings, ...resolved.findings],
  };
}
