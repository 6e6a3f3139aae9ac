import { posix } from 'node:path';
import { parseManifest } from '../../containers/manifest.ts';
import {
  type ComputedDigests,
  certificateFound,
  checkManifest,
  listedAlgorithms,
} from '../../containers/manifest-check.ts';
import { type Finding, VmImportError } from '../../diagnostics/index.ts';
import type { DescribedMachine, DriverClaim, NicEvidence, OsNameEvidence, Vote } from '../../facts/index.ts';
import { shown } from '../../facts/text.ts';
import type { FoundHints } from '../../hints/gather.ts';
import { MAX_HINT_BYTES } from '../../hints/index.ts';
import { digestRanges } from '../../sources/digest.ts';
import { openFile } from '../../sources/file.ts';
import { diagnostics } from '../diagnostics.ts';
import type { SourceOptions, SourceReading } from '../reading.ts';
import { blankDisk, readStored } from './disk.ts';
import { locate } from './files.ts';
import { chooseMachine, listed, type MachineChoice, readOne, speaker } from './machine.ts';
import { HINTS_MEMBER, type Stock, type StoredFile } from './stock.ts';

/** What one bundle says about its machine, and its disks. */
export interface BundleReading {
  /** Absolute path of the bundle, without the transport that a user may put before it. */
  readonly path: string;
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
export async function readBundle(stock: Stock, options: BundleOptions): Promise<BundleReading> {
  const main = speaker(
    stock.descriptors.filter(({ format }) => !SUPPLEMENTS.includes(format.id)),
    options.member,
  );
  const supplements = stock.descriptors.filter(({ format }) => SUPPLEMENTS.includes(format.id));
  const described = main === null ? null : await describe(stock, main, options);
  const added = await Promise.all(supplements.map((other) => describe(stock, other, { ...options, vm: null })));
  const machines = [...(described === null ? [] : [described]), ...added];
  const disks =
    described === null || described.machine.disks.length + described.machine.drives.length === 0
      ? await disksAlone(stock, options)
      : await disksOf(stock, described, options);
  return {
    path: stock.path,
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
      ...otherDescriptors(stock, described),
      ...disks.findings,
      ...(await manifestFindings(stock, described?.name ?? null, options.verify)),
      ...pointless(options, described),
    ],
  };
}

/** Documents that say something of a machine which another one describes, or which is only a disk. */
const SUPPLEMENTS: readonly string[] = ['virt-inspector', 'oci-labels'];

interface Described {
  readonly name: string;
  readonly uri: string;
  readonly machine: DescribedMachine;
  readonly configurable: boolean;
  readonly several: boolean;
  readonly findings: readonly Finding[];
}

async function describe(
  stock: Stock,
  descriptor: Stock['descriptors'][number],
  options: MachineChoice,
): Promise<Described> {
  const reading = await readOne(stock, descriptor, options.configuration);
  const machine = chooseMachine(descriptor, reading, options.vm);
  return {
    name: descriptor.name,
    uri: descriptor.uri,
    machine,
    configurable: reading.configurations.length > 0,
    several: reading.machines.length > 1,
    findings: [...reading.findings, ...machine.findings, ...left(machine, descriptor.uri)],
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
  for (const { file, kind } of machine.drives) {
    if (file === null || kind !== 'cdrom') continue;
    try {
      const found = await locate(stock, folder, file, uri);
      readings.push(await readStored(found, stock.path, { ...options, claimed: null, id: `disk${readings.length}` }));
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
    findings.push(diagnostics['capacity-differs']({ disk: id, said: capacity, found: found.virtualSize }, at));
  }
  if (format !== null && format !== found.format) {
    findings.push(diagnostics['format-differs']({ disk: id, said: format, found: found.format }, at));
  }
  return findings;
}

/** Without a descriptor: the one chosen, or the only file that can be a disk. */
async function disksAlone(stock: Stock, options: BundleOptions): Promise<Disks> {
  const names = options.member === null ? diskNames(stock) : [options.member];
  if (names.length > 1) throw new VmImportError(diagnostics['several-disks']({ names: listed(names) }));
  const [name] = names;
  const file = name === undefined ? null : await stock.file(name);
  if (file === null) {
    if (options.member === null) throw new VmImportError(diagnostics['no-disk']({ path: stock.path }));
    const known = listed(stock.names);
    throw new VmImportError(diagnostics['no-such-member']({ wanted: shown(options.member), names: known }));
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
function cardless({ machine, uri }: Described): readonly Vote[] {
  if (machine.nics.length > 0 || machine.disks.length === 0) return [];
  return [
    {
      key: 'network',
      subject: null,
      strength: 'recommended',
      values: ['none'],
      origin: 'descriptor',
      uri,
      pointer: null,
      order: 0,
      disk: null,
      rule: null,
      locked: false,
    },
  ];
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

/** What of the machine stays behind. */
function left(machine: DescribedMachine, uri: string): readonly Finding[] {
  const state = machine.state.map(({ kind, file, format, pointer }) => {
    const name = file === null ? 'named without a file' : shown(file.href);
    const remedy =
      kind === 'tpm'
        ? 'Have the recovery key of an encrypted guest at hand; the new TPM starts empty.'
        : format === 'ovmf'
          ? 'Copy it to where libvirt keeps variable stores, and name it with --set nvram=PATH.'
          : 'Check that the disk has a fallback boot loader (vm-import explain firmware), or make a boot entry.';
    return diagnostics['state-dropped']({ kind: kind === 'tpm' ? 'TPM' : 'NVRAM', name, remedy }, [
      { origin: 'descriptor', uri, pointer },
    ]);
  });
  const drives = machine.drives
    .filter(({ kind, file }) => kind === 'floppy' || file === null)
    .map(({ kind, file, pointer }) =>
      diagnostics['drive-dropped'](
        {
          kind: kind === 'cdrom' ? 'CD-ROM' : 'floppy',
          reason: file === null ? 'it is empty' : 'there are no floppies here',
        },
        [{ origin: 'descriptor', uri, pointer }],
      ),
    );
  return [...state, ...drives];
}

function otherDescriptors(stock: Stock, chosen: Described | null): readonly Finding[] {
  if (chosen === null) return [];
  return stock.descriptors
    .filter(({ name, format }) => name !== chosen.name && !SUPPLEMENTS.includes(format.id))
    .map(({ name, uri }) =>
      diagnostics['other-descriptor']({ name: shown(name), chosen: shown(chosen.name) }, [
        { origin: 'descriptor', uri, pointer: null },
      ]),
    );
}

/** Options that choose where there is nothing to choose. */
function pointless({ configuration, vm }: BundleOptions, described: Described | null): readonly Finding[] {
  const said = (option: string, reason: string) => diagnostics['no-effect']({ option, reason });
  return [
    ...(configuration !== null && described?.configurable !== true
      ? [said('--configuration', 'the descriptor offers no configurations')]
      : []),
    ...(vm !== null && described === null ? [said('--vm', 'the bundle has no descriptor')] : []),
  ];
}

/** Holds the files against the manifest, when that is asked for; says that a certificate is there. */
async function manifestFindings(
  stock: Stock,
  descriptor: string | null,
  verify: BundleOptions['verify'],
): Promise<readonly Finding[]> {
  const named = (ending: string) =>
    [...stock.documents.values()].filter(({ name }) => name.toLowerCase().endsWith(ending));
  const stem = descriptor?.replace(/\.[^./]*$/, '');
  const manifests = named('.mf');
  const manifest =
    manifests.find(({ name }) => name === `${stem}.mf`) ?? (manifests.length === 1 ? manifests[0] : undefined);
  const certificates = named('.cert').map(({ name, uri }) => certificateFound(name, uri));
  if (verify === 'none' || manifest === undefined) return certificates;
  const reading = parseManifest(manifest.bytes, manifest.uri);
  const folder = manifest.name.slice(0, manifest.name.lastIndexOf('/') + 1);
  const others = stock.names.length > 0 ? stock.names : reading.entries.map(({ name }) => folder + name);
  const names = others
    .filter((name) => name.startsWith(folder) && !/\.(?:mf|cert)$/i.test(name))
    .map((name) => name.slice(folder.length));
  const files = (
    await Promise.all(names.map(async (name) => [name, await stock.file(folder + name)] as const))
  ).flatMap(([name, file]) => (file === null ? [] : [[name, file] as const]));
  const computed = await digestsOf(files, listedAlgorithms(reading, names));
  return [
    ...reading.findings,
    ...checkManifest(
      reading,
      files.map(([name]) => name),
      computed,
    ),
    ...certificates,
  ];
}

/** One pass over each file that holds members. Compressed members cannot be had, and are left out. */
async function digestsOf(
  files: readonly (readonly [name: string, file: StoredFile])[],
  wanted: ReturnType<typeof listedAlgorithms>,
): Promise<ComputedDigests> {
  const computed = new Map<string, ComputedDigests extends ReadonlyMap<string, infer D> ? D : never>();
  const plain = files.filter(([, { slice, wrapping }]) => slice !== null || wrapping.length === 0);
  for (const path of new Set(plain.map(([, file]) => file.path))) {
    const ranges = plain
      .filter(([, file]) => file.path === path)
      .map(([name, file]) => ({
        name,
        offset: file.slice?.offset ?? 0,
        size: file.size ?? 0,
        algorithms: wanted.get(name) ?? [],
      }));
    const source = await openFile(path);
    const digests = await digestRanges(source, ranges).finally(() => source.close());
    for (const { name, digests: found } of digests) computed.set(name, found);
  }
  return computed;
}
