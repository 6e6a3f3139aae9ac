/** One name in a directory. */
export interface DirectoryEntry {
  /** As the directory spells it. */
  readonly name: string;
  readonly directory: boolean;
  /** Bytes; 0 for a directory. */
  readonly size: number;
  /** Where its first byte lies in the volume, for proofs; null when it has none. */
  readonly at: number | null;
}

/**
 * The little that inspection needs of a file system: no write, no links followed, no walk. Paths have slashes and no
 * leading one; the root is the empty path. Whether case counts is the file system's own rule.
 * Every reader of one is bounded: a damaged directory ends the list, it does not hang or throw for content's sake.
 */
export interface FileSystem {
  /** The entries of a directory; null when there is no such directory. */
  list(path: string): Promise<readonly DirectoryEntry[] | null>;
  /** At most the first `max` bytes of a file; null when there is no such file. Less when its data end early. */
  read(path: string, max: number): Promise<Buffer | null>;
}
