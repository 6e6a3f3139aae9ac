import type { ByteSource } from '../bytes/index.ts';
import type { Finding } from '../diagnostics/index.ts';
import type { Flow } from './flow.ts';
import type { Limits } from './limits.ts';

/** Bytes a probe may look at: tar has its signature at 257. */
export const CONTAINER_PROBE_LENGTH = 1024;

/** One entry of a container, in the order in which it is stored. */
export interface Member {
  /** Relative path with `/`, without `.` and `..`. Whatever cannot be such a path was refused. */
  readonly name: string;
  /** The name as the container spells it (`./disk.img`), for programs that want exactly that. */
  readonly stored: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';
  /** Bytes of its data, holes included. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Target of a link, as stored; never followed. */
  readonly link: string | null;
  /** Where its data lies in one piece, so that it can be used in place; null when it has to be copied out. */
  readonly place: Place | null;
  /** Where its header is, e.g. `0x200`. */
  readonly pointer: string;
  /** In a container image: which of its layers it comes from, lowest 0, and what that layer is (`tar+gzip`). */
  readonly layer?: { readonly index: number; readonly format: string };
  /**
   * Its data. In a compressed container only its first bytes can be had (`want`, default `Limits.headBytes`), and only
   * while it is the current member: a read beyond throws `container/beyond-head`, a call too late
   * `container/member-passed` (both exit 3). Elsewhere all of it can be read at any time until the container is closed.
   */
  open(want?: number): Promise<ByteSource>;
  /**
   * Its data forwards from the first byte, holes as zeros: all of it even in a compressed container, once, while it is
   * the current member. For digests and for layers.
   */
  flow(): Promise<Flow>;
}

/** A part of a file that qemu and libvirt can be pointed at. */
export interface Place {
  readonly file: string;
  /** Bytes from the start of `file`; the length is the size of the member. */
  readonly offset: number;
}

export interface Container {
  /** `tar`, `tar+gzip`, `directory`, `oci-layout`, ...; for reports. */
  readonly format: string;
  /**
   * Walks the entries from the start, each time it is called; ends at once when the consumer stops. Throws
   * VmImportError (exit 3) at malformed structure: what was offered before stays true.
   */
  members(): AsyncIterable<Member>;
  /** What the walk noticed so far; complete when it came to its end. */
  readonly findings: readonly Finding[];
  /** Closes what the container opened itself, never the source it was given. */
  close(): Promise<void>;
}

/** A document that came with an image, not yet parsed. Its digest was checked where one is known. */
export interface ImageDocument {
  /** `config` is the image configuration with labels and environment; a `manifest` and an `index` carry annotations. */
  readonly kind: 'index' | 'manifest' | 'config';
  readonly uri: string;
  readonly bytes: Buffer;
}

/** One layer of an image, lowest first. */
export interface ImageLayer {
  /** What the image calls the file: `blobs/sha256/HEX`, `HEX/layer.tar`. */
  readonly name: string;
  /** `sha256:...` of the stored bytes; null where the archive gives none. */
  readonly digest: string | null;
  readonly size: number;
  readonly place: Place | null;
  /** Its stored bytes, to check the digest; whoever asks closes it. */
  flow(): Promise<Flow>;
}

/** A container image: its members are the files an overlay of its layers shows, uppermost layer first. */
export interface ImageContainer extends Container {
  readonly layers: readonly ImageLayer[];
  /** Outermost index first, configuration last. */
  readonly documents: readonly ImageDocument[];
  /** As the image spells it: `amd64`; null when it does not say. */
  readonly architecture: string | null;
}

/** Files by name, as an image reader needs them: the blobs of a directory or of an archive. */
export interface Tree {
  readonly uri: string;
  /** The regular file of that name; one link inside the tree is followed by its name. Null when there is none. */
  file(name: string): Promise<TreeFile | null>;
  /** Closes what it opened itself. */
  close(): Promise<void>;
}

export interface TreeFile {
  readonly name: string;
  readonly size: number;
  readonly place: Place | null;
  /** The whole of a small file. Throws `container/document-too-large` (exit 3) above `limit` bytes. */
  bytes(limit: number): Promise<Buffer>;
  /** A new flow over its bytes, as often as it is asked for; whoever asks closes it. */
  flow(): Promise<Flow>;
  /** As `Member.open`, but at any time. */
  open(want?: number): Promise<ByteSource>;
}

/** What image readers are handed, since they know no other format. */
export interface ImageContext {
  readonly limits: Limits;
  /** `:tag` or the like after the name of the image; null when none was given. */
  readonly reference: string | null;
  /** In our own terms (`x86_64`); null when it was not chosen. */
  readonly architecture: string | null;
  /** The archive inside a blob, unpacked as it is read; null when the blob is none. */
  archive(file: TreeFile): Promise<Container | null>;
}

/** An archive: entries one after the other. */
export interface ArchiveFormat {
  readonly kind: 'archive';
  readonly id: string;
  /** Pure; asked with the first `CONTAINER_PROBE_LENGTH` bytes. */
  readonly probe: (head: Buffer) => boolean;
  readonly load: () => Promise<ArchiveReader>;
}

export interface ArchiveReader {
  /** `flow` starts again at the first byte at each call; `format` is what the container calls itself. */
  open(uri: string, format: string, flow: () => Promise<Flow>, limits: Limits): Container;
}

/** A wrapper around one stream of bytes. */
export interface CompressionFormat {
  readonly kind: 'compression';
  readonly id: string;
  readonly probe: (head: Buffer) => boolean;
  readonly load: () => Promise<Decompressor>;
}

/**
 * Unpacks chunks, lazily: takes no input before its output is asked for, and frees what it holds when the consumer
 * stops. Throws any Error at bytes that are not its format or that end early.
 */
export type Decompressor = (packed: AsyncIterable<Buffer>) => AsyncGenerator<Uint8Array>;

/** A container image, whether a directory or an archive holds its files. */
export interface ImageFormat {
  readonly kind: 'image';
  readonly id: string;
  /** The file at the top that makes it one. */
  readonly marker: string;
  /** Lower is asked first: an archive can be two kinds at once, and one of them says more. */
  readonly rank: number;
  /** Whether a directory can be one as well as an archive. */
  readonly inDirectories: boolean;
  /** Whether an archive that starts with a member of this name may be one, so that a stream has to be searched. */
  readonly announces: (name: string) => boolean;
  readonly load: () => Promise<ImageReader>;
}

export interface ImageReader {
  /** Throws VmImportError when the documents are malformed or leave open which image is meant. */
  open(tree: Tree, context: ImageContext): Promise<ImageContainer>;
}

export type ContainerFormat = ArchiveFormat | CompressionFormat | ImageFormat;
