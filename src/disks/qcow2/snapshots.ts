import { type ByteSource, readUpTo } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { headerAt } from '../header.ts';
import { diagnostics } from './diagnostics.ts';
import type { Header } from './header.ts';

export interface Snapshot {
  readonly id: string;
  readonly name: string;
  /** Bytes of saved memory and device state; 0 for a snapshot of the disk alone. A string above 2^53. */
  readonly vmStateSize: number | string;
}

/** One bounded read; a table that goes on behind it is listed in part. */
const WINDOW = 64 * 1024;
const MAX_LISTED = 64;
/** Fixed part of an entry (qcow2.txt, "Snapshots"). */
const FIXED = 40;
/** QCOW_MAX_SNAPSHOT_EXTRA_DATA of qemu. */
const MAX_EXTRA = 1024;

/** The first entries of the snapshot table: who they are and whether they carry machine state. */
export async function readSnapshots(source: ByteSource, header: Header): Promise<readonly Snapshot[]> {
  if (header.snapshotCount === 0) return [];
  const table = await readUpTo(source, header.snapshotsOffset, WINDOW);
  const reachesEnd = header.snapshotsOffset + table.length === source.size;
  const snapshots: Snapshot[] = [];
  let at = 0;
  while (snapshots.length < Math.min(header.snapshotCount, MAX_LISTED)) {
    const refuse = (problem: string): never => {
      const where = headerAt(source.uri, header.snapshotsOffset + at);
      throw new VmImportError(diagnostics['bad-snapshot-table']({ entry: snapshots.length, problem }, where));
    };
    // Out of the window is not out of the file: then the rest stays unlisted.
    const fits = (length: number): boolean => {
      if (at + length <= table.length) return true;
      if (reachesEnd) refuse('it does not lie inside the file');
      return false;
    };
    if (!fits(FIXED)) break;
    const idLength = table.readUInt16BE(at + 12);
    const nameLength = table.readUInt16BE(at + 14);
    const extraLength = table.readUInt32BE(at + 36);
    if (extraLength > MAX_EXTRA) refuse(`its ${extraLength} bytes of extra data are more than qemu opens`);
    const length = FIXED + extraLength + idLength + nameLength;
    if (!fits(length)) break;
    // The extra data start with the size as 64 bits; the 32-bit field is only for old readers.
    const state = extraLength >= 8 ? table.readBigUInt64BE(at + FIXED) : BigInt(table.readUInt32BE(at + 32));
    const id = at + FIXED + extraLength;
    snapshots.push({
      id: table.toString('utf8', id, id + idLength),
      name: table.toString('utf8', id + idLength, id + idLength + nameLength),
      vmStateSize: state <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(state) : state.toString(),
    });
    at += Math.ceil(length / 8) * 8;
  }
  return snapshots;
}
