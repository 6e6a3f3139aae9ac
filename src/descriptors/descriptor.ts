import type { DescriptorReading } from '../facts/index.ts';

/** Bytes of a descriptor that are looked at: those seen in the wild end at some hundred KiB. */
export const MAX_DESCRIPTOR_BYTES = 8 * 1024 * 1024;

export interface DescriptorDocument {
  /** For pointers and messages. */
  readonly uri: string;
  readonly bytes: Buffer;
  /** The configuration asked for; null for the document's own default. */
  readonly configuration: string | null;
}

/** What a probe sees: the name of the file without its directory, and its first bytes. */
export interface DescriptorProbe {
  readonly name: string;
  readonly head: Buffer;
}

/**
 * One kind of document about machines. The registry imports only this small part; `load` brings the reader. A probe is
 * pure and never throws.
 */
export interface DescriptorFormat {
  readonly id: string;
  /** Where a bundle holds several descriptors, the one with the lowest rank speaks for the machine. */
  readonly rank: number;
  readonly probe: (input: DescriptorProbe) => boolean;
  readonly load: () => Promise<DescriptorReader>;
}

export interface DescriptorReader {
  /** Reads the whole document. Throws VmImportError (exit 3) when nothing sensible can be said about it. */
  read(document: DescriptorDocument): DescriptorReading;
}
