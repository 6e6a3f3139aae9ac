import { type ByteSource, readUpTo } from '../bytes/index.ts';
import type { Finding } from '../diagnostics/index.ts';
import type { Partition } from '../facts/content.ts';
import { type BootCode, identifyVolumeCode } from './boot-code/index.ts';
import { diagnostics } from './diagnostics.ts';
import { FAR, identifyFar, identifyVolume, NEAR, type Volume } from './filesystems/index.ts';
import type { Metered } from './meter.ts';
import { has } from './peek.ts';
import type { Proofs } from './proofs.ts';
import type { TableRow } from './table.ts';

/** A partition with what its first bytes show. */
export interface SeenVolume {
  readonly partition: Partition;
  readonly row: TableRow;
  /** First bytes of the partition; null when it was not looked at. */
  readonly head: Buffer | null;
  readonly code: BootCode | null;
  /** It would have been looked at, but the budget was spent before. */
  readonly unseen: boolean;
}

/** The partitions that boot come first, so that a long table cannot keep them from being looked at. */
const URGENT: readonly (string | null)[] = ['esp', 'prep', 'freebsd-boot'];
/** Types that hold no file system. */
const OPAQUE: readonly (string | null)[] = ['extended', 'msr', 'bios-boot'];

function urgency({ partition: { role, active } }: TableRow): number {
  if (URGENT.includes(role)) return 0;
  return active ? 1 : 2;
}

/** Looks at the start of each partition while the budget lasts; the result is in the order of the table. */
export async function lookAtVolumes(
  source: ByteSource,
  meter: Metered,
  rows: readonly TableRow[],
): Promise<readonly SeenVolume[]> {
  const seen = new Map<TableRow, SeenVolume>();
  for (const row of [...rows].sort((one, other) => urgency(one) - urgency(other))) {
    seen.set(row, await lookAt(source, meter, row));
  }
  return rows.flatMap((row) => seen.get(row) ?? []);
}

async function lookAt(source: ByteSource, meter: Metered, row: TableRow): Promise<SeenVolume> {
  const { start, size, role } = row.partition;
  const length = Math.min(NEAR, size);
  if (OPAQUE.includes(role) || start + length > source.size) {
    return { partition: row.partition, row, head: null, code: null, unseen: false };
  }
  if (!meter.affords(length)) return { partition: row.partition, row, head: null, code: null, unseen: true };
  const head = await readUpTo(source, start, length);
  const volume = identifyVolume(head) ?? (await lookFurther(source, meter, row.partition));
  const partition = { ...row.partition, filesystem: volume?.id ?? null };
  return { partition, row, head, code: hasCode(volume) ? identifyVolumeCode(head) : null, unseen: false };
}

/** xfs and LUKS have their own data where other volumes have code. */
function hasCode(volume: Volume | null): boolean {
  return volume === null || volume.offset !== 0 || volume.id.startsWith('fat');
}

async function lookFurther(source: ByteSource, meter: Metered, { start, size }: Partition): Promise<Volume | null> {
  const inside = FAR.offset + FAR.length <= size && start + FAR.offset + FAR.length <= source.size;
  if (!inside || !meter.affords(FAR.length)) return null;
  return identifyFar(await readUpTo(source, start + FAR.offset, FAR.length));
}

/** Says that what is in some partitions is unknown; their places in the table are not. */
export function unseenFindings(volumes: readonly SeenVolume[], meter: Metered, proofs: Proofs): Finding[] {
  const first = volumes.find(({ unseen }) => unseen);
  if (first === undefined) return [];
  const { reads, bytes } = meter.budget;
  return [diagnostics['read-budget']({ reads, bytes }, proofs.at(first.partition.start))];
}

const LAYERS: Readonly<Record<string, { readonly kind: string; readonly encrypted: boolean }>> = {
  luks1: { kind: 'LUKS1', encrypted: true },
  luks2: { kind: 'LUKS2', encrypted: true },
  bitlocker: { kind: 'BitLocker', encrypted: true },
  'lvm2-pv': { kind: 'LVM (an LVM2 physical volume)', encrypted: false },
  'linux-raid': { kind: 'a Linux software RAID', encrypted: false },
  zfs: { kind: 'a ZFS pool', encrypted: false },
};

/** Names the layers that keep a file system from being read. */
export function layerFinding(filesystem: string | null, where: string, start: number, proofs: Proofs): Finding[] {
  const layer = filesystem === null ? undefined : LAYERS[filesystem];
  if (layer === undefined) return [];
  const raise = layer.encrypted ? diagnostics.encrypted : diagnostics['composed-volume'];
  return [raise({ where, kind: layer.kind }, proofs.at(start))];
}

/** Whether a PReP partition holds a program: firmware of pseries machines loads an ELF file from it. */
export function isPrepProgram({ partition, head }: SeenVolume): boolean {
  return partition.role === 'prep' && head !== null && has(head, 0, '\x7fELF');
}
