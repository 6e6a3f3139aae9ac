import type { Evidence, Json, Value } from '../facts/index.ts';
import { KEY_NAMES } from '../facts/index.ts';

/** What the conditions of a rule may look at. */
export interface VoteContext {
  readonly evidence: Evidence;
  /** Short-id of the settled operating system; null while unknown. */
  readonly os: string | null;
  /** The settled architecture; null while unknown. */
  readonly architecture: string | null;
  /** What the plan is made for: rules for other targets are skipped. Absent: no rule is. */
  readonly targets?: readonly string[];
}

export interface VerifyContext extends VoteContext {
  /** Decided values by key path, as in `Plan.values`. */
  readonly plan: Readonly<Record<string, Value>>;
}

/** A record whose fields CEL knows by name and type, so that a misspelt one is found when the policy is loaded. */
abstract class Facts {
  constructor(fields: Readonly<Record<string, unknown>>) {
    Object.assign(this, fields);
  }
}
class Backing extends Facts {}
class Slice extends Facts {}
class Disk extends Facts {}
class Nic extends Facts {}
class Source extends Facts {}
class Machine extends Facts {}
class Drivers extends Facts {}
class Vote extends Facts {}
class Finding extends Facts {}
class Everything extends Facts {}

export type FactsClass = new (fields: Readonly<Record<string, unknown>>) => Facts;

/**
 * CEL types of the evidence (facts/evidence.ts). `dyn` is what can be null or is free JSON: CEL has no nullable int,
 * and a null behind `dyn` compares with == and !=.
 */
export const FACT_TYPES: readonly {
  readonly name: string;
  readonly ctor: FactsClass;
  readonly fields: Readonly<Record<string, string>>;
}[] = [
  { name: 'Slice', ctor: Slice, fields: { offset: 'int', size: 'int' } },
  { name: 'Backing', ctor: Backing, fields: { name: 'string', path: 'dyn', format: 'dyn' } },
  {
    name: 'Disk',
    ctor: Disk,
    fields: {
      id: 'string',
      uri: 'string',
      path: 'dyn',
      format: 'string',
      payload: 'string',
      virtualSize: 'dyn',
      fileSize: 'int',
      device: 'bool',
      backing: 'dyn',
      encrypted: 'bool',
      bootable: 'dyn',
      slice: 'dyn',
      wrapping: 'list<dyn>',
      partitions: 'list<dyn>',
      content: 'dyn',
      proofs: 'list<dyn>',
      details: 'map<string, dyn>',
    },
  },
  {
    name: 'Nic',
    ctor: Nic,
    fields: { id: 'string', model: 'dyn', mac: 'dyn', network: 'dyn', uri: 'dyn', pointer: 'dyn' },
  },
  {
    name: 'Source',
    ctor: Source,
    fields: { uri: 'string', format: 'dyn', size: 'dyn', bytesRead: 'int', digest: 'dyn' },
  },
  { name: 'Machine', ctor: Machine, fields: { name: 'string', labels: 'map<string, string>' } },
  { name: 'Drivers', ctor: Drivers, fields: { disk: 'dyn', boot: 'list<string>', running: 'list<string>' } },
  {
    name: 'Vote',
    ctor: Vote,
    fields: {
      key: 'string',
      subject: 'dyn',
      strength: 'string',
      values: 'list<dyn>',
      origin: 'string',
      uri: 'dyn',
      pointer: 'dyn',
      disk: 'dyn',
    },
  },
  {
    name: 'Finding',
    ctor: Finding,
    fields: { code: 'string', severity: 'string', safety: 'bool', args: 'map<string, dyn>' },
  },
  {
    name: 'Evidence',
    ctor: Everything,
    fields: {
      machine: 'Machine',
      sources: 'list<Source>',
      disks: 'list<Disk>',
      nics: 'list<Nic>',
      drivers: 'list<Drivers>',
      osNames: 'list<dyn>',
      extensions: 'map<string, dyn>',
      votes: 'list<Vote>',
      findings: 'list<Finding>',
    },
  },
];

/** CEL variables of both phases, and of phase verify. */
export const VOTE_VARIABLES: Readonly<Record<string, string>> = {
  evidence: 'Evidence',
  disks: 'list<Disk>',
  nics: 'list<Nic>',
  os: 'string',
  architecture: 'string',
};
export const VERIFY_VARIABLES: Readonly<Record<string, string>> = { ...VOTE_VARIABLES, plan: 'map<string, dyn>' };

export type Scope = Readonly<Record<string, unknown>>;

export function voteScope(context: VoteContext): Scope {
  const evidence = evidenceFacts(context.evidence);
  return { ...evidence, os: context.os ?? '', architecture: context.architecture ?? '' };
}

/** Every key of the vocabulary is there, null when nobody decided it. */
export function verifyScope(context: VerifyContext): Scope {
  const plan = new Map<string, unknown>(KEY_NAMES.map((key) => [key, null]));
  for (const [path, value] of Object.entries(context.plan)) plan.set(path, celValue(value));
  return { ...voteScope(context), plan };
}

function evidenceFacts(evidence: Evidence): Scope {
  const disks = evidence.disks.map(
    (disk) =>
      new Disk({
        id: disk.id,
        uri: disk.uri,
        path: disk.path,
        format: disk.format,
        payload: disk.payload,
        virtualSize: celValue(disk.virtualSize),
        fileSize: celInt(disk.fileSize),
        device: disk.device,
        backing: disk.backing?.map((layer) => new Backing({ ...layer })) ?? null,
        encrypted: disk.encrypted,
        bootable: disk.bootable,
        slice:
          disk.slice === null ? null : new Slice({ offset: celInt(disk.slice.offset), size: celInt(disk.slice.size) }),
        wrapping: disk.wrapping.map(celValue),
        partitions: disk.partitions.map(celValue),
        content: celValue(disk.content),
        proofs: disk.proofs.map(celValue),
        details: celValue(disk.details),
      }),
  );
  const nics = evidence.nics.map((nic) => new Nic({ ...nic }));
  const all = new Everything({
    machine: new Machine({ name: evidence.machine.name, labels: celValue(evidence.machine.labels) }),
    sources: evidence.sources.map(
      ({ uri, format, size, bytesRead, digest }) =>
        new Source({ uri, format, size: celValue(size), bytesRead: celInt(bytesRead), digest }),
    ),
    disks,
    nics,
    drivers: evidence.drivers.map(
      ({ disk, boot, running }) => new Drivers({ disk, boot: [...boot], running: [...running] }),
    ),
    osNames: evidence.osNames.map((name) => celValue({ ...name })),
    extensions: celValue(evidence.extensions),
    votes: evidence.votes.map(
      ({ key, subject, strength, values, origin, uri, pointer, disk }) =>
        new Vote({ key, subject, strength, values: values.map(celValue), origin, uri, pointer, disk }),
    ),
    findings: evidence.findings.map(
      ({ code, severity, safety, args }) => new Finding({ code, severity, safety, args: celValue(args) }),
    ),
  });
  return { evidence: all, disks, nics };
}

/** Whole numbers become CEL int. Objects become Maps, so that no name of an image means anything to JavaScript. */
function celValue(value: Json): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? celInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(celValue);
  return new Map(Object.entries(value).map(([name, member]) => [name, celValue(member)]));
}

function celInt(value: number): bigint {
  return BigInt(Math.trunc(value));
}
