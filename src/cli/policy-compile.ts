import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import { compilePolicies } from '../pipeline/index.ts';
import { counted } from '../report/quantities.ts';
import type { Io } from './io.ts';
import type { TalkArguments } from './options.ts';
import { printFindings, writeOutput } from './output.ts';
import { usageError } from './usage.ts';

export interface PolicyCompileArguments extends TalkArguments {
  readonly policies: readonly string[];
  readonly output?: string | undefined;
}

/** Checks policies once, and writes what a run needs of them into one file that `--policy` takes in their place. */
export async function policyCompileCommand(io: Io, args: PolicyCompileArguments): Promise<ExitStatus> {
  if (args.output === '') throw usageError('-o names no file.', 'Write -o FILE.');
  const { text, documents, findings } = await compilePolicies(args.policies);
  printFindings(io, findings, args);
  if (text === null) return EXIT.usage;
  const sources = documents.map(({ uri }) => uri).filter((uri) => !uri.startsWith('preset:'));
  await writeOutput(io, args.output, text, sources);
  if (args.quiet !== true) {
    const rules = documents.reduce((sum, document) => sum + document.rules, 0);
    io.stderr.write(
      `vm-import: ${counted(rules, 'rule')} of ${counted(documents.length, 'document')}, presets included\n`,
    );
  }
  return EXIT.ok;
}
