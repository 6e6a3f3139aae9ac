/** How the language of a medium is read from its volume id. */
export interface OsMediaLanguages {
  /** Regular expression on the volume id; with `capture` its first group is what was found. */
  readonly pattern: string;
  /** false: the pattern itself is the name of the only language. */
  readonly capture: boolean;
  /** Locale by what was found; null when what was found is the locale. */
  readonly map: { readonly [found: string]: string } | null;
}

/**
 * An installation or live medium of one system, as the knowledge base tells it apart. The four patterns are regular
 * expressions of libosinfo (PCRE, case-sensitive, not anchored) on the fields of the primary volume descriptor with
 * trailing blanks removed; a medium matches when all that are present match.
 */
export interface OsMedia {
  /** libosinfo id of the system. */
  readonly os: string;
  /** `x86_64`, ... or `all`. */
  readonly architecture: string;
  readonly volumeId: string | null;
  readonly systemId: string | null;
  readonly publisherId: string | null;
  readonly applicationId: string | null;
  /** Bytes of the volume, which must be exactly these; null when any size will do. */
  readonly volumeSize: number | null;
  readonly live: boolean;
  readonly installer: boolean;
  /** Paths on the medium. */
  readonly kernel: string | null;
  readonly initrd: string | null;
  readonly url: string | null;
  /** Ids among the variants of the system. */
  readonly variants: readonly string[];
  readonly languages: OsMediaLanguages | null;
}
