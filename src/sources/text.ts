import { VmImportError } from '../diagnostics/index.ts';
import { openFile } from './file.ts';

/**
 * Bytes of a file that configures the run (policy, host document, hints given by hand). What makes it unreadable is
 * the caller's mistake, not the input's: exit 2.
 */
export async function readConfig(path: string, maxBytes: number): Promise<Buffer> {
  try {
    const file = await openFile(path);
    try {
      // one byte more than allowed lets whoever parses it say that it is too large
      return await file.read(0, Math.min(file.size, maxBytes + 1));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    throw new VmImportError({ ...error.finding, exit: 2 }, { cause: error });
  }
}
