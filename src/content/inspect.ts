import { type ByteSource, readUpTo, withHead } from '../bytes/index.ts';
import { type Finding, VmImportError } from '../diagnostics/index.ts';
import type { ContentDetails, ContentReading } from '../facts/content.ts';
import { readBareVolume } from './bare-volume.ts';
import { readBootDisk } from './boot-disk.ts';
import { diagnostics } from './diagnostics.ts';
import { readDisc } from './disc.ts';
import { looksLikeIso } from './el-torito/index.ts';
import { identifyVolume } from './filesystems/index.ts';
import { identifyKernel } from './kernels/index.ts';
import { identifyRamdisk } from './kernels/ramdisk.ts';
import { spansIsoArea } from './mbr/index.ts';
import { type Budget, metered } from './meter.ts';
import { parsePe } from './pe/index.ts';
import type { Contribution, InspectContext } from './place.ts';
import { Proofs } from './proofs.ts';
import { hasRealPartition, readTable, type Table } from './table.ts';

/** First bytes of a disk that one read brings: both GPT sector sizes, volume descriptors, every signature. */
const HEAD = 68 * 1024;
const IDENTITY: Budget = { reads: 15, bytes: 200 * 1024 };
/** Where the descriptors of a CD image begin. */
const ISO_AREA = 32768;

const NOTHING: ContentDetails = {
  table: null,
  sectorSize: null,
  hybrid: false,
  bootCode: null,
  volumeBootCode: null,
  loaders: null,
  fallback: [],
  filesystem: null,
  kernel: null,
  ramdisk: null,
  iso: null,
};

/**
 * Says what the guest-visible bytes of one disk are and what they prove about the machine that runs them. At most 15
 * reads and 200 KiB tell what it is, 1 MiB more which boot loaders it has; nothing is ever scanned. Bytes that make
 * no sense end in findings and in `unknown`, never in a throw.
 */
export async function inspectContent(guest: ByteSource, context: InspectContext): Promise<ContentReading> {
  const proofs = new Proofs(context.uri);
  const findings: Finding[] = [];
  let contribution: Contribution = { payload: 'unknown' };
  try {
    contribution = await identify(guest, context, proofs, findings);
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    findings.push(error.finding);
  }
  const { payload, bootable = null, partitions = [], votes = [], details = {} } = contribution;
  return {
    payload,
    bootable,
    partitions,
    details: { ...NOTHING, ...details },
    proofs: proofs.all,
    votes,
    findings: [...findings, ...(contribution.findings ?? [])],
  };
}

/**
 * Decides what the bytes are. Kernels come before tables, because a bzImage carries the MBR signature; a table with
 * real partitions before file systems, because partitioning leaves old superblocks behind; a file system before a
 * table without real partitions, because boot sectors of volumes carry that signature too.
 */
async function identify(
  guest: ByteSource,
  context: InspectContext,
  proofs: Proofs,
  findings: Finding[],
): Promise<Contribution> {
  const meter = metered(guest, IDENTITY);
  const source = withHead(meter, HEAD);
  const head = await readUpTo(source, 0, HEAD);
  const kernel = readKernel(head, guest.size, proofs);
  if (kernel !== null) return kernel;
  const place = { guest, source, meter, head, context, proofs };
  const table = await readTable(source, head, proofs);
  findings.push(...(table?.findings ?? []));
  if (looksLikeIso(head) && isoOwnsTable(head, table)) return readDisc(place);
  const volume = identifyVolume(head);
  if (table !== null && (table.kind === 'gpt' || hasRealPartition(table, guest.size))) {
    if (volume !== null && !insidePartition(table, volume.offset)) {
      findings.push(diagnostics['stale-filesystem']({ filesystem: volume.id }, proofs.at(volume.offset)));
    }
    return readBootDisk(place, table);
  }
  if (volume !== null) return readBareVolume(place, volume);
  if (table !== null) return readBootDisk(place, table);
  const ramdisk = identifyRamdisk(head);
  if (ramdisk === null) return { payload: 'unknown' };
  proofs.add(0, head.subarray(0, ramdisk.length), `signature of ${ramdisk.kind}`);
  return { payload: 'ramdisk', details: { ramdisk: ramdisk.kind } };
}

/** A kernel image, or an EFI program in place of one: a unified kernel image is both. */
function readKernel(head: Buffer, size: number, proofs: Proofs): Contribution | null {
  const kernel = identifyKernel(head);
  if (kernel !== null) {
    const { kind, architecture, version, offset, length } = kernel;
    proofs.add(offset, head.subarray(offset, offset + length), `kernel image: ${kind}`);
    return { payload: 'kernel', details: { kernel: { kind, architecture, version } } };
  }
  const image = parsePe(head, size);
  if (image === null || !image.efi) return null;
  const kind = image.uki ? 'uki' : 'efi';
  proofs.add(image.at, head.subarray(image.at, image.at + 64), `EFI program: ${kind}`);
  return { payload: 'kernel', details: { kernel: { kind, architecture: image.architecture, version: null } } };
}

/**
 * Whether the descriptors of a CD image are more than the rest of one. A disc with a partition table (isohybrid) has
 * a partition over its own first sectors; a disk that merely held a disc once has its partitions behind them.
 */
function isoOwnsTable(head: Buffer, table: Table | null): boolean {
  if (table === null || table.rows.length === 0 || spansIsoArea(head.subarray(0, 512))) return true;
  return table.kind === 'gpt' && insidePartition(table, ISO_AREA);
}

function insidePartition(table: Table, offset: number): boolean {
  return table.rows.some(({ partition: { start, size } }) => start <= offset && offset < start + size);
}
