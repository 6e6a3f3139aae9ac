import { posix } from 'node:path';
import { type ByteSource, checkRange } from '../../bytes/index.ts';
import { openContainer } from '../../containers/open.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import type { DescribedFile, Wrapping } from '../../facts/index.ts';
import { shown } from '../../facts/text.ts';
import { diagnostics } from '../diagnostics.ts';
import type { Stock, StoredFile } from './stock.ts';
import { compressors } from './wrapping.ts';

/** Pieces of one file: 2 GiB each is usual, so this is far beyond any disk. */
const MAX_PIECES = 10_000;

/**
 * The file that a descriptor names, looked up below the folder of the descriptor and nowhere else. Throws
 * `bundle/remote-file`, `bundle/outside` and `bundle/missing-file` (exit 3).
 */
export async function locate(stock: Stock, folder: string, file: DescribedFile, uri: string): Promise<StoredFile> {
  const href = shown(file.written ?? file.href);
  const at = [{ origin: 'descriptor', uri, pointer: file.pointer } as const];
  const names = spellings(file).map((spelling) => nameBelow(folder, spelling));
  if (names.includes(null) || /^file:/i.test(file.href)) throw new VmImportError(diagnostics.outside({ href }, at));
  for (const name of names) {
    const found = name === null ? null : await stored(stock, name, file, at);
    if (found !== null) return unpacked(found, file, at);
  }
  const link = names.find((name) => name !== null && stock.special.has(name));
  if (link != null) {
    throw new VmImportError(diagnostics['not-a-file']({ href, kind: stock.special.get(link) ?? '' }, at));
  }
  // a name may hold a colon; what is not in the bundle under that name is an address
  const code = /^[a-z][a-z0-9+.-]+:/i.test(file.href) ? 'remote-file' : 'missing-file';
  throw new VmImportError(diagnostics[code]({ href }, at));
}

/** A reference with its escapes undone, as it was written (`%` needs no escape in a file name), and with the right slashes. */
function spellings({ href, written = href }: DescribedFile): readonly string[] {
  return [...new Set([href, written, href.replaceAll('\\', '/')])];
}

/** Null for what leads out of the bundle. */
function nameBelow(folder: string, href: string): string | null {
  const name = posix.normalize(posix.join(folder, href));
  const escapes = href.startsWith('/') || name === '..' || name.startsWith('../') || name.includes('\0');
  return escapes ? null : name;
}

type Places = readonly { readonly origin: 'descriptor'; readonly uri: string; readonly pointer: string }[];

/** The file, or its pieces joined, held against the size that the descriptor gives. */
async function stored(stock: Stock, name: string, file: DescribedFile, at: Places): Promise<StoredFile | null> {
  const whole = file.chunkSize === null ? await stock.file(name) : null;
  const found = whole ?? (await joined(stock, name, file, at));
  if (found !== null && whole === null && file.size !== null && found.size !== file.size) {
    const args = { href: shown(file.href), found: found.size ?? 0, said: file.size };
    throw new VmImportError(diagnostics['missing-piece'](args, at));
  }
  return found;
}

/** Some name a compressed file without saying that it is. What is inside can only be seen from its start, and has to be unpacked to be used. */
async function unpacked(found: StoredFile, file: DescribedFile, at: Places): Promise<StoredFile> {
  const opened = await openContainer(found.bytes);
  if (opened?.kind !== 'compressed') {
    if (file.compression === null) return found;
    const args = { href: shown(file.href), compression: file.compression };
    throw new VmImportError(diagnostics['not-compressed'](args, at));
  }
  const { compression, size, head } = opened.file;
  return { ...found, slice: null, wrapping: [...found.wrapping, ...compressors(compression)], size, bytes: head };
}

/** `disk.vmdk.000000000`, `disk.vmdk.000000001`, ...: the pieces one after the other. */
async function joined(stock: Stock, name: string, file: DescribedFile, at: Places): Promise<StoredFile | null> {
  const pieces: StoredFile[] = [];
  for (let index = 0; index < MAX_PIECES; index++) {
    const piece = await stock.file(`${name}.${String(index).padStart(9, '0')}`);
    if (piece === null) break;
    pieces.push(piece);
  }
  const [first] = pieces;
  if (first === undefined) return null;
  const short = pieces.slice(0, -1).some(({ size }) => file.chunkSize !== null && size !== file.chunkSize);
  const known = stock.names.filter(
    (other) => other.startsWith(`${name}.`) && /^\.\d{9}$/.test(other.slice(name.length)),
  );
  const size = pieces.reduce((sum, piece) => sum + (piece.size ?? 0), 0);
  if (short || known.length > pieces.length) {
    const args = { href: shown(file.href), found: size, said: file.size ?? 'unknown' };
    throw new VmImportError(diagnostics['missing-piece'](args, at));
  }
  const tar = pieces.flatMap(({ wrapping }) => wrapping.flatMap((step) => (step.kind === 'tar' ? step.members : [])));
  const outer = first.wrapping.filter(({ kind }) => kind !== 'tar');
  const joint: Wrapping =
    tar.length > 0 ? { kind: 'tar', members: tar } : { kind: 'pieces', paths: pieces.map(({ path }) => path) };
  return {
    name,
    size,
    stored: pieces.reduce((sum, piece) => sum + piece.stored, 0),
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
