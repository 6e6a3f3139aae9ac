import { resolve as resolvePath } from 'node:path';
import type { Finding } from '../diagnostics/index.ts';
import { DEFAULT_SETTINGS, type Vote } from '../facts/index.ts';
import { byHand, type FoundHints } from '../hints/gather.ts';
import { MAX_HINT_BYTES } from '../hints/index.ts';
import * as planning from '../plan/index.ts';
import { readConfig } from '../sources/text.ts';
import { readSource } from './reading.ts';

/**
 * The hint documents of one image, the one inside it first, then its side-car. A file that holds JSON is a document
 * itself; `asDocument` takes for one whatever is no disk and has no side-car.
 */
export async function findHints(
  path: string,
  asDocument = false,
): Promise<{ readonly documents: readonly FoundHints[]; readonly findings: readonly Finding[] }> {
  const options = { id: 'disk0', claimed: null, backingFiles: 'refuse' } as const;
  const { inspection, hints, notes } = await readSource(path, options);
  const recognised = inspection.disk !== null && inspection.disk.format !== 'raw';
  const there = !inspection.findings.some(({ code }) => code.startsWith('source/'));
  if (!recognised && there && hints.length === 0) {
    const bytes = await readConfig(path, MAX_HINT_BYTES);
    const looksLikeOne = /^\s*\{/.test(bytes.toString('latin1', 0, 64));
    if (asDocument || looksLikeOne) return { documents: [byHand(bytes, resolvePath(path), null)], findings: [] };
  }
  const refused = inspection.findings.filter(
    ({ severity, code }) => severity === 'error' && code !== 'disk/backing-file',
  );
  return { documents: hints.toReversed(), findings: [...refused, ...notes] };
}

/** What a hint document asks for that cannot all hold, whoever imports it. */
export function contradictions(votes: readonly Vote[]): readonly Finding[] {
  const alone = {
    disks: [{ id: 'disk0', bootable: null, format: 'qcow2', slice: null, wrapping: [], path: '/' }],
    nics: ['nic0'],
    host: null,
    settings: DEFAULT_SETTINGS,
    drivers: null,
    votes,
  };
  const { findings } = planning.resolve(alone, planning.settle(alone));
  return findings.filter(({ code }) => code === planning.diagnostics.unresolved.code);
}

export { writeImageHints as writeHints } from '../disks/hints.ts';
