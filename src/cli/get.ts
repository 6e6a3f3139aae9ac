import { EXIT, type ExitStatus, VmImportError } from '../diagnostics/index.ts';
import { type Decision, keySpec, parseKeyPath } from '../facts/index.ts';
import type { Planned } from '../pipeline/index.ts';
import { diagnostics, nicsOf, unknownKey } from '../plan/index.ts';
import { printable } from '../report/words.ts';
import type { Io } from './io.ts';
import type { DecisionArguments } from './options.ts';
import { printFindings } from './output.ts';
import { planSources } from './stages.ts';

export interface GetArguments extends DecisionArguments {
  readonly key: string;
}

/** The decision on a key path. A key of a device without a device means the first one. */
export function decisionOn(planned: Planned, path: string): Decision | undefined {
  const parsed = parseKeyPath(path);
  if (parsed === undefined) throw new VmImportError(unknownKey(path));
  const { scope } = keySpec(parsed.key);
  const subject = parsed.subject ?? (scope === 'machine' ? null : `${scope}0`);
  const { disks, nics } = planned.evidence;
  const present = [...disks.map(({ id }) => id), ...nicsOf({ nics })];
  if (subject !== null && !present.includes(subject)) {
    throw new VmImportError({
      ...diagnostics['no-such-device']({ key: path, device: subject }, []),
      severity: 'error',
    });
  }
  return planned.decisions.find((decision) => decision.key === parsed.key && decision.subject === subject);
}

/** Prints one decided value as one word; `unknown` when nothing decides it. */
export async function getCommand(io: Io, args: GetArguments): Promise<ExitStatus> {
  if (parseKeyPath(args.key) === undefined) throw new VmImportError(unknownKey(args.key));
  const planned = await planSources(io, args);
  if (planned === undefined) return EXIT.usage;
  printFindings(io, planned.findings, args);
  const { exit } = planned.judgement;
  const value = exit === EXIT.ok ? (decisionOn(planned, args.key)?.value ?? 'unknown') : null;
  if (value !== null) io.stdout.write(`${printable(String(value))}\n`);
  return exit;
}
