import type { ByteSource } from '../bytes/index.ts';
import type { Finding } from '../diagnostics/index.ts';
import type { Json, Vote } from '../facts/index.ts';

/** Bytes a probe may look at: the start of the file, with the first four volume descriptors of a disc. */
export const PROBE_LENGTH = 40 * 1024;

/** Bytes at the end of a file that a probe may look at: the length of a VHD footer and of a UDIF trailer. */
export const TAIL_LENGTH = 512;

/** What a probe sees: up to the first `PROBE_LENGTH` bytes, and the size of the whole. */
export interface ProbeInput {
  readonly head: Buffer;
  readonly size: number;
}

/**
 * One disk format. The registry imports only this small part; `load` brings the reader. A probe is pure, never throws
 * and answers true only for its own signature; `raw`, which has none, is what is left when no other probe answers.
 */
export interface DiskFormat {
  readonly id: string;
  readonly probe: (input: ProbeInput) => boolean;
  /** For formats whose signature is at the end of the file: asked with its last `TAIL_LENGTH` bytes. */
  readonly probeTail?: (tail: Buffer, size: number) => boolean;
  /**
   * What bears the signature is also found inside disks of other formats (a disc, an encrypted volume), so that a
   * signature at the end of the file, where the file starts with the guest's first sector, does not contradict it.
   */
  readonly alsoInside?: true;
  /** A file of this format starts with compressed data, whose own signature says nothing about the file. */
  readonly startsWithStream?: true;
  readonly load: () => Promise<DiskReader>;
  /** Puts a hint document into an image, or takes it out (null). Absent where the format has no place for one. */
  readonly writeHints?: (path: string, document: Uint8Array | null) => Promise<void>;
}

export interface ReadContext {
  /** `disk0`, for votes and pointers. */
  readonly disk: string;
}

export interface DiskReader {
  /** Reads headers only. Throws VmImportError (exit 3) when nothing sensible can be said about the file. */
  read(source: ByteSource, context: ReadContext): Promise<DiskImage>;
}

/** A hint document as found, not yet parsed. */
export interface RawHints {
  readonly bytes: Uint8Array;
  /** Where inside the file, e.g. `header-extension+0x70`. */
  readonly pointer: string;
}

/** A reference to the file below, as the header spells it. */
export interface BackingReference {
  readonly name: string;
  /** Format the header names; null when it names none. */
  readonly format: string | null;
  readonly pointer: string;
}

export interface DiskImage {
  readonly format: string;
  /** Bytes the guest sees; null when the header does not say. */
  readonly virtualSize: number | null;
  readonly backing: BackingReference | null;
  readonly encrypted: boolean;
  /** Fields worth knowing, in the format's own terms, JSON-serialisable. */
  readonly details: { readonly [name: string]: Json };
  readonly votes: readonly Vote[];
  readonly findings: readonly Finding[];
  readonly hints: RawHints | null;
  /**
   * The guest-visible bytes. `base` is the guest-visible content of the backing file, or null to read unallocated
   * ranges of a stand-alone image as zeros. Returns null when they cannot be read (encrypted, data elsewhere,
   * a backing file that was not opened).
   */
  guest(base: ByteSource | null): ByteSource | null;
}
