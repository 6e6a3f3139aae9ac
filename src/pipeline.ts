/**
 * The stages in their order. Each one takes what the one before it gave and can be used alone: `inspect` reads,
 * `plan` decides, `emit` writes. Nothing here prints, exits, or looks at a clock or the network.
 */
import { stat } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import type { ByteSource } from './bytes/index.ts';
import { type Finding, VmImportError } from './diagnostics/index.ts';
import { type Judgement, judge } from './diagnostics/verdict.ts';
import { type DiskInspection, inspectDisk } from './disks/inspect.ts';
import { diagnostics as targetDiagnostics } from './emitters/diagnostics.ts';
import { targets } from './emitters/registry.generated.ts';
import {
  DEFAULT_SETTINGS,
  type Decision,
  type Emission,
  type Evidence,
  type HostCapabilities,
  type OsProfile,
  type Plan,
  type PlanOs,
  parseKeyPath,
  type TargetOutcome,
  type Vote,
} from './facts/index.ts';
import { byHand, checkLink, type FoundHints, gatherHints, inImage, sideCar } from './hints/gather.ts';
import { MAX_HINT_BYTES } from './hints/index.ts';
import type { Knowledge } from './osinfo/index.ts';
import { EMBEDDED_OSINFO } from './osinfo-db.ts';
import { discVotes } from './pipeline/media.ts';
import * as planning from './plan/index.ts';
import * as policies from './policy/index.ts';
import { sha256 } from './sources/digest.ts';
import { type FileSource, openFile } from './sources/file.ts';
import { readConfig } from './sources/text.ts';

/** More disks than any machine type has slots for. */
const MAX_SOURCES = 128;
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

/** Reads policies (`preset:NAME` or files, later ones win). Throws their first error (exit 2). */
export async function loadPolicy(refs: readonly string[] = []): Promise<policies.Policy> {
  const { policy, findings } = await readPolicies(refs);
  if (policy !== null) return policy;
  const error = findings.find(({ severity }) => severity === 'error');
  if (error === undefined) throw new Error('a policy was refused without an error');
  throw new VmImportError(error);
}

/** Reads policies and returns everything that is wrong with them. */
export function readPolicies(refs: readonly string[]): Promise<policies.LoadedPolicy> {
  return policies.loadPolicies(refs, {
    readText: async (path) => (await readConfig(path, MAX_CONFIG_BYTES)).toString('utf8'),
  });
}

export interface InspectOptions {
  readonly policy?: policies.Policy;
  /** What the caller claims the format of every source is. */
  readonly format?: string;
  /** A hint document given by hand. */
  readonly hints?: string;
  /** Follow backing files below the directory of the image, whatever the policy says. */
  readonly allowBacking?: boolean;
  /** `listed`: digests that hint documents name; `all`: every source. Reads whole disks. Default `none`. */
  readonly verify?: 'none' | 'listed' | 'all';
  readonly name?: string;
}

/**
 * Reads the headers of the sources, which are the disks of one machine in that order, and the hints that come with
 * them. What is wrong with an input is a finding of the evidence; a wrong request throws VmImportError (exit 2).
 */
export async function inspect(sources: readonly string[], options: InspectOptions = {}): Promise<Evidence> {
  const policy = options.policy ?? (await loadPolicy());
  const { trustHints, backingFiles } = policy.settings;
  if (sources.length === 0 || sources.length > MAX_SOURCES) {
    throw new VmImportError(planning.diagnostics['bad-sources']({ count: sources.length, limit: MAX_SOURCES }));
  }
  const name = planning.checkName(options.name ?? planning.nameFromUri(sources[0] ?? ''));
  const handDisk = sources.length === 1 ? 'disk0' : null;
  const hand = options.hints === undefined ? [] : [await hintsByHand(options.hints, handDisk)];
  const readings: SourceReading[] = [];
  for (const [index, path] of sources.entries()) {
    readings.push(
      await readSource(path, {
        id: `disk${index}`,
        claimed: options.format ?? null,
        backingFiles: options.allowBacking === true ? 'below-source' : backingFiles,
      }),
    );
  }
  const hints = gatherHints([...hand, ...readings.flatMap((reading) => reading.hints)], trustHints);
  const linked = new Set(hints.links.map((link) => link.disk));
  const digests = new Map<string, string>();
  for (const [index, { uri, inspection }] of readings.entries()) {
    const wanted = options.verify === 'all' || (options.verify === 'listed' && linked.has(`disk${index}`));
    if (wanted && inspection.disk !== null) digests.set(`disk${index}`, await digestOf(uri));
  }
  const links = hints.links.flatMap((link) => checkLink(link, digests.get(link.disk) ?? null) ?? []);
  return {
    machine: { name, labels: hints.labels },
    sources: readings.map(({ uri, inspection }, index) => {
      const digest = digests.get(`disk${index}`) ?? null;
      return { uri, bytesRead: inspection.bytesRead + (digest === null ? 0 : inspection.size), digest };
    }),
    disks: readings.flatMap(({ inspection }) => inspection.disk ?? []),
    nics: [],
    drivers: hints.drivers,
    extensions: hints.extensions,
    votes: [...readings.flatMap(({ inspection }) => inspection.votes), ...hints.votes],
    findings: [
      ...readings.flatMap(({ inspection, notes }) => [...inspection.findings, ...notes]),
      ...sharedFiles(readings),
      ...hints.findings,
      ...links,
    ],
  };
}

/**
 * The hint documents of one image, the one inside it first, then its side-car. A file that holds JSON is a document
 * itself; `asDocument` takes for one whatever is no disk and has no side-car.
 */
export async function findHints(
  path: string,
  asDocument = false,
): Promise<{ readonly documents: readonly FoundHints[]; readonly findings: readonly Finding[] }> {
  const options = { id: 'disk0', claimed: null, backingFiles: 'refuse' } as const;
  const { inspection, hints, notes } = await readSource(path, options);
  const recognised = inspection.disk !== null && inspection.disk.format !== 'raw';
  const there = !inspection.findings.some(({ code }) => code.startsWith('source/'));
  if (!recognised && there && hints.length === 0) {
    const bytes = await readConfig(path, MAX_HINT_BYTES);
    const looksLikeOne = /^\s*\{/.test(bytes.toString('latin1', 0, 64));
    if (asDocument || looksLikeOne) return { documents: [byHand(bytes, resolvePath(path), null)], findings: [] };
  }
  const refused = inspection.findings.filter(
    ({ severity, code }) => severity === 'error' && code !== 'disk/backing-file',
  );
  return { documents: hints.toReversed(), findings: [...refused, ...notes] };
}

/** What a hint document asks for that cannot all hold, whoever imports it. */
export function contradictions(votes: readonly Vote[]): readonly Finding[] {
  const alone = {
    disks: [{ id: 'disk0', bootable: null, format: 'qcow2' }],
    nics: ['nic0'],
    host: null,
    settings: DEFAULT_SETTINGS,
    drivers: null,
    votes,
  };
  const { findings } = planning.resolve(alone, planning.settle(alone));
  return findings.filter(({ code }) => code === planning.diagnostics.unresolved.code);
}

export { writeImageHints as writeHints } from './disks/hints.ts';

interface SourceReading {
  readonly uri: string;
  readonly inspection: DiskInspection;
  readonly hints: readonly FoundHints[];
  readonly notes: readonly Finding[];
  /** The file and the layers below it, by identity. */
  readonly files: readonly string[];
}

interface SourceOptions {
  readonly id: string;
  readonly claimed: string | null;
  readonly backingFiles: 'refuse' | 'below-source';
}

async function readSource(path: string, options: SourceOptions): Promise<SourceReading> {
  let file: FileSource | undefined;
  try {
    file = await openFile(path);
    const look = async (guest: ByteSource) =>
      (await import('./content/inspect.ts')).inspectContent(guest, { disk: options.id, uri: resolvePath(path) });
    const inspection = await inspectDisk(file, { ...options, look });
    const beside = await sideCar(file.path, options.id);
    const found = beside !== undefined && 'carrier' in beside ? [beside] : [];
    const notes = beside === undefined || 'carrier' in beside ? [] : [beside];
    const raw = inspection.hints;
    // a document is inherited as a whole, and only where there is no other
    const inherits = raw !== null && (raw.uri === file.uri || found.length === 0);
    const inside = inherits ? [inImage(raw.raw.bytes, raw.uri, raw.raw.pointer, options.id)] : [];
    return {
      uri: file.uri,
      inspection,
      hints: [...found, ...inside],
      notes,
      files: [file.identity, ...inspection.layers],
    };
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    const inspection = {
      disk: null,
      bytesRead: 0,
      size: 0,
      votes: [],
      findings: [error.finding],
      hints: null,
      layers: [],
    };
    return { uri: file?.uri ?? resolvePath(path), inspection, hints: [], notes: [], files: [] };
  } finally {
    await file?.close();
  }
}

async function digestOf(path: string): Promise<string> {
  const file = await openFile(path);
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

/** Reads host documents: `virsh domcapabilities`, `virsh capabilities`, or a saved snapshot. */
export async function readHost(paths: readonly string[]): Promise<{
  readonly host: HostCapabilities;
  readonly findings: readonly Finding[];
}> {
  const { parseHostDocuments } = await import('./host/index.ts');
  const documents = [];
  for (const path of paths) {
    const bytes = await readConfig(path, MAX_CONFIG_BYTES);
    documents.push({ uri: resolvePath(path), text: bytes.toString('utf8') });
  }
  return parseHostDocuments(documents);
}

export interface PlanOptions {
  readonly policy?: policies.Policy;
  /** Values by key path, as `--set` gives them; later entries win over earlier ones. */
  readonly set?: readonly (readonly [path: string, value: unknown, flag?: string])[];
  readonly host?: HostCapabilities;
  readonly uuid?: string;
  readonly cdroms?: readonly string[];
  readonly kernel?: string;
  readonly initrd?: string;
  /** Where the copies of disks lie that are not used in place; default: beside their sources. */
  readonly diskDir?: string;
  /** The OS database: a tree, a snapshot, or `embedded`, `installed`, `newest`; default: what the policy says. */
  readonly osinfoDb?: string;
  /** Warnings deny. */
  readonly strict?: boolean;
}

/** Opens the OS knowledge base. Throws VmImportError (exit 2) where a database that was named cannot be used. */
export async function openKnowledge(policy: policies.Policy, database?: string): Promise<Knowledge> {
  const osinfo = await import('./osinfo/index.ts');
  return osinfo.openKnowledge({ embedded: EMBEDDED_OSINFO, choice: policy.settings.osinfo, database });
}

export interface Planned {
  readonly evidence: Evidence;
  /** null when something forbids it; `judgement` and `findings` say what. */
  readonly plan: Plan | null;
  readonly decisions: readonly Decision[];
  /** Everything found by reading and deciding. */
  readonly findings: readonly Finding[];
  readonly judgement: Judgement;
}

/** Decides every value from the evidence, the OS profile, the policy, the flags and the host. */
export async function plan(evidence: Evidence, options: PlanOptions = {}): Promise<Planned> {
  const policy = options.policy ?? (await loadPolicy());
  const strict = options.strict === true;
  const flags = (options.set ?? []).map(([path, value, flag], index) => planning.flagVote(path, value, index, flag));
  const request = await planRequest(evidence, options);
  const unread = judge([...evidence.findings, ...request.findings], { strict: false });
  const found = [...evidence.findings, ...request.findings];
  if (unread.exit !== 0) {
    return { evidence, plan: null, decisions: [], findings: found, judgement: judge(found, { strict }) };
  }

  const base = {
    // a disc is no disk: it goes into a drive
    disks: evidence.disks.filter((disk) => disk.payload !== 'iso'),
    nics: planning.nicsOf(evidence),
    host: options.host ?? null,
    settings: policy.settings,
    drivers: null,
  };
  const settling = await policies.settlingVotes(policy, evidence);
  let opened: Promise<Knowledge> | undefined;
  const knowledge = () => (opened ??= openKnowledge(policy, options.osinfoDb));
  const media = await discVotes(evidence, knowledge);
  const named = await knownSystems([...evidence.votes, ...flags, ...media, ...settling], knowledge);
  const settled = planning.settle({ ...base, votes: named.votes });
  const settledValue = (key: string) => {
    const value = settled.decisions.find((decision) => decision.key === key)?.value ?? null;
    return value === null ? null : String(value);
  };
  const [os, architecture] = [settledValue('os'), settledValue('architecture')];
  const profile = os === null ? undefined : named.profiles.get(os);
  const informed = await policies.vote(policy, { evidence, os, architecture });
  const resolution = planning.resolve(
    {
      ...base,
      votes: [
        ...evidence.votes,
        ...flags,
        ...media,
        ...informed.votes,
        ...(profile === undefined || architecture === null ? [] : await profileVotes(profile, architecture)),
      ],
      drivers: await provenDrivers(profile, evidence),
    },
    settled,
  );
  const built = planning.buildPlan(evidence, resolution.decisions, planOs(profile), request.request);
  const verified = await policies.verify(policy, { evidence, os, architecture, plan: built.plan.values });
  const findings = [
    ...found,
    ...named.findings,
    ...(os === null ? [planning.diagnostics['os-unknown']({})] : []),
    ...informed.findings,
    ...resolution.findings,
    ...built.findings,
    ...(await existingCopies(built.plan)),
    ...verified.findings,
  ];
  const judgement = judge(findings, { strict });
  return {
    evidence,
    plan: judgement.exit === 0 ? built.plan : null,
    decisions: built.plan.decisions,
    findings,
    judgement,
  };
}

/** Copies that somebody made already, or files that a copy would replace. */
async function existingCopies(plan: Plan): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { id, copy } of plan.disks) {
    if (copy === null) continue;
    const there = await stat(copy.path).catch(() => undefined);
    if (there !== undefined) findings.push(planning.diagnostics['copy-exists']({ disk: id, path: copy.path }));
  }
  return findings;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the caller wants besides values; files it names must be there. */
async function planRequest(
  evidence: Evidence,
  options: PlanOptions,
): Promise<{ readonly request: planning.PlanRequest; readonly findings: readonly Finding[] }> {
  const uuid = options.uuid?.toLowerCase() ?? null;
  if (uuid !== null && !UUID.test(uuid)) {
    throw new VmImportError(planning.diagnostics['bad-uuid']({ uuid }));
  }
  const findings: Finding[] = [];
  const present = async (path: string): Promise<string> => {
    try {
      const file = await openFile(path);
      await file.close();
      return file.path;
    } catch (error) {
      if (!(error instanceof VmImportError)) throw error;
      findings.push(error.finding);
      return resolvePath(path);
    }
  };
  const cdroms = await Promise.all((options.cdroms ?? []).map(present));
  const kernel = options.kernel === undefined ? null : await present(options.kernel);
  const initrd = options.initrd === undefined ? null : await present(options.initrd);
  if (initrd !== null && kernel === null) throw new VmImportError(planning.diagnostics['initrd-without-kernel']({}));
  const diskDir = options.diskDir === undefined ? null : resolvePath(options.diskDir);
  return { request: { name: evidence.machine.name, uuid, cdroms, kernel, initrd, diskDir }, findings };
}

interface KnownSystems {
  readonly votes: readonly Vote[];
  readonly profiles: ReadonlyMap<string, OsProfile>;
  readonly findings: readonly Finding[];
}

/** Gives every vote on the OS its canonical short-id; a name nobody knows stays as it is, and is reported. */
async function knownSystems(votes: readonly Vote[], open: () => Promise<Knowledge>): Promise<KnownSystems> {
  if (!votes.some((vote) => vote.key === 'os')) return { votes, profiles: new Map(), findings: [] };
  const { unknownOs } = await import('./osinfo/index.ts');
  const knowledge = await open();
  const profiles = new Map<string, OsProfile>();
  const findings = [...knowledge.findings];
  const canonical = (vote: Vote): Vote => {
    if (vote.key !== 'os') return vote;
    const values: string[] = [];
    for (const value of vote.values) {
      const profile = knowledge.find(String(value));
      const shortId = profile?.shortIds[0];
      if (profile === undefined || shortId === undefined) {
        values.push(String(value));
        findings.push(...unknownOs(knowledge, String(value), vote));
      } else {
        values.push(shortId);
        profiles.set(shortId, profile);
      }
    }
    return { ...vote, values };
  };
  return { votes: votes.map(canonical), profiles, findings };
}

async function profileVotes(profile: OsProfile, architecture: string): Promise<readonly Vote[]> {
  return (await import('./osinfo/index.ts')).profileVotes(profile, architecture);
}

/** null while nothing can be said: no OS and no Windows on the disk, or an OS whose entry lists no device at all. */
async function provenDrivers(
  profile: OsProfile | undefined,
  evidence: Evidence,
): Promise<planning.ProvenDrivers | null> {
  const claims = [...evidence.drivers, ...evidence.votes.flatMap(planning.sourceDrivers)];
  if (profile === undefined) return planning.windowsDrivers(evidence.votes, claims);
  if (profile.devices.length === 0) return null;
  const osinfo = await import('./osinfo/index.ts');
  return {
    os: profile.shortIds[0] ?? profile.id,
    profile: osinfo.driverNames(profile),
    claims,
    lacksAhci: osinfo.lacksAhci(profile),
  };
}

function planOs(profile: OsProfile | undefined): PlanOs | null {
  if (profile === undefined) return null;
  const { id, shortIds, name, version, family, distro } = profile;
  return { id, shortId: shortIds[0] ?? id, name, version, family, distro };
}

/** Names of the targets that `emit` knows. */
export const TARGETS: readonly string[] = targets.map((target) => target.id);

export interface Artefact extends Emission {
  readonly target: string;
  /** File name suffix of the target, with its dot. */
  readonly suffix: string;
}

/** Writes a plan for a target. `readTemplate` gives the text of a file below `templates/`. */
export async function emit(
  plan: Plan,
  id: string,
  readTemplate: (name: string) => Promise<string> = packagedTemplate,
): Promise<Artefact> {
  const target = targets.find((known) => known.id === id);
  if (target === undefined) {
    throw new VmImportError(targetDiagnostics.unknown({ target: id, known: TARGETS.join(', ') }));
  }
  const emitter = await target.load();
  const texts: Record<string, string> = {};
  for (const name of emitter.templates(plan)) texts[name] = await readTemplate(name);
  const emission = emitter.emit(plan, texts);
  return {
    ...emission,
    findings: [...emission.findings, ...losses(plan, id, emission.outcomes)],
    target: id,
    suffix: emitter.suffix,
  };
}

/** What somebody forced and the target cannot say must not be lost in silence. */
function losses(plan: Plan, target: string, outcomes: readonly TargetOutcome[]): Finding[] {
  return outcomes.flatMap(({ key: path, outcome, note }) => {
    if (outcome !== 'dropped' && outcome !== 'inexpressible') return [];
    // an OS that nobody knows has been reported already
    if (path === 'os' && plan.os === null) return [];
    const parsed = parseKeyPath(path);
    const decision = plan.decisions.find(({ key, subject }) => key === parsed?.key && subject === parsed.subject);
    const origin = decision?.winner?.origin;
    if (decision === undefined || (origin !== 'flag' && origin !== 'policy-set')) return [];
    return [
      targetDiagnostics['not-expressed']({ target, key: path, value: String(decision.value), note }, [
        { origin, uri: decision.winner?.uri ?? null, pointer: decision.winner?.pointer ?? null },
      ]),
    ];
  });
}

async function packagedTemplate(name: string): Promise<string> {
  const { readTemplate } = await import('./templates.ts');
  return readTemplate(name);
}
