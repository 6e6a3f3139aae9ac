import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type ByteSource, readUpTo } from '../../bytes/index.ts';
import { CONTAINER_PROBE_LENGTH } from '../../containers/container.ts';
import { type Opening, type OpenOptions, openContainer, openDirectory } from '../../containers/open.ts';
import { parseTransport } from '../../containers/transport.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { detect, withEnds } from '../../disks/detect.ts';
import { diagnostics as diskDiagnostics } from '../../disks/diagnostics.ts';
import { openFile } from '../../sources/file.ts';
import { stockOfImage } from './image.ts';
import { besideDescriptor, readDescriptor, type Stock, type StoredFile, stockOf } from './stock.ts';
import { compressors } from './wrapping.ts';

/** A SOURCE that is more than one disk image: a bundle of files, or one compressed file. */
export type Opened =
  | { readonly kind: 'bundle'; readonly stock: Stock }
  | { readonly kind: 'compressed'; readonly file: StoredFile; readonly close: () => Promise<void> };

/** Endings of documents that are no images; they cost a look only where the name or the first byte asks for it. */
const DESCRIPTOR_NAME = /\.(?:ovf|vmx|vmtx|xml)$|^metadata\.json$/i;

/** Opens a SOURCE that holds others, or describes a machine; null when it is a disk image, or cannot be opened at all. */
export async function openBundle(source: string, member: string | null): Promise<Opened | null> {
  const transport = parseTransport(source);
  const path = transport?.path ?? source;
  const options = { image: transport?.image ?? null, reference: transport?.reference ?? null };
  const stats = await stat(path).catch(() => null);
  if (stats?.isDirectory() === true) return opened(resolve(path), await openDirectory(path, options), member);
  if (stats === null && transport === null) return null;
  const file = await openFile(path);
  try {
    const found = await openOne(file, file.path, options, member);
    if (found === null) await file.close();
    return found === null ? null : closing(found, () => file.close());
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openOne(
  file: ByteSource,
  path: string,
  options: OpenOptions,
  member: string | null,
): Promise<Opened | null> {
  const head = await readUpTo(file, 0, CONTAINER_PROBE_LENGTH);
  if (DESCRIPTOR_NAME.test(path) || startsAsXml(head)) {
    const descriptor = await readDescriptor(file, basename(path));
    if (descriptor !== null) {
      return { kind: 'bundle', stock: await besideDescriptor(path, descriptor.bytes, descriptor.format) };
    }
  }
  const opening = await openContainer(file, { ...options, place: { file: path, offset: 0 } });
  if (opening === null) return null;
  await refusePolyglot(file);
  return opened(path, opening, member, file.size);
}

/** After a byte order mark or white space, in any encoding of 8 or 16 bits. */
function startsAsXml(head: Buffer): boolean {
  return /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*</.test(head.toString('latin1', 0, 64));
}

/** A file that is an archive to this program and a disk to QEMU would be judged by the wrong bytes. */
async function refusePolyglot(file: ByteSource): Promise<void> {
  try {
    await detect(withEnds(file));
  } catch (error) {
    if (!(error instanceof VmImportError) || error.finding.code === diskDiagnostics.polyglot.code) throw error;
  }
}

async function opened(path: string, opening: Opening, member: string | null, size = 0): Promise<Opened> {
  switch (opening.kind) {
    case 'bundle':
      return { kind: 'bundle', stock: await stockOf(path, opening.container) };
    case 'image':
      return { kind: 'bundle', stock: await stockOfImage(path, opening.container, member) };
    case 'compressed': {
      const { compression, head, size: unpackedSize } = opening.file;
      const wrapping = compressors(compression);
      const file: StoredFile = { name: '', size: unpackedSize, stored: size, path, slice: null, wrapping, bytes: head };
      return { kind: 'compressed', file, close: async () => {} };
    }
  }
}

function closing(found: Opened, close: () => Promise<void>): Opened {
  if (found.kind === 'compressed') return { ...found, close };
  const { stock } = found;
  return {
    kind: 'bundle',
    stock: {
      ...stock,
      // a getter, which a copy would have called too early
      get findings() {
        return stock.findings;
      },
      async close() {
        await stock.close();
        await close();
      },
    },
  };
}
