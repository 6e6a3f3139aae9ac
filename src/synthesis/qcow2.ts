import type { Extent } from '../bytes/sparse.ts';
import { LUKS_LENGTH, luks1Header } from './luks.ts';
import {
  COPIED,
  CRYPT_LUKS,
  DIRTY,
  type Extension,
  LUKS_EXTENSION,
  qcow2Header,
  type Snapshot,
  snapshotEntry,
  u64,
} from './qcow2-parts.ts';

/** qemu's default, 64 KiB; the L1 table that qemu reads is long enough for 2 PiB then. */
const CLUSTER_BITS = 16;

export interface Qcow2Spec {
  /** Virtual bytes, whole sectors. */
  readonly size: number;
  readonly extensions?: readonly Extension[];
  readonly backing?: { readonly name: string; readonly format: string };
  readonly dirty?: boolean;
  /** LUKS inside qcow2; then `guest` must be empty, as nobody can see it. */
  readonly encrypted?: boolean;
  readonly snapshots?: readonly Snapshot[];
}

export interface SparseFile {
  /** Bytes. */
  readonly size: number;
  readonly extents: readonly Extent[];
}

/**
 * A qcow2 image, version 3, with these guest bytes and nothing else. Only what is not zero is held, so that an image of
 * any virtual size costs little. Layout: header, refcount table and block, L1, LUKS header, snapshots, L2 tables, data.
 */
export function qcow2File(spec: Qcow2Spec, guest: readonly Extent[]): SparseFile {
  const clusterSize = 2 ** CLUSTER_BITS;
  const perL2 = clusterSize / 8;
  const l1Size = Math.max(1, Math.ceil(spec.size / (clusterSize * perL2)));
  const extents: Extent[] = [];
  let next = 0;
  const take = (bytes: number): number => {
    const offset = next;
    next += Math.ceil(bytes / clusterSize) * clusterSize;
    return offset;
  };
  const put = (offset: number, bytes: Buffer) => void extents.push({ offset, bytes });

  take(clusterSize);
  const refcountTable = take(clusterSize);
  const refcountBlock = take(clusterSize);
  const l1Offset = take(l1Size * 8);
  const extensions = [...(spec.extensions ?? [])];
  if (spec.encrypted === true) {
    const offset = take(LUKS_LENGTH);
    put(offset, luks1Header());
    extensions.push({ type: LUKS_EXTENSION, data: Buffer.concat([u64(offset), u64(LUKS_LENGTH)]) });
  }
  const snapshots = Buffer.concat((spec.snapshots ?? []).map(snapshotEntry));
  const snapshotsOffset = snapshots.length === 0 ? 0 : take(snapshots.length);
  put(snapshotsOffset, snapshots);
  placeGuest(guest, { clusterSize, perL2, l1Offset }, take, put);

  put(refcountTable, u64(refcountBlock));
  // 16 bits each; one block is enough for 32768 clusters, and what is written here is a few megabytes
  put(refcountBlock, Buffer.from(new Uint8Array((next / clusterSize) * 2).map((_, index) => index % 2)));
  const header = qcow2Header(
    {
      extensions,
      snapshots: spec.snapshots ?? [],
      incompatible: spec.dirty === true ? DIRTY : 0n,
      cryptMethod: spec.encrypted === true ? CRYPT_LUKS : 0,
      ...(spec.backing === undefined ? {} : { backing: spec.backing }),
    },
    {
      version: 3,
      clusterBits: CLUSTER_BITS,
      size: spec.size,
      l1Size,
      l1Offset,
      refcountTable,
      snapshotsOffset,
      refcountOrder: 4,
      extendedL2: false,
    },
  );
  put(0, header.bytes);
  return { size: next, extents };
}

interface Layout {
  readonly clusterSize: number;
  readonly perL2: number;
  readonly l1Offset: number;
}

/** Gives every cluster that guest bytes touch a place, and the tables that lead there. */
function placeGuest(
  guest: readonly Extent[],
  { clusterSize, perL2, l1Offset }: Layout,
  take: (bytes: number) => number,
  put: (offset: number, bytes: Buffer) => void,
): void {
  const tables = new Map<number, number>();
  const hosts = new Map<number, number>();
  const hostOf = (cluster: number): number => {
    const known = hosts.get(cluster);
    if (known !== undefined) return known;
    const l1Index = Math.floor(cluster / perL2);
    let table = tables.get(l1Index);
    if (table === undefined) {
      table = take(clusterSize);
      tables.set(l1Index, table);
      put(l1Offset + l1Index * 8, u64(BigInt(table) | COPIED));
    }
    const host = take(clusterSize);
    hosts.set(cluster, host);
    put(table + (cluster % perL2) * 8, u64(BigInt(host) | COPIED));
    return host;
  };
  for (const { offset, bytes } of guest) {
    for (let at = 0; at < bytes.length; ) {
      const cluster = Math.floor((offset + at) / clusterSize);
      const inside = offset + at - cluster * clusterSize;
      const length = Math.min(bytes.length - at, clusterSize - inside);
      put(hostOf(cluster) + inside, bytes.subarray(at, at + length));
      at += length;
    }
  }
}
