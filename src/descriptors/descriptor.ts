import type { DescriptorReading } from '../facts/index.ts';

/** Bytes of a descriptor that are looked at: those seen in the wild end at some hundred KiB. */
export const MAX_DESCRIPTOR_BYTES = 8 * 1024 * 1024;

/** Another document that belongs to the one being read: `box.xml` of a Vagrant box, the manifest of an OCI image. */
export interface CompanionDocument {
  /** One of the names in `companions` of the format. */
  readonly name: string;
  readonly uri: string;
  /** At most `MAX_DESCRIPTOR_BYTES`. */
  readonly bytes: Buffer;
}

export interface DescriptorDocument {
  /** For pointers and messages. */
  readonly uri: string;
  readonly bytes: Buffer;
  /** The configuration asked for; null for the document's own default. */
  readonly configuration: string | null;
  /** Those of the format's `companions` that are there, in any order. */
  readonly companions?: readonly CompanionDocument[];
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
  /** Names of files beside the document that belong to it; they are handed to the reader, not read by themselves. */
  readonly companions?: readonly string[];
  readonly load: () => Promise<DescriptorReader>;
}

export interface DescriptorReader {
  /** Reads the whole document. Throws VmImportError (exit 3) when nothing sensible can be said about it. */
  read(document: DescriptorDocument): DescriptorReading;
}
