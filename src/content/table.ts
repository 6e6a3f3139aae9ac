import type { ByteSource } from '../bytes/index.ts';
import type { Finding } from '../diagnostics/index.ts';
import type { Partition, TableKind } from '../facts/content.ts';
import { diagnostics } from './diagnostics.ts';
import { type Gpt, type GptEntry, readGpt } from './gpt/index.ts';
import { gptType } from './gpt/types.ts';
import { isExtended, type LogicalPartitions, type Mbr, type MbrEntry, parseMbr, readLogical } from './mbr/index.ts';
import { mbrType } from './mbr/types.ts';
import type { Proofs } from './proofs.ts';

/** Sector size of a disk that has no GPT to tell it. 4Kn disks with an MBR table are not told from others. */
const MBR_SECTOR = 512;

/** A partition, where its entry stands, and the bytes of that entry. */
export interface TableRow {
  readonly partition: Partition;
  readonly entryAt: number;
  readonly entry: Buffer;
}

export interface Table {
  readonly kind: TableKind;
  readonly sectorSize: number;
  readonly rows: readonly TableRow[];
  /** Active entries of the MBR: what generic boot code chooses from, also on a hybrid disk. */
  readonly activeMbr: readonly Partition[];
  readonly hybrid: boolean;
  /** Whether firmware sees this table; a GPT without a protective MBR is invisible. */
  readonly inForce: boolean;
  readonly findings: readonly Finding[];
}

/** The partition table that firmware and kernel use, or null when there is none. */
export async function readTable(source: ByteSource, head: Buffer, proofs: Proofs): Promise<Table | null> {
  const mbr = parseMbr(head.subarray(0, 512));
  const gpt = await readGpt(mbr?.protective == null ? withoutTail(source, head) : source);
  if (mbr?.protective != null) {
    if (gpt !== null && 'entries' in gpt) return gptTable(gpt, mbr, source.size, proofs);
    return broken(mbr, source.size, proofs);
  }
  const ignored = gpt !== null && 'entries' in gpt;
  const findings = ignored ? [diagnostics['gpt-not-protected']({}, proofs.at(gpt.headerAt))] : [];
  if (mbr !== null && mbr.entries.length > 0) return mbrTable(mbr, source, findings, proofs);
  if (ignored) return { ...gptTable(gpt, null, source.size, proofs), inForce: false, findings };
  return mbr === null ? null : mbrTable(mbr, source, [], proofs);
}

/** Whether at least one partition lies behind the first sector and within the disk, as on every partitioned disk. */
export function hasRealPartition(table: Table, size: number): boolean {
  return table.rows.some(({ partition }) => partition.start >= 512 && partition.start + partition.size <= size);
}

/** Without a protective MBR a backup at the end is of no use: the disk seems to end with its head. */
function withoutTail(source: ByteSource, head: Buffer): ByteSource {
  return {
    uri: source.uri,
    size: head.length,
    bytesRead: 0,
    read: (offset, length) => source.read(offset, length),
    close: async () => {},
  };
}

function gptTable(gpt: Gpt, mbr: Mbr | null, size: number, proofs: Proofs): Table {
  const rows = gpt.entries.map((entry) => ({
    partition: gptPartition(entry, gpt.sectorSize),
    entryAt: gpt.entriesAt + entry.at,
    entry: entry.bytes,
  }));
  const real = mbr?.real ?? [];
  const findings = [...copyFindings(gpt, size, proofs), ...cutOff(rows, size, proofs)];
  const [first] = real;
  if (first !== undefined) findings.push(diagnostics['hybrid-mbr']({ count: real.length }, proofs.at(first.at)));
  return {
    kind: 'gpt',
    sectorSize: gpt.sectorSize,
    rows,
    activeMbr: real.filter(({ active }) => active).map((entry) => mbrPartition(entry, gpt.sectorSize)),
    hybrid: real.length > 0,
    inForce: true,
    findings,
  };
}

function copyFindings(gpt: Gpt, size: number, proofs: Proofs): Finding[] {
  const at = proofs.at(gpt.headerAt);
  const findings: Finding[] = [];
  if (gpt.truncatedTable) {
    findings.push(diagnostics['gpt-table-large']({ count: gpt.entryCount, read: gpt.entriesRead }, at));
  }
  if (gpt.from === 'backup') return [...findings, diagnostics['gpt-primary-damaged']({}, at)];
  switch (gpt.other) {
    case 'intact':
      return findings;
    case 'elsewhere':
      return [...findings, diagnostics['gpt-backup-not-at-end']({}, at)];
    case 'beyond':
      return [...findings, diagnostics['disk-cut-off']({ needed: gpt.alternateEnd, size }, at)];
    case 'damaged':
      return [...findings, diagnostics['gpt-backup-damaged']({ problem: 'damaged' }, at)];
    case 'missing':
      return [...findings, diagnostics['gpt-backup-damaged']({ problem: 'missing' }, at)];
    case 'differs':
      return [...findings, diagnostics['gpt-backup-damaged']({ problem: 'another table' }, at)];
  }
}

function broken(mbr: Mbr, size: number, proofs: Proofs): Table {
  const at = proofs.at(mbr.protective?.at ?? 0);
  const rows = mbr.real.map(mbrRow);
  return {
    kind: 'gpt',
    sectorSize: MBR_SECTOR,
    rows: [],
    activeMbr: rows.map(({ partition }) => partition).filter(({ active }) => active),
    hybrid: rows.length > 0,
    inForce: false,
    findings: [diagnostics['gpt-damaged']({}, at), ...cutOff(rows, size, proofs)],
  };
}

async function mbrTable(mbr: Mbr, source: ByteSource, before: readonly Finding[], proofs: Proofs): Promise<Table> {
  const findings = [...before];
  const entries = [...mbr.entries];
  const extended = mbr.entries.find(isExtended);
  if (extended !== undefined) {
    const logical = await readLogical(source, extended, MBR_SECTOR);
    entries.push(...logical.entries);
    if (logical.stopped !== null) {
      const problem = CHAIN_PROBLEMS[logical.stopped];
      findings.push(diagnostics['logical-partitions']({ offset: logical.at, problem }, proofs.at(logical.at)));
    }
  }
  const rows = entries.map(mbrRow);
  return {
    kind: 'mbr',
    sectorSize: MBR_SECTOR,
    rows,
    activeMbr: rows.map(({ partition }) => partition).filter(({ active, role }) => active && role !== 'extended'),
    hybrid: false,
    inForce: true,
    findings: [...findings, ...cutOff(rows, source.size, proofs)],
  };
}

const CHAIN_PROBLEMS: Readonly<Record<NonNullable<LogicalPartitions['stopped']>, string>> = {
  loop: 'it turns back',
  'too-many': 'it is longer than is followed',
  outside: 'it leads behind the end of the disk',
  'no-signature': 'there is no boot record',
};

function cutOff(rows: readonly TableRow[], size: number, proofs: Proofs): readonly Finding[] {
  const ends = rows.map(({ partition }) => partition.start + partition.size);
  const needed = Math.max(0, ...ends);
  const last = rows[ends.indexOf(needed)];
  if (last === undefined || needed <= size) return [];
  return [diagnostics['disk-cut-off']({ needed, size }, proofs.at(last.entryAt))];
}

function gptPartition(entry: GptEntry, sectorSize: number): Partition {
  const type = gptType(entry.type);
  return {
    index: entry.index,
    table: 'gpt',
    typeId: entry.type,
    typeName: type?.name ?? null,
    role: type?.role ?? null,
    name: entry.name,
    start: entry.first * sectorSize,
    size: (entry.last - entry.first + 1) * sectorSize,
    active: entry.legacyBootable,
    filesystem: null,
  };
}

function mbrRow(entry: MbrEntry): TableRow {
  return { partition: mbrPartition(entry, MBR_SECTOR), entryAt: entry.at, entry: entry.bytes };
}

function mbrPartition(entry: MbrEntry, sectorSize: number): Partition {
  const type = mbrType(entry.type);
  return {
    index: entry.index,
    table: 'mbr',
    typeId: `0x${entry.type.toString(16).padStart(2, '0')}`,
    typeName: type?.name ?? null,
    role: type?.role ?? null,
    name: null,
    start: entry.start * sectorSize,
    size: entry.sectors * sectorSize,
    active: entry.active,
    filesystem: null,
  };
}
