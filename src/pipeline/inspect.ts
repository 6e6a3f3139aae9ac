import { resolve as resolvePath } from 'node:path';
import type { ByteSource } from '../bytes/index.ts';
import { parseTransport } from '../containers/transport.ts';
import { EXIT, type Finding, VmImportError } from '../diagnostics/index.ts';
import { diagnostics as diskDiagnostics } from '../disks/diagnostics.ts';
import type { Evidence, SourceEvidence } from '../facts/index.ts';
import { byHand, checkLink, type FoundHints, gatherHints, sideCar } from '../hints/gather.ts';
import { MAX_HINT_BYTES } from '../hints/index.ts';
import * as planning from '../plan/index.ts';
import type { Policy, Waiver } from '../policy/index.ts';
import { sha256 } from '../sources/digest.ts';
import { openFile } from '../sources/file.ts';
import { readConfig } from '../sources/text.ts';
import type { BundleReading } from './bundle/index.ts';
import type { Opened } from './bundle/open.ts';
import { diagnostics } from './diagnostics.ts';
import { judging } from './judgement.ts';
import { MAX_SOURCES } from './limits.ts';
import { loadPolicy } from './policies.ts';
import { failedReading, readBytes, readSource, type SourceReading } from './reading.ts';

export interface InspectOptions {
  readonly policy?: Policy;
  /** What the caller claims the format of every source is. */
  readonly format?: string;
  /** A hint document given by hand. */
  readonly hints?: string;
  /** Follow backing files below the directory of the image, whatever the policy says. */
  readonly allowBacking?: boolean;
  /** `listed`: digests that hint documents and manifests name; `all`: every source. Reads whole disks. Default `none`. */
  readonly verify?: 'none' | 'listed' | 'all';
  readonly name?: string;
  /** In a descriptor of several machines: the one meant, by id or name. */
  readonly vm?: string;
  /** In a descriptor that offers several shapes of its machine: the one meant. */
  readonly configuration?: string;
  /** In a bundle: the disk or descriptor meant, by its name there. */
  readonly member?: string;
  /** From `loadWaivers`; default: those that the policy names. */
  readonly waivers?: readonly Waiver[];
  /** The time at which waivers have to be valid; default: the clock, which is read only if there are waivers. */
  readonly now?: Date;
}

/** A path, or a disk image that is no file; a plan names that as if it lay at its `uri`. */
export type Source = string | ByteSource;

/**
 * Reads the headers of the sources, which are the disks of one machine in that order, or one bundle that describes a
 * machine, and the hints that come with them. Bytes given in place of a path are one disk. What is wrong with an input
 * is a finding of the evidence; a wrong request throws VmImportError (exit 2).
 */
export async function inspect(sources: readonly Source[], options: InspectOptions = {}): Promise<Evidence> {
  const policy = options.policy ?? (await loadPolicy());
  if (sources.length === 0 || sources.length > MAX_SOURCES) {
    throw new VmImportError(planning.diagnostics['bad-sources']({ count: sources.length, limit: MAX_SOURCES }));
  }
  if (options.name !== undefined) planning.checkName(options.name);
  const judges = await judging({ ...options, policy });
  const first = await read(sources, options, policy, new Set());
  const judged = { ...first, findings: judges.apply(first.findings, first) };
  const answered = judged.findings.filter(({ code, waiver }) => code === BACKING_FILE && waiver !== null);
  if (answered.length === 0) return judged;
  // somebody answers for these overlays, so their chains are followed as with --allow-backing, and by the same rules
  const followed = new Set(answered.flatMap(({ at }) => at.flatMap(({ uri }) => uri ?? [])));
  const evidence = await read(sources, options, policy, followed);
  return { ...evidence, findings: judges.apply([...answered, ...evidence.findings], evidence) };
}

const BACKING_FILE = diskDiagnostics['backing-file'].code;

/** `followed`: overlays whose backing files are followed whatever the policy says. */
async function read(
  sources: readonly Source[],
  options: InspectOptions,
  policy: Policy,
  followed: ReadonlySet<string>,
): Promise<Evidence> {
  const machine = await readSources(sources, options, policy, followed);
  const { readings, bundle } = machine;
  const handDisk = readings.length === 1 ? 'disk0' : null;
  const hand = options.hints === undefined ? [] : [await hintsByHand(options.hints, handDisk)];
  const found = [...hand, ...machine.hints, ...readings.flatMap((reading) => reading.hints)];
  const hints = gatherHints(found, policy.settings.trustHints);
  const linked = new Set(hints.links.map((link) => link.disk));
  const digests = new Map<string, string>();
  for (const [index, { uri, inspection }] of readings.entries()) {
    const wanted = options.verify === 'all' || (options.verify === 'listed' && linked.has(`disk${index}`));
    // what lies inside another file is held against the manifest of that
    const whole = inspection.disk?.path === uri;
    if (wanted && whole) digests.set(`disk${index}`, await digestOf(sources[index] ?? uri));
  }
  if (bundle !== null && bundle.size !== null && options.verify === 'all') {
    digests.set(bundle.uri, await digestOf(bundle.uri));
  }
  const links = hints.links.flatMap((link) => checkLink(link, digests.get(link.disk) ?? null) ?? []);
  return {
    machine: {
      name: nameOf(options.name, bundle?.name ?? null, uriOf(sources[0] ?? '')),
      labels: { ...bundle?.labels, ...hints.labels },
    },
    sources: sourcesOf(machine, digests),
    disks: readings.flatMap(({ inspection }) => inspection.disk ?? []),
    nics: bundle?.nics ?? [],
    drivers: [...(bundle?.drivers ?? []), ...hints.drivers],
    osNames: bundle?.osNames ?? [],
    extensions: hints.extensions,
    votes: [...readings.flatMap(({ inspection }) => inspection.votes), ...(bundle?.votes ?? []), ...hints.votes],
    findings: [
      ...machine.findings,
      ...readings.flatMap(({ inspection, notes }) => [...inspection.findings, ...notes]),
      ...sharedFiles(readings),
      ...hints.findings,
      ...links,
    ],
  };
}

/** What the sources hold: disks, or the machine of one bundle. */
interface MachineReading {
  readonly readings: readonly SourceReading[];
  readonly bundle: BundleReading | null;
  readonly hints: readonly FoundHints[];
  readonly findings: readonly Finding[];
}

async function readSources(
  sources: readonly Source[],
  options: InspectOptions,
  policy: Policy,
  followed: ReadonlySet<string>,
): Promise<MachineReading> {
  const reading = {
    claimed: options.format ?? null,
    backingFiles: options.allowBacking === true ? ('below-source' as const) : policy.settings.backingFiles,
  };
  const readings: SourceReading[] = [];
  for (const [index, path] of sources.entries()) {
    const id = `disk${index}`;
    if (typeof path !== 'string') {
      readings.push(await readBytes(path, { ...reading, id }));
      continue;
    }
    const opened = await open(path, options);
    if (opened !== null && 'code' in opened) {
      readings.push(failedReading(resolvePath(path), opened));
    } else if (opened === null) {
      const chain = followed.has(resolvePath(path)) ? { backingFiles: 'below-source' as const } : {};
      readings.push(await readSource(path, { ...reading, ...chain, id }));
    } else if (opened.kind === 'compressed') {
      const { readStored } = await import('./bundle/disk.ts');
      readings.push(await readStored(opened.file, opened.file.path, { ...reading, id }).finally(opened.close));
    } else if (sources.length > 1) {
      await opened.stock.close();
      throw new VmImportError(diagnostics['only-source']({ path }));
    } else {
      return readMachine(opened, options, reading);
    }
  }
  return { readings, bundle: null, hints: [], findings: pointless(options) };
}

async function readMachine(
  { stock }: Extract<Opened, { readonly kind: 'bundle' }>,
  options: InspectOptions,
  reading: Omit<Parameters<typeof readSource>[1], 'id'>,
): Promise<MachineReading> {
  const { vm = null, configuration = null, member = null, verify = 'none' } = options;
  try {
    const { readBundle } = await import('./bundle/index.ts');
    const bundle = await readBundle(stock, { ...reading, vm, configuration, member, verify });
    const beside = await sideCar(stock.path, null);
    const carried = beside !== undefined && 'carrier' in beside ? [beside] : [];
    const notes = beside === undefined || 'carrier' in beside ? [] : [beside];
    return {
      readings: bundle.readings,
      bundle,
      hints: [...carried, ...bundle.hints],
      findings: [...bundle.findings, ...notes],
    };
  } catch (error) {
    return { readings: [failedReading(stock.path, asFinding(error))], bundle: null, hints: [], findings: [] };
  } finally {
    await stock.close();
  }
}

/** Tells bundles from disks: null for a disk. */
async function open(path: string, { member }: InspectOptions): Promise<Opened | Finding | null> {
  try {
    const { openBundle } = await import('./bundle/open.ts');
    return await openBundle(path, member ?? null);
  } catch (error) {
    return asFinding(error);
  }
}

/** What is wrong with the input is told with the rest; what is wrong with the request ends here. */
function asFinding(error: unknown): Finding {
  if (error instanceof VmImportError && error.finding.exit !== EXIT.usage) return error.finding;
  throw error;
}

/** Options that choose inside a bundle, where there is none. */
function pointless({ vm, configuration, member }: InspectOptions): readonly Finding[] {
  const given = { '--vm': vm, '--configuration': configuration, '--member': member };
  return Object.entries(given).flatMap(([option, value]) =>
    value === undefined ? [] : [diagnostics['no-effect']({ option, reason: 'the source is a disk, not a bundle' })],
  );
}

/** The name given, the one of the descriptor as far as it can be a name, or the stem of the file. */
function nameOf(given: string | undefined, described: string | null, source: string): string {
  if (given !== undefined) return given;
  const usable = described === null ? '' : planning.usableName(described);
  return usable === '' ? planning.checkName(planning.nameFromUri(parseTransport(source)?.path ?? source)) : usable;
}

/** One entry for each SOURCE; the disks of a bundle are all read from the one. */
function sourcesOf(
  { readings, bundle }: MachineReading,
  digests: ReadonlyMap<string, string>,
): readonly SourceEvidence[] {
  if (bundle !== null) {
    const bytesRead = readings.reduce((sum, { inspection }) => Math.max(sum, inspection.bytesRead), 0);
    const digest = digests.get(bundle.uri) ?? null;
    return [{ uri: bundle.uri, format: bundle.format, size: bundle.size, bytesRead, digest }];
  }
  return readings.map(({ uri, inspection }, index) => {
    const digest = digests.get(`disk${index}`) ?? null;
    const { disk, size } = inspection;
    const bytesRead = inspection.bytesRead + (digest === null ? 0 : size);
    // a file that could not be opened has no size that is known
    return { uri, format: disk?.format ?? null, size: disk === null && size === 0 ? null : size, bytesRead, digest };
  });
}

function uriOf(source: Source): string {
  return typeof source === 'string' ? source : source.uri;
}

async function digestOf(source: Source): Promise<string> {
  if (typeof source !== 'string') return sha256(source);
  const file = await openFile(source);
  return sha256(file).finally(() => file.close());
}

/** Two disks of one machine that write to one file destroy it; so does an overlay beside its own base. */
function sharedFiles(readings: readonly SourceReading[]): Finding[] {
  const seen = new Map<string, number>();
  return readings.flatMap(({ files, uri }, index) => {
    const other = files.map((file) => seen.get(file)).find((found) => found !== undefined);
    for (const file of files) seen.set(file, index);
    if (other === undefined) return [];
    const args = { disk: `disk${index}`, other: `disk${other}` };
    return [planning.diagnostics['shared-file'](args, [{ origin: 'content', uri, pointer: null }])];
  });
}

async function hintsByHand(path: string, disk: string | null): Promise<FoundHints> {
  return byHand(await readConfig(path, MAX_HINT_BYTES), resolvePath(path), disk);
}
