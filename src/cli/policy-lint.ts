import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import type { Io } from './io.ts';

export async function policyLintCommand(_io: Io, _args: { readonly policies: readonly string[] }): Promise<ExitStatus> {
  return EXIT.ok;
}
