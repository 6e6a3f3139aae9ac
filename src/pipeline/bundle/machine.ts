import { VmImportError } from '../../diagnostics/index.ts';
import type { DescribedMachine, DescriptorReading } from '../../facts/index.ts';
import { shown } from '../../facts/text.ts';
import { diagnostics } from '../diagnostics.ts';
import type { FoundDescriptor, Stock } from './stock.ts';

/** The machine that a bundle describes, and the document it stands in. */
export interface ChosenMachine {
  readonly descriptor: FoundDescriptor;
  readonly reading: DescriptorReading;
  readonly machine: DescribedMachine;
}

export interface MachineChoice {
  /** `--member`: the descriptor that speaks. */
  readonly member: string | null;
  readonly vm: string | null;
  readonly configuration: string | null;
}

/** Kinds of documents that add to a machine which another one describes, or which is only a disk. */
export const SUPPLEMENTS: readonly string[] = ['virt-inspector', 'oci-labels'];

const MAX_LISTED = 20;

/** Names for a message; what comes from a bundle is cleaned, and not all of a thousand is printed. */
export function listed(names: readonly string[]): string {
  const first = names.slice(0, MAX_LISTED).map(shown).join(', ');
  return names.length > MAX_LISTED ? `${first} and ${names.length - MAX_LISTED} more` : first;
}

/** Reads one descriptor of the bundle with the documents that belong to it. Throws what its reader throws. */
export async function readOne(
  stock: Stock,
  descriptor: FoundDescriptor,
  configuration: string | null,
): Promise<DescriptorReading> {
  const { format, uri, bytes, name } = descriptor;
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  const companions = (format.companions ?? []).flatMap((companion) => {
    const document = stock.documents.get(folder + companion);
    return document === undefined ? [] : [{ name: companion, uri: document.uri, bytes: document.bytes }];
  });
  return (await format.load()).read({ uri, bytes, configuration, companions });
}

/** Which descriptor of several speaks for the machine. Throws where nothing tells them apart (exit 2). */
export function speaker(found: readonly FoundDescriptor[], member: string | null): FoundDescriptor | null {
  const named = member === null ? undefined : found.find(({ name }) => name === member);
  if (named !== undefined) return named;
  // what lies deeper belongs to something else
  const depth = ({ name }: FoundDescriptor) => name.split('/').length;
  const top = Math.min(...found.map(depth));
  const shallow = found.filter((descriptor) => depth(descriptor) === top);
  const least = Math.min(...shallow.map(({ format }) => format.rank));
  const best = shallow.filter(({ format }) => format.rank === least);
  if (best.length > 1) {
    throw new VmImportError(diagnostics['several-descriptors']({ names: listed(best.map(({ name }) => name)) }));
  }
  return best[0] ?? null;
}

/** The machine asked for, or the only one. Throws `bundle/several-machines` and `bundle/no-such-machine` (exit 2). */
export function chooseMachine(
  descriptor: FoundDescriptor,
  reading: DescriptorReading,
  vm: string | null,
): DescribedMachine {
  const { machines } = reading;
  const at = [{ origin: 'descriptor', uri: descriptor.uri, pointer: null } as const];
  const ids = listed(machines.map(({ id }) => id));
  const [only, ...others] = machines;
  if (only === undefined) throw new VmImportError(diagnostics['no-machine']({ name: shown(descriptor.name) }, at));
  if (vm === null) {
    if (others.length > 0) throw new VmImportError(diagnostics['several-machines']({ ids }, at));
    return only;
  }
  const named = machines.filter(({ name }) => name === vm);
  const chosen = machines.find(({ id }) => id === vm) ?? (named.length === 1 ? named[0] : undefined);
  if (chosen === undefined) throw new VmImportError(diagnostics['no-such-machine']({ wanted: shown(vm), ids }, at));
  return chosen;
}
