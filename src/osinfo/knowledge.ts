import type { Finding } from '../diagnostics/index.ts';
import type { OsMedia, OsProfile } from '../facts/index.ts';

/** An opened knowledge base. A part of it that turns out to be damaged throws VmImportError (exit 2) when it is read. */
export interface Knowledge {
  /** What votes name it by: `embedded/20250619`, `installed/20221203`, `none`. */
  readonly label: string;
  /** Day of the database, `20250619`; null when it does not say. */
  readonly version: string | null;
  /** What was wrong while it was opened. */
  readonly findings: readonly Finding[];
  /** The system of that short-id, alias or id. */
  find(name: string): OsProfile | undefined;
  /** Every system, sorted by id. */
  list(): readonly OsProfile[];
  /** What a name that `find` does not know was most likely meant to be: a canonical short-id. */
  suggest(name: string): string | undefined;
  /** Media of all systems, in the order of the systems and, within one, of its entry. */
  media(): readonly OsMedia[];
}
