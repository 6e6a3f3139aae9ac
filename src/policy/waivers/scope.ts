import type { Evidence } from '../../facts/index.ts';
import { globMatches } from './glob.ts';
import type { Waiver } from './waiver.ts';

/** The image that findings are about. */
export type Subject = Pick<Evidence, 'machine' | 'sources' | 'disks'>;

/** `unknown`: only a digest that nobody computed could tell. */
export type Coverage = 'covered' | 'outside' | 'unknown';

/** Whether a waiver is meant for each of the sources of the machine. */
export function coverages({ scope }: Waiver, { machine, sources, disks }: Subject): readonly Coverage[] {
  const { digests, name, source: pattern } = scope;
  const named = name === null || globMatches(name, machine.name);
  // a descriptor names disks that its own digest says nothing of
  const uris = new Set(sources.map(({ uri }) => uri));
  const elsewhere = disks.some(({ path }) => path !== null && !uris.has(path));
  return sources.map(({ uri, digest }) => {
    if (!named || (pattern !== null && !globMatches(pattern, uri))) return 'outside';
    if (digests === null) return 'covered';
    if (elsewhere) return 'outside';
    if (digest === null) return 'unknown';
    return digests.includes(digest) ? 'covered' : 'outside';
  });
}

/** Whether a waiver is meant for all of these sources, given by their places in the list. */
export function together(each: readonly Coverage[], sources: readonly number[]): Coverage {
  const concerned = sources.map((index) => each[index]);
  if (concerned.length === 0 || concerned.includes('outside')) return 'outside';
  return concerned.includes('unknown') ? 'unknown' : 'covered';
}
