import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import { judge } from '../diagnostics/verdict.ts';
import { compileDatabase } from '../osinfo/compile.ts';
import type { Io } from './io.ts';
import type { TalkArguments } from './options.ts';
import { printFindings, writeOutput } from './output.ts';
import { usageError } from './usage.ts';

export interface OsCompileArguments extends TalkArguments {
  readonly from?: readonly string[] | undefined;
  readonly output?: string | undefined;
  readonly strict?: boolean | undefined;
}

/** Makes a snapshot of osinfo-db trees. What is wrong in them is told, and left out. */
export async function osCompileCommand(io: Io, args: OsCompileArguments): Promise<ExitStatus> {
  if (args.output === '') throw usageError('-o names no file.', 'Write -o FILE.');
  const { bytes, version, counts, findings } = compileDatabase(args.from ?? []);
  printFindings(io, findings, args);
  const { exit } = judge(findings, { strict: args.strict === true });
  if (exit !== EXIT.ok) return exit;
  await writeOutput(io, args.output, bytes);
  if (args.quiet !== true) {
    const of = version === null ? '' : ` of ${version}`;
    io.stderr.write(`vm-import: ${counts.systems} systems and ${counts.media} media from osinfo-db${of}\n`);
  }
  return exit;
}
