import { COMPILED_SCHEMA, MAX_COMPILED, type Sources } from './compiled.ts';
import { isSources } from './compiled-shape.ts';
import type { Compiling } from './policy.ts';

export type ReadCompiled = { readonly sources: Sources } | { readonly problem: string };

/** The head as `writeCompiled` writes it; the checksum is of all that follows, but for the last brace. */
const HEAD = /^\{"schema":"([^"]{1,60})","version":"([^"]{1,60})","checksum":"([0-9a-f]{1,128})","sources":/;

/** Reads a compiled policy. Never throws: it is used as it was written by this version of the program, or not at all. */
export function readCompiled(text: string, compiling: Compiling | undefined): ReadCompiled {
  if (compiling === undefined) return { problem: 'compiled policies are not taken here' };
  if (Buffer.byteLength(text) > MAX_COMPILED) return { problem: `it has more than ${MAX_COMPILED} bytes` };
  const [head, schema, version, checksum] = HEAD.exec(text) ?? [];
  if (head === undefined) return { problem: CHANGED };
  if (schema !== COMPILED_SCHEMA) return { problem: `it is of the kind ${schema}, not ${COMPILED_SCHEMA}` };
  if (version !== compiling.version) {
    return { problem: `vm-import ${version} made it, this is vm-import ${compiling.version}` };
  }
  const body = text.slice(head.length, Math.max(head.length, text.lastIndexOf('}')));
  if (compiling.checksum(body) !== checksum) return { problem: CHANGED };
  let sources: unknown;
  try {
    sources = JSON.parse(body);
  } catch {
    return { problem: CHANGED };
  }
  return isSources(sources) ? { sources } : { problem: CHANGED };
}

const CHANGED = 'it is not as the program wrote it';
