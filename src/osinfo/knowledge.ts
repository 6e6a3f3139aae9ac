import type { Finding } from '../diagnostics/index.ts';
import type { OsDevice, OsMedia, OsProfile } from '../facts/index.ts';
import { pointerStep } from '../facts/text.ts';
import type { Snapshot } from './snapshot/read.ts';
import { suggest } from './suggest.ts';

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
  /** Every short-id and alias, to hold names of others against. */
  shortIds(): ReadonlySet<string>;
  /** Every system, sorted by id. */
  list(): readonly OsProfile[];
  /** What a name that `find` does not know was most likely meant to be: a canonical short-id. */
  suggest(name: string): string | undefined;
  /** Every device that some system has a driver for. */
  devices(): readonly OsDevice[];
  /** Media of all systems, in the order of the systems and, within one, of its entry. */
  media(): readonly OsMedia[];
}

/** What a snapshot knows, under the name of where it came from: `embedded`, `installed`, `given`. */
export function knowledgeOf(snapshot: Snapshot, kind: string, findings: readonly Finding[]): Knowledge {
  const { version } = snapshot.header;
  const label = `${kind}/${version ?? 'unknown'}`;
  const profile = (record: Omit<OsProfile, 'database' | 'pointer'>): OsProfile => ({
    ...record,
    database: label,
    pointer: `/${pointerStep(record.shortIds[0] ?? record.id)}`,
  });
  return {
    label,
    version,
    findings,
    find: (name) => {
      const record = snapshot.find(name);
      return record === undefined ? undefined : profile(record);
    },
    shortIds: () => snapshot.shortIds(),
    list: () => snapshot.systems().map(profile),
    suggest: (name) => suggest(name, snapshot.systems()),
    devices: () => snapshot.devices(),
    media: () => snapshot.media(),
  };
}

/** Knows nothing; `finding` says why. */
export function noKnowledge(finding: Finding): Knowledge {
  return {
    label: 'none',
    version: null,
    findings: [finding],
    find: () => undefined,
    shortIds: () => new Set(),
    list: () => [],
    suggest: () => undefined,
    devices: () => [],
    media: () => [],
  };
}
