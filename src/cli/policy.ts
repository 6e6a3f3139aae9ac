import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import type { Io } from './io.ts';

/** The published JSON Schema of policies. */
export async function policySchemaCommand(io: Io): Promise<ExitStatus> {
  const { policyJsonSchema } = await import('../policy/schema.ts');
  io.stdout.write(`${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
  return EXIT.ok;
}
