import { createHash } from 'node:crypto';
import { z } from 'zod';
import { VmImportError } from '../diagnostics/index.ts';
import type { TreeFile } from './container.ts';
import { diagnostics } from './image-diagnostics.ts';

/** Docker and containerd stop at 4 MiB too. */
export const MAX_DOCUMENT = 4 * 1024 * 1024;
/** Overlay mounts of Linux take some 128. */
const MAX_LAYERS = 128;

const place = (uri: string) => [{ origin: 'content', uri, pointer: null }] as const;

/** Throws `image/missing-blob` for a file that is not there. */
export function present(file: TreeFile | null, uri: string, name: string): TreeFile {
  if (file === null) throw new VmImportError(diagnostics['missing-blob']({ name }, place(uri)));
  return file;
}

/** Throws `image/bad-document` (exit 3) unless the bytes are JSON of that form. */
export function parseDocument<T>(schema: z.ZodType<T>, bytes: Buffer, uri: string, name: string): T {
  const refuse = (problem: string) =>
    new VmImportError(diagnostics['bad-document']({ name, problem }, place(`${uri}#${name}`)));
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw refuse('it is not JSON');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuse(`${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'of another form'}`.replace(/\.$/, ''));
}

/** Throws `image/digest-mismatch` (exit 3). `digest` is `sha256:...` or `sha512:...`. */
export function checkDigest(bytes: Buffer, digest: string, uri: string, name: string): void {
  const [algorithm = '', expected] = digest.split(':');
  const found = createHash(algorithm).update(bytes).digest('hex');
  if (found !== expected) throw new VmImportError(diagnostics['digest-mismatch']({ name }, place(`${uri}#${name}`)));
}

/** Throws `image/too-many-layers` (exit 3). */
export function checkLayerCount(count: number, uri: string): void {
  if (count <= MAX_LAYERS) return;
  throw new VmImportError(diagnostics['too-many-layers']({ count, limit: MAX_LAYERS }, place(uri)));
}

export function unreadableLayer(index: number, problem: string, uri: string): VmImportError {
  return new VmImportError(diagnostics['layer-not-readable']({ number: index + 1, problem }, place(uri)));
}

/** Names of images for a message, not too many. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ');
  return names.length > 12 ? `${shown}, and ${names.length - 12} more` : shown || 'none';
}

/** What is read of an image configuration here; the rest is for others, as bytes. */
export const imageConfig = z.object({ architecture: z.string().optional().catch(undefined) });
