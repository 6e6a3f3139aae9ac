import type { XmlDocument, XmlElement } from '../xml.ts';
import type { Dialect } from './dialect.ts';
import type { DiskEntries, DiskEntry } from './disk-section.ts';
import type { Files } from './files.ts';
import type { Messages } from './messages.ts';
import type { OvfVersion } from './names.ts';

/** What all machines of a document share. */
export interface Scope {
  readonly document: XmlDocument;
  readonly version: OvfVersion;
  readonly dialect: Dialect;
  /** virt-v2v writes oVirt's form and leaves out what the engine always writes. */
  readonly byVirtV2v: boolean;
  readonly configuration: string | null;
  readonly files: Files;
  readonly disks: DiskEntries;
  readonly messages: Messages;
  /** The hint document of the envelope, for machines without their own. */
  readonly hints: XmlElement | null;
  /** Disks that a device of some machine uses; grows while machines are read. */
  readonly used: Set<string>;
  /** Whether a disk belongs to a snapshot that is not the current state (oVirt). */
  readonly isOldSnapshot: (entry: DiskEntry) => boolean;
}
