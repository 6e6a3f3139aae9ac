import type { Finding } from '../../diagnostics/index.ts';
import type { OsDevice, OsFirmware, OsMedia, OsProfile, OsResourceSet, OsResources } from '../../facts/index.ts';
import { diagnostics } from '../diagnostics.ts';
import type { Entries, Figure, RawResources, RawSystem, ResourceKind } from './raw.ts';

/** An OS of osinfo-db has at most 60 ancestors. */
const MAX_ANCESTORS = 1000;

/** A system without what only the opened knowledge base can say. */
export type ResolvedSystem = Omit<OsProfile, 'database' | 'pointer'> & { readonly media: readonly OsMedia[] };

export interface Resolved {
  /** Sorted by id. */
  readonly systems: readonly ResolvedSystem[];
  /** Every device that a system or driver names, sorted by id. */
  readonly devices: readonly OsDevice[];
  readonly findings: readonly Finding[];
}

/**
 * Resolves what systems inherit, as libosinfo does: a walk from the system over `derives-from` and then `clones`, depth
 * first and the last named first, never `upgrades`, on which the first mention of a device or a kind of firmware decides. Resources are
 * inherited only by entries that say so, media and the like never. Where libosinfo would walk in a circle for ever, a
 * system is visited once.
 */
export function resolve(entries: Entries): Resolved {
  const findings: Finding[] = [];
  const used = new Map<string, OsDevice>();
  const device = (id: string): string => {
    const record = entries.devices.get(id) ?? { id, name: id, bus: null, class: null };
    used.set(id, record);
    return record.name;
  };
  const systems: ResolvedSystem[] = [];
  for (const system of [...entries.systems.values()].sort(byId)) {
    reportRelations(system, entries, findings);
    const line = lineOf(system, entries, findings);
    if (line !== null) systems.push(resolveSystem(system, line, entries, device));
  }
  reportSharedNames(systems, entries, findings);
  return { systems, devices: [...used.values()].sort(byId), findings };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Those it derives from before those it clones, and of each the one that was named last first. */
function parentsOf({ parents }: RawSystem) {
  return [...[...parents.derives].reverse(), ...[...parents.clones].reverse()];
}

/** The system and its ancestors, each once, in libosinfo's order. null when there are too many, which is reported. */
function lineOf(system: RawSystem, { systems }: Entries, findings: Finding[]): readonly RawSystem[] | null {
  const line = new Set<RawSystem>();
  const waiting = [system];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (line.has(next)) continue;
    line.add(next);
    if (line.size > MAX_ANCESTORS) {
      findings.push(diagnostics['too-many-ancestors']({ id: system.id, limit: MAX_ANCESTORS }, at(system.place)));
      return null;
    }
    const parents = parentsOf(next).flatMap(([id]) => systems.get(id) ?? []);
    if (parents.includes(system)) {
      const place = parentsOf(system)[0]?.[1] ?? system.place;
      findings.push(diagnostics.cycle({ id: system.id, last: next.id }, at(place)));
    }
    waiting.push(...parents.reverse());
  }
  return [...line];
}

function reportRelations(system: RawSystem, { systems, devices }: Entries, findings: Finding[]): void {
  for (const [target, place] of parentsOf(system)) {
    if (!systems.has(target)) findings.push(diagnostics['missing-target']({ id: system.id, target }, at(place)));
  }
  const named = [...system.devices.keys(), ...[...system.drivers.values()].flatMap(({ deviceIds }) => deviceIds)];
  for (const target of new Set(named)) {
    if (!devices.has(target)) findings.push(diagnostics['missing-target']({ id: system.id, target }, at(system.place)));
  }
}

/** A short-id that two systems have names the first of them. */
function reportSharedNames(systems: readonly ResolvedSystem[], entries: Entries, findings: Finding[]): void {
  const owners = new Map<string, string>();
  for (const { id, shortIds } of systems) {
    for (const name of shortIds) {
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, id);
      else findings.push(diagnostics['shared-name']({ name, id, owner }, at(entries.systems.get(id)?.place)));
    }
  }
}

function at(place: { readonly uri: string; readonly pointer: string } | undefined): Finding['at'] {
  return place === undefined ? [] : [{ origin: 'osinfo', uri: place.uri, pointer: place.pointer }];
}

function resolveSystem(
  system: RawSystem,
  line: readonly RawSystem[],
  entries: Entries,
  device: (id: string) => string,
): ResolvedSystem {
  const { id, words } = system;
  const shortIds = [...system.shortIds];
  const word = (name: string) => words.get(name) ?? null;
  return {
    id,
    shortIds,
    name: word('name') ?? shortIds[0] ?? id,
    version: word('version'),
    vendor: word('vendor'),
    codename: word('codename'),
    family: word('family'),
    distro: word('distro'),
    releaseStatus: statusOf(word('release-status')),
    releaseDate: dateOf(word('release-date')),
    eolDate: dateOf(word('eol-date')),
    devices: devicesOf(line).map(device),
    firmware: firmwareOf(line),
    resources: resourcesOf(line),
    variants: [...system.variants].map(([variant, name]) => ({ id: variant, name })),
    drivers: [...system.drivers.values()].map(({ deviceIds, ...driver }) => ({
      ...driver,
      devices: [...new Set(deviceIds)].map(device),
    })),
    images: [...system.images.values()],
    trees: [...system.trees.values()],
    media: [...system.media.values()].map(({ languages, ...media }) => ({
      os: id,
      ...media,
      languages: languages === null ? null : { ...languages, map: mapOf(languages.map, entries) },
    })),
  };
}

/** Ids of the devices that are supported, the nearest mention deciding. */
function devicesOf(line: readonly RawSystem[]): readonly string[] {
  const nearest = new Map<string, boolean>();
  for (const { devices } of line) {
    for (const [id, supported] of devices) if (!nearest.has(id)) nearest.set(id, supported);
  }
  return [...nearest].flatMap(([id, supported]) => (supported ? id : []));
}

function firmwareOf(line: readonly RawSystem[]): readonly OsFirmware[] {
  const nearest = new Map<string, OsFirmware>();
  for (const record of line.flatMap(({ firmware }) => [...firmware.values()])) {
    const key = `${record.architecture} ${record.type}`;
    if (!nearest.has(key)) nearest.set(key, record);
  }
  return [...nearest.values()];
}

function resourcesOf([system, ...ancestors]: readonly RawSystem[]): OsProfile['resources'] {
  const sets = new Map<string, { -readonly [kind in keyof OsResourceSet]: OsResources }>();
  for (const own of system?.resources.values() ?? []) {
    const figures = { ...own.figures };
    const elders = own.inherit ? ancestors.flatMap(({ resources }) => [...resources.values()]) : [];
    for (const elder of elders) {
      if (elder.architecture !== own.architecture || elder.kind !== own.kind) continue;
      Object.assign(figures, { ...elder.figures, ...figures });
    }
    const amounts = amountsOf(figures, own.kind);
    if (Object.keys(amounts).length === 0) continue;
    const set = sets.get(own.architecture) ?? {};
    sets.set(own.architecture, set);
    // of two entries for one architecture, callers of libosinfo end with the last
    set[KINDS[own.kind]] = amounts;
  }
  return Object.fromEntries([...sets].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const KINDS = {
  minimum: 'minimum',
  recommended: 'recommended',
  maximum: 'maximum',
  'network-install': 'networkInstall',
} as const satisfies Record<ResourceKind, keyof OsResourceSet>;

const MIB = 1024 * 1024;

function amountsOf(
  figures: { readonly [figure in Figure]?: number | undefined },
  kind: RawResources['kind'],
): OsResources {
  const { ram, storage, cpu } = figures;
  // a need is not met by less, a limit not kept by more
  const mib = (bytes: number) => (kind === 'maximum' ? Math.floor(bytes / MIB) : Math.ceil(bytes / MIB));
  return {
    ...(ram === undefined ? {} : { memoryMib: mib(ram) }),
    ...(figures['n-cpus'] === undefined ? {} : { vcpus: figures['n-cpus'] }),
    ...(storage === undefined ? {} : { storageMib: mib(storage) }),
    ...(cpu === undefined ? {} : { cpuHz: cpu }),
  };
}

const STATUSES = ['released', 'prerelease', 'snapshot', 'rolling'] as const;

function statusOf(text: string | null): OsProfile['releaseStatus'] {
  return STATUSES.find((status) => status === text) ?? 'released';
}

function dateOf(text: string | null): string | null {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : null;
}

function mapOf(id: string | null, { datamaps }: Entries): Readonly<Record<string, string>> | null {
  const map = id === null ? undefined : datamaps.get(id);
  return map === undefined ? null : Object.fromEntries(map);
}
