import type { ByteSource } from '../bytes/index.ts';
import type { Finding } from '../diagnostics/index.ts';

/** Bytes a probe may look at: tar has its signature at 257, ISO-like things are no containers. */
export const CONTAINER_PROBE_LENGTH = 1024;

/** One entry of a container, in the order in which it is stored. */
export interface Member {
  /** Relative path with `/`, without `.` and `..`. Whatever cannot be such a path was refused. */
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';
  /** Bytes of its data. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Target of a link, as stored; never followed. */
  readonly link: string | null;
  /** Byte offset of its data in the file of the container, where it lies there in one piece; null otherwise. */
  readonly offset: number | null;
  /** Where its header is, e.g. `0x200`. */
  readonly pointer: string;
  /**
   * Its data. Where `offset` is null only the first bytes can be had, while it is the current member: a read beyond
   * throws `container/beyond-head` (exit 3).
   */
  open(): Promise<ByteSource>;
}

export interface Container {
  readonly format: string;
  /** Walks the entries; ends at once when the consumer stops. Throws VmImportError (exit 3) at malformed structure. */
  members(): AsyncIterable<Member>;
  /** What was noticed so far. */
  readonly findings: readonly Finding[];
}

export interface ContainerFormat {
  readonly id: string;
  /** Pure; asked with the first `CONTAINER_PROBE_LENGTH` bytes. */
  readonly probe: (head: Buffer, size: number) => boolean;
  readonly load: () => Promise<ContainerReader>;
}

export interface ContainerReader {
  open(source: ByteSource): Container;
}
