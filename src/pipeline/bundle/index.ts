import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { type Finding, VmImportError } from '../../diagnostics/index.ts';
import type {
  DescribedMachine,
  DescribedState,
  DriverClaim,
  NicEvidence,
  OsNameEvidence,
  Vote,
} from '../../facts/index.ts';
import { vote } from '../../facts/index.ts';
import { shown } from '../../facts/text.ts';
import type { FoundHints } from '../../hints/gather.ts';
import { MAX_HINT_BYTES } from '../../hints/index.ts';
import { size } from '../../report/quantities.ts';
import { diagnostics } from '../diagnostics.ts';
import type { SourceOptions, SourceReading } from '../reading.ts';
import { blankDisk, readStored } from './disk.ts';
import { locate } from './files.ts';
import { chooseMachine, listed, type MachineChoice, readOne, SUPPLEMENTS, speaker } from './machine.ts';
import { manifestFindings } from './manifest.ts';
import { left, otherDescriptors } from './notes.ts';
import { nvramRemedy } from './nvram.ts';
import { HINTS_MEMBER, type Stock } from './stock.ts';

/** What one bundle says about its machine, and its disks. */
export interface BundleReading {
  readonly uri: string;
  readonly format: string;
  /** Bytes of the file; null for a directory. */
  readonly size: number | null;
  readonly name: string | null;
  readonly labels: { readonly [name: string]: string };
  /** One for each disk, in the order of the machine. */
  readonly readings: readonly SourceReading[];
  readonly nics: readonly NicEvidence[];
  readonly votes: readonly Vote[];
  readonly drivers: readonly DriverClaim[];
  readonly osNames: readonly OsNameEvidence[];
  readonly hints: readonly FoundHints[];
  readonly findings: readonly Finding[];
}

export interface BundleOptions extends Omit<SourceOptions, 'id'>, MachineChoice {
  readonly verify: 'none' | 'listed' | 'all';
}

/** A file of that name, or that much of it, is a disk when no descriptor says so. */
const DISK_NAME = /\.(?:qcow2?|img|raw|vmdk|vdi|vhd|vhdx|vpc|qed|hdd|iso)$/i;
/** Sizes may differ by the last sectors: exporters round up to their own units. */
const SIZE_TOLERANCE = 1024 * 1024;

/** Reads the machine of a bundle. Throws VmImportError where the bundle leaves open what is meant. */
export async function readBundle(stock: Stock, asked: BundleOptions): Promise<BundleReading> {
  // a claim is about the SOURCE, or, for what no source can be, about its disks
  const claims = [stock.format, ...stock.format.split('+'), 'ova', ...stock.descriptors.map(({ format }) => format.id)];
  const options = asked.claimed !== null && claims.includes(asked.claimed) ? { ...asked, claimed: null } : asked;
  const main = speaker(
    stock.descriptors.filter(({ format }) => !SUPPLEMENTS.includes(format.id)),
    options.member,
  );
  const supplements = stock.descriptors.filter(({ format }) => SUPPLEMENTS.includes(format.id));
  const described = main === null ? null : await describe(stock, main, options);
  const added = await Promise.all(supplements.map((other) => describe(stock, other, { ...options, vm: null })));
  const machines = [...(described === null ? [] : [described]), ...added];
  const disks = described === null ? await disksAlone(stock, options) : await disksOf(stock, described, options);
  const stats = await stat(stock.path);
  return {
    uri: stock.path,
    format: stock.format,
    size: stats.isFile() ? stats.size : null,
    name: described?.machine.name ?? null,
    labels: Object.assign({}, ...machines.toReversed().map(({ machine }) => machine.labels)),
    readings: disks.readings,
    nics: described === null ? [] : nicsOf(described),
    votes: [...machines.flatMap(({ machine }) => machine.votes), ...(described === null ? [] : cardless(described))],
    drivers: machines.flatMap(({ machine }) => machine.drivers),
    osNames: machines.flatMap(({ machine, uri }) => machine.osNames.map((name) => ({ ...name, uri }))),
    hints: [...hintMember(stock, disks.readings.length), ...machines.flatMap(hintsInside)],
    findings: [
      ...stock.findings,
      ...(stock.cutShort ? [diagnostics['search-ended']({})] : []),
      ...machines.flatMap(({ findings }) => findings),
      ...otherDescriptors(stock, described?.name ?? null),
      ...disks.findings,
      ...(await manifestFindings(stock, described?.name ?? null, options.verify)),
      ...pointless(stock, options, described),
    ],
  };
}

interface Described {
  readonly name: string;
  /** Id of its format. */
  readonly kind: string;
  readonly uri: string;
  readonly machine: DescribedMachine;
  readonly findings: readonly Finding[];
}

async function describe(
  stock: Stock,
  descriptor: Stock['descriptors'][number],
  options: MachineChoice,
): Promise<Described> {
  const reading = await readOne(stock, descriptor, options.configuration);
  const machine = chooseMachine(descriptor, reading, options.vm);
  const folder = descriptor.name.slice(0, descriptor.name.lastIndexOf('/') + 1);
  const remedyFor = (nvram: DescribedState) => nvramRemedy(stock, folder, nvram, descriptor.uri);
  return {
    name: descriptor.name,
    kind: descriptor.format.id,
    uri: descriptor.uri,
    machine,
    findings: [...reading.findings, ...machine.findings, ...(await left(machine, descriptor.uri, remedyFor))],
  };
}

interface Disks {
  readonly readings: readonly SourceReading[];
  readonly findings: readonly Finding[];
}

/** Disks as the descriptor lists them, and behind them the discs in its drives. */
async function disksOf(stock: Stock, { name, uri, machine }: Described, options: BundleOptions): Promise<Disks> {
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  const findings: Finding[] = [];
  if (machine.disks.length === 0 && machine.drives.every(({ file }) => file === null)) {
    return {
      readings: [],
      findings: [diagnostics.diskless({ name: shown(name) }, [{ origin: 'descriptor', uri, pointer: null }])],
    };
  }
  const readings: SourceReading[] = [];
  const place = (pointer: string) => [{ origin: 'descriptor', uri, pointer } as const];
  for (const [index, disk] of machine.disks.entries()) {
    const id = `disk${index}`;
    if (disk.parent !== null) {
      findings.push(diagnostics['delta-disk']({ disk: id, parent: shown(disk.parent) }, place(disk.pointer)));
    }
    if (disk.file === null) {
      readings.push(blankDisk(id, uri, disk.capacity));
      continue;
    }
    try {
      const file = await locate(stock, folder, disk.file, uri);
      const reading = await readStored(file, stock.path, { ...options, id });
      readings.push(reading);
      findings.push(...disagreements(id, disk, reading, place(disk.pointer)));
    } catch (error) {
      if (!(error instanceof VmImportError)) throw error;
      findings.push(error.finding);
    }
  }
  for (const { file, kind, pointer } of machine.drives) {
    if (file === null || kind !== 'cdrom') continue;
    try {
      const found = await locate(stock, folder, file, uri);
      const id = `disk${readings.length}`;
      const reading = await readStored(found, stock.path, { ...options, claimed: null, id });
      // what stands in a drive must not become a disk that the guest can write to
      if (reading.inspection.disk?.payload === 'iso') readings.push(reading);
      else findings.push(diagnostics['not-a-disc']({ name: shown(file.href) }, place(pointer)));
    } catch (error) {
      if (!(error instanceof VmImportError)) throw error;
      findings.push(error.finding);
    }
  }
  return { readings, findings };
}

/** What the descriptor says of a disk and its file does not bear out. */
function disagreements(
  id: string,
  disk: DescribedMachine['disks'][number],
  { inspection }: SourceReading,
  at: readonly { readonly origin: 'descriptor'; readonly uri: string; readonly pointer: string }[],
): Finding[] {
  const found = inspection.disk;
  if (found === null) return [];
  const findings: Finding[] = [];
  const { capacity, format } = disk;
  if (capacity !== null && found.virtualSize !== null && Math.abs(capacity - found.virtualSize) >= SIZE_TOLERANCE) {
    findings.push(
      diagnostics['capacity-differs']({ disk: id, said: size(capacity), found: size(found.virtualSize) }, at),
    );
  }
  if (format !== null && format !== found.format) {
    findings.push(diagnostics['format-differs']({ disk: id, said: format, found: found.format }, at));
  }
  return findings;
}

/** Without a descriptor: the one chosen, or the only file that can be a disk. */
async function disksAlone(stock: Stock, options: BundleOptions): Promise<Disks> {
  // an image has said itself what it lacks
  if (stock.names.length === 0 && stock.findings.some(({ severity }) => severity === 'error')) {
    return { readings: [], findings: [] };
  }
  const member = options.member?.replace(/^(?:\.?\/)+/, '') ?? null;
  const names = member === null ? diskNames(stock) : [member];
  if (names.length > 1) throw new VmImportError(diagnostics['several-disks']({ names: listed(names) }));
  const [name] = names;
  const file = name === undefined ? null : await stock.file(name);
  if (file === null) {
    if (member === null) throw new VmImportError(diagnostics['no-disk']({ path: stock.path }));
    throw new VmImportError(diagnostics['no-such-member']({ wanted: shown(member), names: listed(stock.names) }));
  }
  return { readings: [await readStored(file, stock.path, { ...options, id: 'disk0' })], findings: [] };
}

function diskNames(stock: Stock): readonly string[] {
  const named = stock.names.filter((name) => DISK_NAME.test(name));
  if (named.length > 0) return named;
  return stock.names.filter((name) => !stock.documents.has(name) && !posix.basename(name).startsWith('.'));
}

function nicsOf({ machine, uri }: Described): readonly NicEvidence[] {
  return machine.nics.map(({ model, mac, network, pointer }, index) => ({
    id: `nic${index}`,
    model,
    mac,
    network,
    uri,
    pointer,
  }));
}

/** A machine that is described without a network card has none, although a plan has one by default. */
/** Kinds of descriptors that list the network cards of their machine. */
const LISTS_CARDS: readonly string[] = ['ovf', 'vmx'];

function cardless({ machine, uri, kind }: Described): readonly Vote[] {
  // a box says nothing of cards at all
  if (machine.nics.length > 0 || !LISTS_CARDS.includes(kind)) return [];
  return [vote({ key: 'network', strength: 'recommended', values: ['none'], origin: 'descriptor', uri })];
}

function hintsInside({ machine, uri }: Described): readonly FoundHints[] {
  if (machine.hints === null) return [];
  const { bytes, pointer } = machine.hints;
  return [{ bytes, carrier: { kind: 'bundle', uri, pointer, disk: null, maxBytes: MAX_HINT_BYTES } }];
}

/** The hint document beside the disks. With one disk it speaks for that disk, else for the machine. */
function hintMember(stock: Stock, disks: number): readonly FoundHints[] {
  const name = [...stock.documents.keys()].find((known) => posix.basename(known) === HINTS_MEMBER);
  const document = name === undefined ? undefined : stock.documents.get(name);
  if (document === undefined) return [];
  const disk = disks === 1 ? 'disk0' : null;
  return [
    {
      bytes: document.bytes,
      carrier: { kind: 'bundle', uri: document.uri, pointer: null, disk, maxBytes: MAX_HINT_BYTES },
    },
  ];
}

/** Options that choose where there is nothing to choose. */
function pointless(
  stock: Stock,
  { configuration, vm, member }: BundleOptions,
  described: Described | null,
): readonly Finding[] {
  const said = (option: string, reason: string) => diagnostics['no-effect']({ option, reason });
  const speaks = described !== null && member !== null && !stock.descriptors.some(({ name }) => name === member);
  if (speaks && !stock.names.includes(member)) {
    throw new VmImportError(diagnostics['no-such-member']({ wanted: shown(member), names: listed(stock.names) }));
  }
  return [
    // OVF has said so itself
    ...(configuration !== null && described?.kind !== 'ovf'
      ? [said('--configuration', 'only OVF descriptors offer configurations')]
      : []),
    ...(vm !== null && described === null ? [said('--vm', 'the bundle has no descriptor')] : []),
    ...(speaks ? [said('--member', `${shown(described.name)} says which disks the machine has`)] : []),
  ];
}
