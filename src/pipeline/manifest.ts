import { VmImportError } from '../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';

/**
 * The text of a manifest (`.mf`) with the right SHA-256 of every file of a bundle, whatever the manifest inside says.
 * Reads all of it. Throws VmImportError: exit 2 for what is no bundle, 3 for files that would have to be unpacked.
 */
export async function manifestOf(source: string): Promise<string> {
  const { openBundle } = await import('./bundle/open.ts');
  const opened = await openBundle(source, null);
  if (opened?.kind !== 'bundle') {
    await opened?.close();
    throw new VmImportError(diagnostics['no-bundle']({ path: source }));
  }
  const { manifestFor } = await import('./bundle/manifest.ts');
  return manifestFor(opened.stock).finally(() => opened.stock.close());
}
