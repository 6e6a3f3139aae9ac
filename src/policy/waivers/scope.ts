import type { Finding } from '../../diagnostics/index.ts';
import type { Evidence, SourceEvidence } from '../../facts/index.ts';
import { globMatches } from './glob.ts';
import type { Waiver } from './waiver.ts';

/** The image that findings are about. */
export type Subject = Pick<Evidence, 'machine' | 'sources'>;

/** `unknown`: only a digest that nobody computed could tell. */
export type Coverage = 'covered' | 'outside' | 'unknown';

/**
 * Whether a waiver covers a finding: all the sources that the finding names among its places, and all sources of the
 * machine where it names none.
 */
export function coverage(waiver: Waiver, finding: Finding, subject: Subject): Coverage {
  const named = subject.sources.filter(({ uri }) => finding.at.some((place) => place.uri === uri));
  const each = coverages(waiver, named.length > 0 ? named : subject.sources, subject);
  if (each.length === 0 || each.includes('outside')) return 'outside';
  return each.includes('unknown') ? 'unknown' : 'covered';
}

/** Whether a waiver is meant for any part of the machine. */
export function concerns(waiver: Waiver, subject: Subject): boolean {
  return coverages(waiver, subject.sources, subject).includes('covered');
}

function coverages(waiver: Waiver, sources: readonly SourceEvidence[], { machine }: Subject): readonly Coverage[] {
  const { digests, name, source: pattern } = waiver.scope;
  if (name !== null && !globMatches(name, machine.name)) return [];
  return sources.map(({ uri, digest }) => {
    if (pattern !== null && !globMatches(pattern, uri)) return 'outside';
    if (digests === null) return 'covered';
    if (digest === null) return 'unknown';
    return digests.includes(digest) ? 'covered' : 'outside';
  });
}
