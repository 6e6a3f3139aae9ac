import { EXIT, type ExitStatus, VmImportError } from '../diagnostics/index.ts';
import { type Decision, keyPath, keySpec, parseKeyPath } from '../facts/index.ts';
import type { Planned } from '../pipeline/index.ts';
import { diagnostics, nicsOf, unknownKey } from '../plan/index.ts';
import { printable } from '../report/words.ts';
import type { Io } from './io.ts';
import type { DecisionArguments } from './options.ts';
import { printFindings } from './output.ts';
import { planSources } from './stages.ts';
import { usageError } from './usage.ts';

export interface GetArguments extends DecisionArguments {
  readonly key: string;
}

/**
 * The decisions on a key path: one, or for a key of a device without a device one for each that the machine has. What
 * nobody decided is there with the value null. Throws (exit 2) for a device that it does not have.
 */
export function decisionsOn({ evidence, decisions }: Planned, path: string): Decision[] {
  const parsed = parseKeyPath(path);
  if (parsed === undefined) throw new VmImportError(unknownKey(path));
  const { key, subject } = parsed;
  const { scope } = keySpec(key);
  const disks = evidence.disks.filter(({ payload }) => payload !== 'iso').map(({ id }) => id);
  const present: readonly (string | null)[] =
    scope === 'machine' ? [null] : scope === 'disk' ? disks : nicsOf(evidence);
  if (subject !== null && !present.includes(subject)) {
    throw new VmImportError({
      ...diagnostics['no-such-device']({ key: path, device: subject }, []),
      severity: 'error',
    });
  }
  return present
    .filter((device) => subject === null || device === subject)
    .map(
      (device) =>
        decisions.find((decision) => decision.key === key && decision.subject === device) ?? {
          key,
          subject: device,
          value: null,
          winner: null,
          agreed: [],
          lost: [],
        },
    );
}

const wordOf = ({ value }: Decision): string => (value === null ? 'unknown' : printable(String(value)));

/**
 * Prints one decided value as one word; `unknown` when nothing decides it. Devices that differ are no one word: a
 * script has to say which one it means (exit 2).
 */
export async function getCommand(io: Io, args: GetArguments): Promise<ExitStatus> {
  if (parseKeyPath(args.key) === undefined) throw new VmImportError(unknownKey(args.key));
  const planned = await planSources(io, args);
  if (planned === undefined) return EXIT.usage;
  printFindings(io, planned.findings, args);
  const { exit } = planned.judgement;
  if (exit !== EXIT.ok) return exit;
  const decisions = decisionsOn(planned, args.key);
  const words = new Set(decisions.map(wordOf));
  if (words.size > 1) {
    const list = decisions.map((decision) => `${decision.subject} ${wordOf(decision)}`).join(', ');
    const [first] = decisions;
    throw usageError(
      `${args.key} is not the same for all devices: ${list}.`,
      `Name one of them, for example ${keyPath(first?.key ?? 'disk-bus', first?.subject ?? 'disk0')}.`,
    );
  }
  io.stdout.write(`${[...words][0] ?? 'unknown'}\n`);
  return exit;
}
