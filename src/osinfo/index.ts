import type { Finding } from '../diagnostics/index.ts';
import { didYouMean } from '../facts/did-you-mean.ts';
import { type OsProfile, provenanceOf, type Vote } from '../facts/index.ts';
import { diagnostics } from './diagnostics.ts';

export { driverNames, lacksAhci } from './drivers.ts';
export { CIM_PRODUCERS, type NamedOs, nameOs, type OsName } from './names/index.ts';
export { profileVotes } from './votes.ts';

/** Every system the knowledge base has, by canonical short-id. Loaded on first use: most runs name no OS. */
export async function listOs(): Promise<readonly OsProfile[]> {
  const { SNAPSHOT } = await import('./snapshot.ts');
  return SNAPSHOT;
}

/** Every short-id and alias of the knowledge base, to hold names against (`nameOs`). */
export async function knownShortIds(): Promise<ReadonlySet<string>> {
  return new Set((await listOs()).flatMap((profile) => profile.shortIds));
}

/** The system of that short-id, alias or id; undefined when the knowledge base has none. */
export async function findOs(name: string): Promise<OsProfile | undefined> {
  const id = canonicalId(name);
  return (await listOs()).find((profile) =>
    id === undefined ? profile.shortIds.includes(name) : canonicalId(profile.id) === id,
  );
}

/** What a name that `findOs` does not know was most likely meant to be. */
export async function suggestOs(name: string): Promise<string | undefined> {
  const wanted = squash(name);
  if (wanted === '') return undefined;
  const profiles = await listOs();
  const named = profiles.find(
    (profile) => [profile.name, ...profile.shortIds].map(squash).includes(wanted) || nameEnds(profile, wanted),
  );
  // the list grows upwards, so the last of a line is the newest: rhel9, freebsd14
  const newest = profiles.findLast((profile) => profile.shortIds.some((shortId) => squash(shortId).startsWith(wanted)));
  const found = named ?? (wanted.length > 3 ? newest : undefined);
  return (
    found?.shortIds[0] ??
    didYouMean(
      name,
      profiles.flatMap((profile) => profile.shortIds),
    )
  );
}

/** The finding for a vote on an OS that the knowledge base does not know. */
export async function unknownOs(name: string, vote: Vote): Promise<Finding> {
  const near = await suggestOs(name);
  const suggestion = near === undefined ? 'a name that `vm-import os list` prints' : `"${near}", if that is meant`;
  return diagnostics['unknown-os']({ name, suggestion }, [provenanceOf(vote)]);
}

/** Scheme and host of a URI do not depend on case, its path does. Undefined for what is no web address. */
function canonicalId(name: string): string | undefined {
  const [, host, path] = /^https?:\/\/([^/]*)(\/.*)$/i.exec(name) ?? [];
  return host === undefined || path === undefined ? undefined : `${host.toLowerCase()}${path}`;
}

/** `Windows 10` for `Microsoft Windows 10`. */
function nameEnds(profile: OsProfile, wanted: string): boolean {
  return wanted.length > 3 && squash(profile.name).endsWith(wanted);
}

/** A name without what people write in many ways: `Debian GNU/Linux 12`, `debian-12` and the id give `debian12`. */
function squash(name: string): string {
  const end = /^https?:\/\//i.test(name) ? name.split('/').slice(-2).join('') : name;
  return end
    .toLowerCase()
    .replace(/[^a-z0-9.]/g, '')
    .replace(/(?:gnu)?linux/, '');
}
