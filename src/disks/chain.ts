import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, resolve, sep } from 'node:path';
import { type Provenance, VmImportError } from '../diagnostics/index.ts';
import type { BackingLayer } from '../facts/index.ts';
import { diagnostics } from './diagnostics.ts';
import type { BackingReference, DiskImage } from './format.ts';

/** libvirt stops at 200; nobody runs a guest on half of this. */
const MAX_DEPTH = 32;

/** A layer as opened. */
export interface Layer {
  readonly path: string;
  readonly image: DiskImage;
}

export interface Chain {
  /** Nearest layer first; paths are real and absolute. */
  readonly layers: readonly BackingLayer[];
  readonly images: readonly Layer[];
}

function at(uri: string, reference: BackingReference): Provenance[] {
  return [{ origin: 'content', uri, pointer: reference.pointer }];
}

/**
 * Follows the backing files of an image that may have them: only below the image's real directory, in the format that
 * the header names, never probed, to a bounded depth, without loops. `open` reads a layer as exactly that format.
 */
export async function followChain(
  top: Layer,
  open: (path: string, format: string) => Promise<DiskImage | undefined>,
): Promise<Chain> {
  const root = dirname(top.path);
  const seen = new Set([top.path]);
  const images: Layer[] = [];
  const layers: BackingLayer[] = [];
  let current = top;
  for (let reference = top.image.backing; reference !== null; reference = current.image.backing) {
    const place = at(current.path, reference);
    const { name, format } = reference;
    if (images.length >= MAX_DEPTH) {
      throw new VmImportError(diagnostics['backing-too-deep']({ limit: MAX_DEPTH }, place));
    }
    // "file:" is qemu's spelling for a plain file, but no header of an honest image needs it
    if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(name)) {
      throw new VmImportError(diagnostics['backing-protocol']({ name }, place));
    }
    if (format === null) throw new VmImportError(diagnostics['backing-format-missing']({ name }, place));
    const path = await locate(name, dirname(current.path), root, place);
    if (seen.has(path)) throw new VmImportError(diagnostics['backing-loop']({ name }, place));
    seen.add(path);
    const image = await open(path, format);
    if (image === undefined) {
      throw new VmImportError(diagnostics['backing-format-unknown']({ name, format }, place));
    }
    current = { path, image };
    images.push(current);
    layers.push({ name, path, format });
  }
  return { layers, images };
}

/** Real path of a backing file below `root`. A missing file is reported by whoever opens it. */
async function locate(name: string, from: string, root: string, place: Provenance[]): Promise<string> {
  const wanted = isAbsolute(name) ? name : resolve(from, name);
  const real = await realpath(wanted).catch(() => resolve(wanted));
  const inside = real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
  if (!inside) throw new VmImportError(diagnostics['backing-outside']({ name, directory: root }, place));
  return real;
}
