import type { z } from 'zod';
import { VmImportError } from '../../diagnostics/index.ts';
import type { ImageDocument, Tree, TreeFile } from '../container.ts';
import { diagnostics } from '../image-diagnostics.ts';
import { checkDigest, MAX_DOCUMENT, parseDocument, present } from '../image-documents.ts';
import type { Descriptor } from './schema.ts';

/** The blobs of a layout, by descriptor. */
export class Blobs {
  readonly #tree: Tree;
  readonly #documents: ImageDocument[];

  constructor(tree: Tree, documents: ImageDocument[]) {
    this.#tree = tree;
    this.#documents = documents;
  }

  /** A document with its digest checked; it is kept for those who read labels. */
  async document<T>(descriptor: Descriptor, kind: ImageDocument['kind'], schema: z.ZodType<T>): Promise<T> {
    const { uri } = this.#tree;
    const file = await this.file(descriptor);
    const bytes = await file.bytes(MAX_DOCUMENT);
    checkDigest(bytes, descriptor.digest, uri, file.name);
    this.#documents.push({ kind, uri: `${uri}#${file.name}`, bytes });
    return parseDocument(schema, bytes, uri, file.name);
  }

  /** Throws `image/missing-blob` or `image/blob-size` (exit 3). */
  async file({ digest, size }: Descriptor): Promise<TreeFile> {
    const { uri } = this.#tree;
    const name = `blobs/${digest.replace(':', '/')}`;
    const file = present(await this.#tree.file(name), uri, name);
    if (file.size === size) return file;
    const at = [{ origin: 'content', uri: `${uri}#${name}`, pointer: null } as const];
    throw new VmImportError(diagnostics['blob-size']({ name, size: file.size, said: size }, at));
  }
}
