import { didYouMean } from '../facts/did-you-mean.ts';

/** Names of one system. */
export interface Named {
  readonly id: string;
  readonly shortIds: readonly string[];
  readonly name: string;
  readonly releaseDate: string | null;
}

/** The canonical short-id that an unknown name was most likely meant to be. */
export function suggest(name: string, known: readonly Named[]): string | undefined {
  const wanted = squash(name);
  if (wanted === '') return undefined;
  // fedora-unknown stands for releases that the database does not have yet; nobody means it
  const systems = known.filter(({ shortIds }) => !shortIds.some((shortId) => shortId.endsWith('unknown')));
  const named = systems.find(
    (system) =>
      [system.name, ...system.shortIds].map(squash).includes(wanted) || (wanted.length > 3 && endsWith(system, wanted)),
  );
  const found = named ?? (wanted.length > 3 ? newestOfLine(wanted, systems) : undefined);
  if (found !== undefined) return found.shortIds[0];
  const near = didYouMean(
    name,
    systems.flatMap(({ shortIds }) => shortIds),
  );
  // another number is another release, and the oldest one is seldom meant
  const sameNumber = near !== undefined && digits(near) === digits(name);
  return sameNumber ? near : (newestOfName(wanted, systems)?.shortIds[0] ?? undefined);
}

const digits = (name: string): string => name.replace(/\D+/g, ' ').trim();

/** `fedora99` is a release that nobody knows yet: the newest of that name is the closest there is. */
function newestOfName(wanted: string, systems: readonly Named[]): Named | undefined {
  const [line = ''] = /^[a-z]+(?:\.[a-z]+)*/.exec(wanted) ?? [];
  if (line.length < 3) return undefined;
  const releases = new RegExp(`^${line.replaceAll('.', '\\.')}[0-9]`);
  return newest(systems.filter(({ shortIds }) => shortIds.some((shortId) => releases.test(squash(shortId)))));
}

/** `rhel9` is a line of releases rather than one of them: the newest that has a date. */
function newestOfLine(wanted: string, systems: readonly Named[]): Named | undefined {
  const line = systems.filter(({ shortIds }) => shortIds.some((shortId) => isOfLine(squash(shortId), wanted)));
  return newest(line);
}

function newest(line: readonly Named[]): Named | undefined {
  const dated = line.filter(({ releaseDate }) => releaseDate !== null);
  const byDate = (a: Named, b: Named) => ((a.releaseDate ?? '') < (b.releaseDate ?? '') ? -1 : 1);
  return dated.toSorted(byDate).at(-1) ?? line.at(-1);
}

/** freebsd1.0 is not of the line freebsd14, and debian12 not of debian1. */
function isOfLine(shortId: string, wanted: string): boolean {
  if (!shortId.startsWith(wanted)) return false;
  return !/\d$/.test(wanted) || !/^\d/.test(shortId.slice(wanted.length));
}

/** `Windows 10` for `Microsoft Windows 10`. */
function endsWith({ name }: Named, wanted: string): boolean {
  return squash(name).endsWith(wanted);
}

/** A name without what people write in many ways: `Debian GNU/Linux 12`, `debian-12` and the id give `debian12`. */
function squash(name: string): string {
  const end = /^https?:\/\//i.test(name) ? name.split('/').slice(-2).join('') : name;
  return end
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^a-z0-9.]/g, '')
    .replace(/(?:gnu)?linux/, '');
}
