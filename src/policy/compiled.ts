import type { Finding } from '../diagnostics/index.ts';
import { diagnostics, policyPlace } from './diagnostics.ts';
import type { Compiling, PolicyDocument } from './policy.ts';

export const COMPILED_SCHEMA = 'vm-import/compiled-policy@1';

/** In bytes; what the program reads of any file that configures it. */
export const MAX_COMPILED = 4 * 1024 * 1024;

/**
 * All that was read for policies, checked. Composing is done anew where it is used, since other layers may come before
 * and after. Presets are not in it: they come with the program, whose version is the same.
 */
export interface Sources {
  /** In the order of the command line. */
  readonly refs: readonly string[];
  readonly documents: readonly PolicyDocument[];
  readonly directories: readonly { readonly uri: string; readonly names: readonly string[] }[];
}

const KIND = /^\s*\{\s*"schema"\s*:\s*"vm-import\/compiled-policy@/;

/** Whether a text is meant to be a compiled policy; told without a parser. */
export function isCompiled(text: string): boolean {
  return KIND.test(text);
}

/** One line that `readCompiled` takes; null and a finding when it would be too large for that. */
export function writeCompiled(
  sources: Sources,
  { version, checksum }: Compiling,
): { readonly text: string | null; readonly findings: readonly Finding[] } {
  const body = JSON.stringify(sources);
  const head = { schema: COMPILED_SCHEMA, version, checksum: checksum(body) };
  const text = `${JSON.stringify(head).slice(0, -1)},"sources":${body}}\n`;
  const size = Buffer.byteLength(text);
  if (size <= MAX_COMPILED) return { text, findings: [] };
  const at = policyPlace({ uri: sources.refs[0] ?? '', pointer: '1:1' });
  return { text: null, findings: [diagnostics['too-large']({ limit: MAX_COMPILED }, at)] };
}
