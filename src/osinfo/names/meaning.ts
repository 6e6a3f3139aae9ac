import type { Architecture } from '../../facts/index.ts';

/**
 * What a name stands for, before a database is asked. `systems` are short-ids, each by itself the whole answer;
 * `generics` are the entries that libosinfo keeps for a line as a whole (`rhel9-unknown`); `choice` is a closed set,
 * the earliest release first; `lines` are prefixes whose releases the database lists (`ol8` for `ol8.0`, `ol8.1`, ...).
 */
export interface Meaning {
  readonly systems?: readonly string[];
  readonly generics?: readonly string[];
  readonly choice?: readonly string[];
  readonly lines?: readonly string[];
  /**
   * Whether the earliest release may be proposed: what it has drivers for, the later ones of its line have too. Never
   * across lines: Windows 7 and Server 2008 R2 share a build, and are different machines to plan.
   */
  readonly guess?: boolean;
  /** `linux`, `winnt`, ... as libosinfo calls it. */
  readonly family: string | null;
  /** Why the name is not one system; also said when the database has no entry for what it names. */
  readonly reason: string;
}

interface Answer {
  /** The systems it can be, earliest release first; empty where the name leaves it open. */
  readonly candidates: readonly string[];
  /** `linux`, `winnt`, `freebsd`, ...: known more often than the system. */
  readonly family: string | null;
  /** Of the guest; a 32-bit guest also runs on an x86_64 machine. */
  readonly architecture: Architecture | null;
}

/**
 * `exact`: the name means one entry of the database. `family`: it means a line, and the database keeps an entry for the
 * line as a whole. `guess`: the earliest release that it can mean.
 */
export type Confidence = 'exact' | 'family' | 'guess';

export type NamedOs =
  | (Answer & {
      readonly shortId: string;
      readonly confidence: Confidence;
      /** Why it is not exact; null when it is. A sentence without its full stop. */
      readonly reason: string | null;
    })
  | (Answer & {
      readonly shortId: null;
      readonly confidence: null;
      readonly reason: string;
      /** The short-id it would have in a database that knows the system. */
      readonly missing: string | null;
    });

/** One system, by the first of these short-ids that the database has. */
export function system(shortIds: string | readonly string[], family: string): Meaning {
  const systems = typeof shortIds === 'string' ? [shortIds] : shortIds;
  return { systems, family, reason: `the database has no entry ${systems[0]}` };
}

/** Releases of one line, the earliest first. */
export function oneOf(choice: readonly string[], family: string, reason: string): Meaning {
  return { choice, guess: true, family, reason };
}

/** Systems that differ too much to prefer one. */
export function eitherOf(choice: readonly string[], family: string | null, reason: string): Meaning {
  return { choice, family, reason };
}

/** A name that is understood and still means no entry. */
export function nothing(family: string | null, reason: string): Meaning {
  return { family, reason };
}

/** Holds a meaning against what a database has. */
export function judge(meaning: Meaning, architecture: Architecture | null, known: ReadonlySet<string>): NamedOs {
  const { systems = [], generics = [], family, reason } = meaning;
  const exact = systems.find((shortId) => known.has(shortId));
  if (exact !== undefined) {
    return { shortId: exact, confidence: 'exact', candidates: [exact], family, architecture, reason: null };
  }
  const candidates = [
    ...(meaning.choice ?? []).filter((shortId) => known.has(shortId)),
    ...(meaning.lines ?? []).flatMap((line) => releases(line, known)),
  ];
  const answer = { candidates, family, architecture, reason };
  const generic = generics.find((shortId) => known.has(shortId));
  if (generic !== undefined) return { shortId: generic, confidence: 'family', ...answer };
  const earliest = meaning.choice?.[0] ?? candidates[0];
  if (meaning.guess === true && earliest !== undefined && known.has(earliest)) {
    return { shortId: earliest, confidence: 'guess', ...answer };
  }
  return { shortId: null, confidence: null, missing: systems[0] ?? null, ...answer };
}

const byNumber = new Intl.Collator('en', { numeric: true });

/** `ol8` gives `ol8.0`, `ol8.1`, ...; service packs count as releases, other words do not. */
function releases(line: string, known: ReadonlySet<string>): readonly string[] {
  const found: string[] = [];
  for (const shortId of known) {
    if (shortId.startsWith(line) && /^(?:(?:\.|sp)\d+)?$/.test(shortId.slice(line.length))) found.push(shortId);
  }
  return found.sort(byNumber.compare);
}
