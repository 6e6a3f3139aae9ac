import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import { judge } from '../diagnostics/verdict.ts';
import type { HostCapabilities } from '../facts/index.ts';
import { snapshotHost } from '../pipeline/index.ts';
import type { Io } from './io.ts';
import type { TalkArguments } from './options.ts';
import { printFindings, writeOutput } from './output.ts';
import { usageError } from './usage.ts';

export interface HostSnapshotArguments extends TalkArguments {
  readonly host?: readonly string[] | undefined;
  readonly output?: string | undefined;
}

/** Saves what a host can do. */
export async function hostSnapshotCommand(io: Io, args: HostSnapshotArguments): Promise<ExitStatus> {
  if (args.output === '') throw usageError('-o names no file.', 'Write -o FILE.');
  const { host, findings, text } = await snapshotHost(args.host ?? []);
  printFindings(io, findings, args);
  const { exit } = judge(findings, { strict: false });
  if (exit !== EXIT.ok) return exit;
  await writeOutput(io, args.output, text, args.host);
  if (args.quiet !== true) io.stderr.write(`vm-import: ${summary(host)}\n`);
  return EXIT.ok;
}

function summary({ domains, guests, firmwares }: HostCapabilities): string {
  const architectures = new Set([...domains, ...(guests ?? [])].map(({ architecture }) => architecture));
  const count = (number: number, one: string, more: string) => `${number} ${number === 1 ? one : more}`;
  return [
    count(architectures.size, 'architecture', 'architectures'),
    count(domains.length, 'kind of guest', 'kinds of guests'),
    count(firmwares?.length ?? 0, 'firmware descriptor', 'firmware descriptors'),
  ].join(', ');
}
