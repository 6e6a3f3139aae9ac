import { resolve as resolvePath } from 'node:path';
import type { ByteSource } from '../bytes/index.ts';
import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { type DiskInspection, type InspectDiskOptions, inspectDisk } from '../disks/inspect.ts';
import type { DiskEvidence } from '../facts/index.ts';
import { type FoundHints, inImage, sideCar } from '../hints/gather.ts';
import { type FileSource, openFile } from '../sources/file.ts';

/** One source, read. */
export interface SourceReading {
  readonly uri: string;
  readonly inspection: DiskInspection;
  readonly hints: readonly FoundHints[];
  readonly notes: readonly Finding[];
  /** The file and the layers below it, by identity. */
  readonly files: readonly string[];
}

export interface SourceOptions {
  readonly id: string;
  readonly claimed: string | null;
  readonly backingFiles: 'refuse' | 'below-source';
}

/** What looks at the guest-visible bytes of a disk. Loaded on first use. */
export function lookInside(disk: string, uri: string): InspectDiskOptions['look'] {
  return async (guest) => (await import('../content/inspect.ts')).inspectContent(guest, { disk, uri });
}

/** Reads one disk image and the hints inside and beside it. What is wrong with it is a finding. */
export async function readSource(path: string, options: SourceOptions): Promise<SourceReading> {
  let file: FileSource | undefined;
  try {
    file = await openFile(path);
    const inspection = await inspectDisk(file, { ...options, look: lookInside(options.id, resolvePath(path)) });
    const beside = await sideCar(file.path, options.id);
    const found = beside !== undefined && 'carrier' in beside ? [beside] : [];
    const notes = beside === undefined || 'carrier' in beside ? [] : [beside];
    const raw = inspection.hints;
    // a document is inherited as a whole, and only where there is no other
    const inherits = raw !== null && (raw.uri === file.uri || found.length === 0);
    const inside = inherits ? [inImage(raw.raw.bytes, raw.uri, raw.raw.pointer, options.id)] : [];
    return {
      uri: file.uri,
      inspection,
      hints: [...found, ...inside],
      notes,
      files: [file.identity, ...inspection.layers],
    };
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    return failedReading(file?.uri ?? resolvePath(path), error.finding);
  } finally {
    await file?.close();
  }
}

/**
 * Reads a disk image that is no file. Plans name it as if it lay at its `uri`; nothing there is looked for, neither a
 * side-car nor a backing file.
 */
export async function readBytes(bytes: ByteSource, options: SourceOptions): Promise<SourceReading> {
  const path = resolvePath(bytes.uri);
  const inspection = await inspectDisk(asFile(bytes, { uri: path, path }), {
    ...options,
    backingFiles: 'refuse',
    look: lookInside(options.id, path),
  });
  const raw = inspection.hints;
  const hints = raw === null ? [] : [inImage(raw.raw.bytes, path, raw.raw.pointer, options.id)];
  return { uri: path, inspection, hints, notes: [], files: [path] };
}

/** Bytes as a file at a path. Closing it leaves them open. */
export function asFile(bytes: ByteSource, { uri, path }: { readonly uri: string; readonly path: string }): FileSource {
  return {
    uri,
    path,
    realPath: path,
    device: false,
    identity: uri,
    size: bytes.size,
    get bytesRead() {
      return bytes.bytesRead;
    },
    read: (offset, length) => bytes.read(offset, length),
    async close() {},
  };
}

/** A source of which nothing but the reason can be told. */
export function failedReading(uri: string, finding: Finding): SourceReading {
  return unread(uri, null, [finding]);
}

/** A source of which not a byte was read. */
export function unread(uri: string, disk: DiskEvidence | null, findings: readonly Finding[]): SourceReading {
  const inspection = { disk, bytesRead: 0, size: 0, votes: [], findings, hints: null, layers: [] };
  return { uri, inspection, hints: [], notes: [], files: [] };
}
