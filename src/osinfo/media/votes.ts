import { ARCHITECTURES, type OsProfile, type Vote, vote } from '../../facts/index.ts';
import type { DetectedDisc } from './detect.ts';
import { PLACES } from './disc.ts';
import { type MediaMatch, systemsOf } from './index.ts';

/** What fits a disc, best first. */
type MediaMatches = Pick<DetectedDisc, 'matches'>;

/**
 * What an installation or live medium among the sources says of the machine. Its names are text that anybody can
 * write, so they speak with the voice of the knowledge base, below everything that was meant as a statement: an image's
 * hints, a descriptor, the admin's default.
 */
export function mediaVotes(detected: readonly (MediaMatches & { readonly uri: string })[]): readonly Vote[] {
  return detected.flatMap(({ uri, matches }, order) => {
    const [best] = matches;
    if (best === undefined) return [];
    const said = { strength: 'recommended', origin: 'osinfo', uri, order } as const;
    const pointer = pointerOf(best);
    const systems = systemsOf(matches).map(({ id, shortIds }) => shortIds[0] ?? id);
    const architecture = architectureOf(matches, best.profile);
    return [
      vote({ ...said, key: 'os', values: systems, pointer }),
      ...(architecture === undefined ? [] : [vote({ ...said, key: 'architecture', values: [architecture], pointer })]),
    ];
  });
}

/** Where the disc says what decided first. */
function pointerOf({ criteria: [first = 'volumeId'] }: MediaMatch): string {
  return `guest+0x${PLACES[first].at.toString(16)}`;
}

/** The one architecture of all media of that system that match; some media do not say. */
function architectureOf(matches: readonly MediaMatch[], { id }: OsProfile): string | undefined {
  const said = new Set(matches.filter(({ profile }) => profile.id === id).map(({ medium }) => medium.architecture));
  return said.size === 1 ? ARCHITECTURES.find((known) => said.has(known)) : undefined;
}
