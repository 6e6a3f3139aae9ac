import type { Finding } from '../../diagnostics/index.ts';
import type { OsMedia, OsProfile } from '../../facts/index.ts';
import type { Disc } from './disc.ts';
import { type Criterion, languagesOf, matchMedium } from './match.ts';

export { type Disc, discOf } from './disc.ts';

/** A medium that the disc may be. */
export interface MediaMatch {
  readonly medium: OsMedia;
  readonly profile: OsProfile;
  readonly criteria: readonly Criterion[];
  /** Locales: `en_US`. */
  readonly languages: readonly string[];
  /** For any architecture, or of a system without releases: counts only where nothing else matches. */
  readonly fallback: boolean;
}

export interface Detection {
  /** Best first. */
  readonly matches: readonly MediaMatch[];
  readonly findings: readonly Finding[];
}

/**
 * The media of a knowledge base that a disc may be. Which ones match is libosinfo's rule, and so is that fallbacks come
 * last and that, of two media of one system, the one with the longer volume id goes first. Between systems libosinfo
 * has no rule, only the order of a hash table; here a released one goes before an unreleased one and the newest first,
 * because vendors go on using the names of earlier releases.
 */
export function detectMedia(
  media: readonly OsMedia[],
  find: (os: string) => OsProfile | undefined,
  disc: Disc,
): Detection {
  const matches: MediaMatch[] = [];
  const findings: Finding[] = [];
  for (const medium of media) {
    const matched = matchMedium(medium, disc);
    if (matched === undefined) continue;
    findings.push(...matched.findings);
    const profile = find(medium.os);
    if (matched.criteria.length === 0 || profile === undefined) continue;
    const fallback = medium.architecture === 'all' || profile.releaseStatus === 'rolling';
    matches.push({ medium, profile, criteria: matched.criteria, languages: languagesOf(medium, disc), fallback });
  }
  return { matches: withoutNeedlessFallbacks(matches).sort(compare), findings };
}

/** libosinfo asks the fallbacks of a system only when none of its other media matched. */
function withoutNeedlessFallbacks(matches: readonly MediaMatch[]): MediaMatch[] {
  const proper = new Set(matches.filter(({ fallback }) => !fallback).map(({ profile }) => profile.id));
  return matches.filter(({ fallback, profile }) => !fallback || !proper.has(profile.id));
}

/** The systems that a disc may be, best first: fallbacks only where there is nothing else. */
export function systemsOf(matches: readonly MediaMatch[]): readonly OsProfile[] {
  const best = matches.filter(({ fallback }) => fallback === matches[0]?.fallback).map(({ profile }) => profile);
  return best.filter(({ id }, index) => best.findIndex((other) => other.id === id) === index);
}

function compare(a: MediaMatch, b: MediaMatch): number {
  return (
    Number(a.fallback) - Number(b.fallback) ||
    unreleased(a.profile) - unreleased(b.profile) ||
    descending(a.profile.releaseDate ?? '', b.profile.releaseDate ?? '') ||
    descending(a.profile.id, b.profile.id) ||
    moreExact(b.medium, a.medium) - moreExact(a.medium, b.medium)
  );
}

/** Entries named `9-unknown` stand for the releases that the database does not have yet. */
function unreleased({ id, releaseStatus }: OsProfile): number {
  return releaseStatus === 'prerelease' || releaseStatus === 'snapshot' || id.endsWith('unknown') ? 1 : 0;
}

function descending(a: string, b: string): number {
  return a === b ? 0 : a < b ? 1 : -1;
}

/** How much more than the other one a medium of the same system asks for. */
function moreExact(medium: OsMedia, other: OsMedia): number {
  const longer = medium.volumeId !== null && other.volumeId !== null && medium.volumeId !== other.volumeId;
  return (
    (longer && medium.volumeId.includes(other.volumeId) ? 2 : 0) +
    (medium.volumeSize !== null && other.volumeSize === null ? 1 : 0)
  );
}
