import type { Finding } from '../../diagnostics/index.ts';
import type { OsMedia } from '../../facts/index.ts';
import { diagnostics } from '../diagnostics.ts';
import { type Disc, FIELDS, type Field, PLACES } from './disc.ts';
import { compile, literalStart } from './patterns.ts';

/** What decided that a disc is this medium. */
export type Criterion = Field | 'volumeSize';

export interface Matched {
  readonly criteria: readonly Criterion[];
  readonly findings: readonly Finding[];
}

/** PowerPC has boot programs of its own, which volume descriptors do not show. */
const BOOTS_WITHOUT_EL_TORITO: ReadonlySet<string> = new Set(['ppc', 'ppc64', 'ppc64le']);

/**
 * The criteria of a medium when the disc fulfils all of them, by libosinfo's rules: every pattern that is present
 * matches somewhere in its field, the size of the volume is exactly the one given, and the disc starts by itself. A
 * record without any criterion, or with a pattern that cannot be used, matches nothing; the latter is a finding.
 */
export function matchMedium(medium: OsMedia, disc: Disc): Matched | undefined {
  if (disc.volumeId === null) return undefined;
  if (!disc.bootable && !BOOTS_WITHOUT_EL_TORITO.has(medium.architecture)) return undefined;
  const criteria: Criterion[] = FIELDS.filter((field) => medium[field] !== null);
  // what costs nothing first
  if (medium.volumeSize !== null && medium.volumeSize > 0) {
    if (medium.volumeSize !== disc.volumeSize) return undefined;
    criteria.push('volumeSize');
  }
  if (criteria.length === 0 || !FIELDS.every((field) => couldMatch(medium[field], disc[field]))) return undefined;
  for (const field of FIELDS) {
    const pattern = medium[field];
    const text = disc[field];
    if (pattern === null || text === null) continue;
    const matcher = compile(pattern, PLACES[field].length);
    if ('problem' in matcher) return { criteria: [], findings: [badPattern(medium, pattern, matcher.problem)] };
    if (matcher(text) === undefined) return undefined;
  }
  return { criteria, findings: [] };
}

function couldMatch(pattern: string | null, text: string | null): boolean {
  return pattern === null || text?.includes(literalStart(pattern)) === true;
}

/** Languages of the medium that the volume id names; mostly none. */
export function languagesOf({ languages }: OsMedia, { volumeId }: Disc): readonly string[] {
  if (languages === null) return [];
  if (!languages.capture) return [languages.pattern];
  const matcher = compile(languages.pattern, PLACES.volumeId.length, true);
  const found = 'problem' in matcher ? undefined : matcher(volumeId ?? '');
  if (found === undefined || found === '') return [];
  const { map } = languages;
  return [map !== null && Object.hasOwn(map, found) ? (map[found] ?? found) : found];
}

function badPattern({ os }: OsMedia, pattern: string, problem: string): Finding {
  return diagnostics['bad-pattern']({ os, pattern, problem }, [{ origin: 'osinfo', uri: null, pointer: os }]);
}
