import { posix } from 'node:path';
import { type ByteSource, checkRange } from '../../bytes/index.ts';
import { openContainer } from '../../containers/open.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import type { DescribedFile, Wrapping } from '../../facts/index.ts';
import { shown } from '../../facts/text.ts';
import { diagnostics } from '../diagnostics.ts';
import type { Stock, StoredFile } from './stock.ts';

/** Pieces of one file: 2 GiB each is usual, so this is far beyond any disk. */
const MAX_PIECES = 10_000;

/**
 * The file that a descriptor names, looked up below the folder of the descriptor and nowhere else. Throws
 * `bundle/remote-file`, `bundle/outside` and `bundle/missing-file` (exit 3).
 */
export async function locate(stock: Stock, folder: string, file: DescribedFile, uri: string): Promise<StoredFile> {
  const href = shown(file.href);
  const at = [{ origin: 'descriptor', uri, pointer: file.pointer } as const];
  if (/^[a-z][a-z0-9+.-]*:/i.test(file.href)) throw new VmImportError(diagnostics['remote-file']({ href }, at));
  let found: StoredFile | null = null;
  for (const spelling of new Set([file.href, file.spelling ?? file.href])) {
    const name = below(folder, spelling);
    if (name === null) throw new VmImportError(diagnostics.outside({ href }, at));
    const whole = file.chunkSize === null ? await stock.file(name) : null;
    found ??= whole ?? (await joined(stock, name));
  }
  if (found === null) throw new VmImportError(diagnostics['missing-file']({ href }, at));
  const opened = await openContainer(found.bytes);
  if (opened?.kind !== 'compressed') {
    if (file.compression === null) return found;
    throw new VmImportError(diagnostics['not-compressed']({ href, compression: file.compression }, at));
  }
  const compressors = opened.file.compression.map((kind) => ({ kind }) as Wrapping);
  // the whole file has to be unpacked, so it cannot be used where it lies
  return {
    ...found,
    slice: null,
    wrapping: [...found.wrapping, ...compressors],
    size: opened.file.size,
    bytes: opened.file.head,
  };
}

/** The name of a file in the bundle; null for one that leads out of it. */
function below(folder: string, href: string): string | null {
  const name = posix.normalize(posix.join(folder, href));
  const escapes = href.startsWith('/') || name === '..' || name.startsWith('../') || name.includes('\0');
  return escapes ? null : name;
}

/** `disk.vmdk.000000000`, `disk.vmdk.000000001`, ...: the pieces one after the other. */
async function joined(stock: Stock, name: string): Promise<StoredFile | null> {
  const pieces: StoredFile[] = [];
  for (let index = 0; index < MAX_PIECES; index++) {
    const piece = await stock.file(`${name}.${String(index).padStart(9, '0')}`);
    if (piece === null) break;
    pieces.push(piece);
  }
  const [first] = pieces;
  if (first === undefined) return null;
  const tar = pieces.flatMap(({ wrapping }) => wrapping.flatMap((step) => (step.kind === 'tar' ? step.members : [])));
  const outer = first.wrapping.filter(({ kind }) => kind !== 'tar');
  const joint: Wrapping =
    tar.length > 0 ? { kind: 'tar', members: tar } : { kind: 'pieces', paths: pieces.map(({ path }) => path) };
  return {
    name,
    size: pieces.reduce((sum, { size }) => sum + (size ?? 0), 0),
    path: first.path,
    slice: null,
    wrapping: [...outer, joint],
    bytes: joinedSource(pieces.map(({ bytes }) => bytes)),
  };
}

/** Several sources as one. */
function joinedSource(parts: readonly ByteSource[]): ByteSource {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const source: ByteSource = {
    uri: parts[0]?.uri ?? '',
    size,
    get bytesRead() {
      return parts.reduce((sum, part) => sum + part.bytesRead, 0);
    },
    async read(offset, length) {
      checkRange(source, offset, length);
      const taken: Buffer[] = [];
      let start = 0;
      for (const part of parts) {
        const [from, to] = [Math.max(offset, start), Math.min(offset + length, start + part.size)];
        if (to > from) taken.push(await part.read(from - start, to - from));
        start += part.size;
      }
      return Buffer.concat(taken);
    },
    async close() {},
  };
  return source;
}
