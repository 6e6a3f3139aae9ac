import { VmImportError } from '../diagnostics/index.ts';
import { openFile } from '../sources/file.ts';
import { detect, withEnds } from './detect.ts';
import { diagnostics } from './diagnostics.ts';

/**
 * Puts a hint document into an image, or takes it out (null). Throws VmImportError when the format has no place for
 * one, or the image is not fit to be changed.
 */
export async function writeImageHints(path: string, document: Uint8Array | null): Promise<void> {
  const file = await openFile(path);
  const format = await detect(withEnds(file)).finally(() => file.close());
  if (format.writeHints === undefined) {
    throw new VmImportError(
      diagnostics['no-hint-carrier']({ format: format.id, path: `${file.path}.vm-hints.json` }, [
        { origin: 'content', uri: file.uri, pointer: '0x0' },
      ]),
    );
  }
  await format.writeHints(path, document);
}
