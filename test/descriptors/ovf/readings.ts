import { readdirSync, readFileSync } from 'node:fs';
import { reader } from '../../../src/descriptors/ovf/reader.ts';
import { type Finding, VmImportError } from '../../../src/diagnostics/index.ts';
import type {
  DescribedDisk,
  DescribedFile,
  DescribedMachine,
  DescriptorReading,
  Vote,
} from '../../../src/facts/index.ts';

const FIXTURES = new URL('../../../fixtures/descriptors/ovf/', import.meta.url);

export const fixtureNames: readonly string[] = readdirSync(FIXTURES).sort();

export function fixture(name: string): Buffer {
  return readFileSync(new URL(name, FIXTURES));
}

export function read(bytes: Buffer | string, configuration: string | null = null): DescriptorReading {
  return reader.read({ uri: 'machine.ovf', bytes: Buffer.from(bytes), configuration });
}

/** A reading, or the finding it was refused with. Anything else that is thrown is thrown on. */
export function outcome(bytes: Buffer | string, configuration: string | null = null): DescriptorReading | Finding {
  try {
    return read(bytes, configuration);
  } catch (error) {
    if (error instanceof VmImportError) return error.finding;
    throw error;
  }
}

const file = (of: DescribedFile | null) =>
  of === null
    ? null
    : [of.href, of.compression, of.chunkSize === null ? null : `chunks of ${of.chunkSize}`, of.size]
        .filter((part) => part !== null)
        .join(', ');

const finding = ({ severity, code, args, at }: Finding) => ({
  [`${severity} ${code}`]: { ...args, at: at.map(({ pointer }) => pointer) },
});

const vote = ({ key, subject, strength, values, origin, disk, pointer }: Vote) =>
  `${subject === null ? key : `${key}.${subject}`}${disk === null || disk === subject ? '' : ` (of ${disk})`} ${strength} ${values.join(', ')} | ${origin} ${pointer}`;

const address = ({ bus, controller, controllerIndex, unit }: DescribedDisk['address']) =>
  `${bus} ${controller} controller ${controllerIndex} unit ${unit}`;

const machine = (of: DescribedMachine) => ({
  id: of.id,
  name: of.name,
  labels: of.labels,
  disks: of.disks.map((disk) => ({ ...disk, file: file(disk.file), address: address(disk.address) })),
  drives: of.drives.map((drive) => ({ ...drive, file: file(drive.file), address: address(drive.address) })),
  nics: of.nics.map(({ model, mac, network, pointer }) => `${model}, ${mac}, on ${network} | ${pointer}`),
  state: of.state.map((state) => ({ ...state, file: file(state.file) })),
  votes: of.votes.map(vote),
  drivers: of.drivers.map(({ disk, boot, running }) => `${disk}: boot [${boot}] running [${running}]`),
  osNames: of.osNames.map(({ scheme, name, version, producer, pointer }) =>
    [scheme, name, version, producer, '|', pointer].filter((part) => part !== null).join(' '),
  ),
  hints: of.hints === null ? null : `${Buffer.from(of.hints.bytes).toString()} | ${of.hints.pointer}`,
  details: of.details,
  findings: of.findings.map(finding),
});

/** A reading with one line for what is looked at together. */
export function digest(of: DescriptorReading | Finding): unknown {
  if ('code' in of) return { refused: finding(of) };
  return {
    dialect: of.dialect,
    configurations: of.configurations.map(
      ({ id, label, isDefault }) => `${id} ${label}${isDefault ? ' (default)' : ''}`,
    ),
    files: of.files.map(file),
    machines: of.machines.map(machine),
    findings: of.findings.map(finding),
  };
}
