import type { Finding } from '../../diagnostics/index.ts';
import type { DiskEvidence } from '../../facts/index.ts';
import { diagnostics } from '../diagnostics.ts';
import type { Knowledge } from '../knowledge.ts';
import { type Disc, discOf, PLACES } from './disc.ts';
import { detectMedia, type MediaMatch, systemsOf } from './index.ts';

export interface DetectedDisc {
  /** Which database answered. */
  readonly database: string;
  readonly disc: Disc | null;
  /** Best first. */
  readonly matches: readonly MediaMatch[];
  readonly findings: readonly Finding[];
}

/** What the knowledge base says of a disc, with findings where it says nothing or more than one thing. */
export function detectDisc(disk: DiskEvidence, knowledge: Pick<Knowledge, 'label' | 'find' | 'media'>): DetectedDisc {
  const database = knowledge.label;
  const disc = discOf(disk);
  if (disc === undefined) {
    const format = disk.format === 'iso' ? 'a disc with UDF alone' : disk.format;
    return { database, disc: null, matches: [], findings: [diagnostics['no-disc']({ format }, at(disk))] };
  }
  const { matches, findings } = detectMedia(knowledge.media(), knowledge.find, disc);
  return { database, disc, matches, findings: [...findings, ...doubts(disk, disc, matches, database)] };
}

function doubts(disk: DiskEvidence, disc: Disc, matches: readonly MediaMatch[], database: string): Finding[] {
  const place = at(disk, `guest+0x${PLACES.volumeId.at.toString(16)}`);
  const [system, ...others] = systemsOf(matches).map(({ id, shortIds }) => shortIds[0] ?? id);
  if (system === undefined) return [diagnostics['unknown-medium']({ database, reason: reasonOf(disc) }, place)];
  if (others.length === 0) return [];
  return [diagnostics['ambiguous-medium']({ system, others: others.join(', ') }, place)];
}

function reasonOf({ volumeId, bootable }: Disc): string {
  if (volumeId === null) return 'it has no volume id';
  return `its volume id is "${volumeId}"${bootable ? '' : ', and it has no El Torito boot record'}`;
}

function at({ uri }: DiskEvidence, pointer: string | null = null) {
  return [{ origin: 'content', uri, pointer }] as const;
}
