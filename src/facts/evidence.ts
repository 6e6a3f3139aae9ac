import type { Finding } from '../diagnostics/index.ts';
import type { ContentDetails, Partition, Proof } from './content.ts';
import type { DescribedOsName } from './machine.ts';
import type { Vote } from './vote.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What the bytes ARE, whatever format holds them. */
export const PAYLOADS = ['disk', 'filesystem', 'kernel', 'ramdisk', 'iso', 'unknown'] as const;
export type Payload = (typeof PAYLOADS)[number];

/** One layer below a disk's top file, nearest first. */
export interface BackingLayer {
  /** The name as the image spells it. */
  readonly name: string;
  /** Absolute real path; null when it was not followed. */
  readonly path: string | null;
  /** From the header of the layer above, never probed; null when that header does not say. */
  readonly format: string | null;
}

/** A part of a file that holds a disk: byte offset and size. */
export interface Slice {
  readonly offset: number;
  readonly size: number;
}

const SECTOR = 512;

/** A part as QEMU takes it, in whole sectors: the padding of the archive supplies the rest of the last one. */
export function wholeSectors({ offset, size }: Slice): Slice {
  return { offset, size: Math.ceil(size / SECTOR) * SECTOR };
}

/** Programs that compress one stream, by the name under which their formats and they themselves are known. */
export const COMPRESSORS = ['gzip', 'bzip2', 'xz', 'zstd'] as const;

/**
 * One wrapping around a disk: members of a tar archive (several are pieces of one file, in that order), files to be
 * joined, or a compressor.
 */
export type Wrapping =
  | { readonly kind: 'tar'; readonly members: readonly string[] }
  | { readonly kind: 'pieces'; readonly paths: readonly string[] }
  | { readonly kind: (typeof COMPRESSORS)[number] };

/** Format of a disk that a descriptor asks for and nobody has made yet. */
export const BLANK = 'blank';

export interface DiskEvidence {
  /** `disk0`, `disk1`, ... in the order of the sources. */
  readonly id: string;
  readonly uri: string;
  /** Absolute path of the file on this machine that is the disk or holds it; null for what is not a file here. */
  readonly path: string | null;
  readonly format: string;
  readonly payload: Payload;
  /** Bytes the guest sees; null when the reader could not tell. */
  readonly virtualSize: number | null;
  /** Bytes of the file. */
  readonly fileSize: number;
  /** A block device is attached as one; everything else is a file. */
  readonly device: boolean;
  /** The chain below this file, nearest layer first; null for a stand-alone image. */
  readonly backing: readonly BackingLayer[] | null;
  readonly encrypted: boolean;
  /** true or false only when the bytes or a descriptor show it; null is unknown. */
  readonly bootable: boolean | null;
  /** Where the disk lies in the file at `path`, when it lies there in one piece among other things. */
  readonly slice: Slice | null;
  /** What the disk is wrapped in, from the file at `path` inwards; empty when the file is the disk. */
  readonly wrapping: readonly Wrapping[];
  readonly partitions: readonly Partition[];
  /** What else the guest-visible bytes show; null when they could not be read. */
  readonly content: ContentDetails | null;
  /** The bytes behind the votes of origin `content`. */
  readonly proofs: readonly Proof[];
  /** Fields of the format worth knowing, in the format's own terms. */
  readonly details: { readonly [name: string]: Json };
}

export interface NicEvidence {
  /** `nic0`, `nic1`, ... */
  readonly id: string;
  /** Model on the source hypervisor, in its own terms. */
  readonly model: string | null;
  readonly mac: string | null;
  /** Name of the network it was connected to. */
  readonly network: string | null;
  /** Where the document says so. */
  readonly uri: string | null;
  readonly pointer: string | null;
}

export interface SourceEvidence {
  readonly uri: string;
  /** What it is: a disk format, a container (`tar+gzip`) or a kind of descriptor; null when that is not known. */
  readonly format: string | null;
  /** Bytes of the file; null where it is none or could not be read. */
  readonly size: number | null;
  readonly bytesRead: number;
  /** `sha256:...` when it was asked for and computed, else null. */
  readonly digest: string | null;
}

/** What an image says about drivers it carries (contract, section 5): osinfo names such as virtio-blk, ahci. */
export interface DriverEvidence {
  /** Drivers the system can boot from. */
  readonly boot: readonly string[];
  /** Drivers that are there once the system runs. */
  readonly running: readonly string[];
}

/** What is said of the guest on one disk; null when it is said of the whole machine. */
export interface DriverClaim extends DriverEvidence {
  readonly disk: string | null;
}

/** What a document calls the operating system; the knowledge base says which one that is. */
export interface OsNameEvidence extends DescribedOsName {
  readonly uri: string;
}

type DiskDraft = Pick<DiskEvidence, 'id' | 'uri' | 'format'> & Partial<DiskEvidence>;

/** Fills in what is not known of a disk. */
export function unreadDisk({ id, uri, format, ...known }: DiskDraft): DiskEvidence {
  return {
    id,
    uri,
    path: null,
    format,
    payload: 'disk',
    virtualSize: null,
    fileSize: 0,
    device: false,
    backing: null,
    encrypted: false,
    bootable: null,
    slice: null,
    wrapping: [],
    partitions: [],
    content: null,
    proofs: [],
    details: {},
    ...known,
  };
}

/** All that was read, before anybody decides. */
export interface Evidence {
  readonly machine: { readonly name: string; readonly labels: { readonly [name: string]: string } };
  readonly sources: readonly SourceEvidence[];
  readonly disks: readonly DiskEvidence[];
  readonly nics: readonly NicEvidence[];
  readonly drivers: readonly DriverClaim[];
  /** Best first. */
  readonly osNames: readonly OsNameEvidence[];
  /** Inert reverse-DNS extensions of the hint document, visible to policy. */
  readonly extensions: { readonly [name: string]: Json };
  readonly votes: readonly Vote[];
  readonly findings: readonly Finding[];
}
