import { resolve as resolvePath } from 'node:path';
import type { Finding } from '../diagnostics/index.ts';
import { inspectDisk } from '../disks/inspect.ts';
import type { Evidence, Vote } from '../facts/index.ts';
import { diagnostics } from '../osinfo/diagnostics.ts';
import type { Knowledge } from '../osinfo/index.ts';
import type { Disc, MediaMatch } from '../osinfo/media/index.ts';
import { openFile } from '../sources/file.ts';
import { lookInside } from './reading.ts';

/** What a disc is, as far as its names tell. */
export interface OsDetection {
  readonly uri: string;
  /** Which database answered. */
  readonly database: string;
  /** null for what is no disc with ISO 9660; a finding says so. */
  readonly disc: Disc | null;
  /** Best first. */
  readonly matches: readonly MediaMatch[];
  readonly findings: readonly Finding[];
}

/**
 * Tells which system an installation or live medium is of, from its volume descriptors alone. What is wrong with the
 * file is a finding; throws VmImportError where there is no file to read.
 */
export async function detectOs(path: string, knowledge: Knowledge): Promise<OsDetection> {
  const { detectDisc } = await import('../osinfo/media/detect.ts');
  const file = await openFile(path);
  try {
    const { disk, findings } = await inspectDisk(file, {
      id: 'disk0',
      claimed: null,
      backingFiles: 'refuse',
      look: lookInside('disk0', resolvePath(path)),
    });
    if (disk === null) return { uri: file.uri, database: knowledge.label, disc: null, matches: [], findings };
    const detected = detectDisc(disk, knowledge);
    return { uri: file.uri, ...detected, findings: [...findings, ...detected.findings] };
  } finally {
    await file.close();
  }
}

/** What discs among the sources say of the system. The knowledge base is opened only where there is one. */
export async function discVotes(
  evidence: Evidence,
  open: () => Promise<Knowledge>,
): Promise<{ readonly votes: readonly Vote[]; readonly findings: readonly Finding[] }> {
  const discs = evidence.disks.filter(({ format }) => format === 'iso');
  if (discs.length === 0) return { votes: [], findings: [] };
  const [{ mediaVotes }, { detectDisc }] = await Promise.all([
    import('../osinfo/media/votes.ts'),
    import('../osinfo/media/detect.ts'),
  ]);
  const knowledge = await open();
  const detected = discs.map((disc) => ({ ...detectDisc(disc, knowledge), uri: disc.uri }));
  return {
    votes: mediaVotes(detected),
    // that the system is unknown is said once, for whatever reason
    findings: detected
      .flatMap(({ findings }) => findings)
      .filter(({ code }) => code !== diagnostics['unknown-medium'].code && code !== diagnostics['no-disc'].code),
  };
}
