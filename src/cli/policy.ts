import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import { readPolicies } from '../pipeline/index.ts';
import { printable } from '../report/words.ts';
import type { Io } from './io.ts';
import type { TalkArguments } from './options.ts';
import { printFindings } from './output.ts';

export interface PolicyCheckArguments extends TalkArguments {
  readonly policies: readonly string[];
}

/** Checks policies without an image: everything wrong in them is reported, with file, line and column. */
export async function policyCheckCommand(io: Io, args: PolicyCheckArguments): Promise<ExitStatus> {
  const { policy, documents, findings } = await readPolicies(args.policies);
  printFindings(io, findings, args);
  if (policy === null) return EXIT.usage;
  for (const { uri, name, rules } of documents) {
    io.stdout.write(`${printable(uri)}: ok, policy ${printable(name)}, ${rules} rule${rules === 1 ? '' : 's'}\n`);
  }
  return EXIT.ok;
}

/** The published JSON Schema of policies. */
export async function policySchemaCommand(io: Io): Promise<ExitStatus> {
  const { policyJsonSchema } = await import('../policy/schema.ts');
  io.stdout.write(`${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
  return EXIT.ok;
}
