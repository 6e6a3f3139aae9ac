import { descriptors } from '../../src/descriptors/registry.generated.ts';
import { type Finding, VmImportError } from '../../src/diagnostics/index.ts';
import { fill } from '../../src/diagnostics/words.ts';
import type { DescriptorReading } from '../../src/facts/index.ts';

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Buffer;
}

/** What a reader makes of a document, or the finding that stops it. Anything else is thrown on. */
export async function readAs(
  id: string,
  name: string,
  bytes: Buffer,
  companions: readonly NamedBytes[] = [],
): Promise<DescriptorReading | Finding> {
  const format = descriptors.find((each) => each.id === id);
  if (format === undefined) throw new Error(`no descriptor ${id}`);
  const reader = await format.load();
  try {
    return reader.read({
      uri: name,
      bytes,
      configuration: null,
      companions: companions.map((each) => ({ ...each, uri: each.name })),
    });
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    return error.finding;
  }
}

/** A reading as a person checks it: votes and findings in one line each. */
export function printed(reading: DescriptorReading | Finding): string {
  if ('code' in reading) return `${JSON.stringify({ refused: sentence(reading) }, null, 2)}\n`;
  const { machines, findings, ...rest } = reading;
  const plain = {
    ...rest,
    machines: machines.map(({ votes, hints, ...machine }) => ({
      ...machine,
      hints: hints === null ? null : { text: Buffer.from(hints.bytes).toString(), pointer: hints.pointer },
      votes: votes.map(
        ({ key, subject, values, origin, uri, pointer }) =>
          `${key}${subject === null ? '' : `.${subject}`} = ${values.join(' | ')} (${origin}, ${uri}, ${pointer})`,
      ),
    })),
    findings: findings.map(sentence),
  };
  return `${JSON.stringify(plain, null, 2)}\n`;
}

function sentence({ severity, code, message, args, at }: Finding): string {
  return `${severity} ${code} at ${at.map(({ uri, pointer }) => `${uri} ${pointer}`).join(', ')}: ${fill(message, args)}`;
}
