import { EXIT, type ExitStatus, VmImportError } from '../diagnostics/index.ts';

/** Status for something thrown: what its finding says, else 70, a bug. */
export function exitCodeOf(error: unknown): ExitStatus {
  return error instanceof VmImportError ? error.finding.exit : EXIT.bug;
}
