import type { OsDevice, OsMedia } from '../../facts/index.ts';
import type { Resolved, ResolvedSystem } from '../database/resolve.ts';
import { indexName, SECTIONS, type Section, SNAPSHOT_SCHEMA, type SnapshotHeader, sha256 } from './format.ts';

/** The snapshot of a resolved database: the same bytes whenever and wherever it is made. */
export function writeSnapshot({ systems, devices }: Resolved, version: string | null): Buffer {
  const sets = new Numbers<string>();
  const lines = systems.map((system) => Buffer.from(`${JSON.stringify(systemLine(system, devices, sets))}\n`));
  const sections: Readonly<Record<Section, Buffer>> = {
    index: Buffer.from(indexOf(systems, lines)),
    tables: Buffer.from(`${JSON.stringify(tablesOf(devices, sets))}\n`),
    systems: Buffer.concat(lines),
    media: Buffer.from(mediaOf(systems)),
  };
  const described = SECTIONS.map((name) => [name, { bytes: sections[name].length, sha256: sha256(sections[name]) }]);
  const header: SnapshotHeader = {
    schema: SNAPSHOT_SCHEMA,
    version,
    database: 'osinfo-db',
    licence: 'GPL-2.0-or-later',
    counts: {
      systems: systems.length,
      media: systems.reduce((sum, { media }) => sum + media.length, 0),
      devices: devices.length,
    },
    sections: Object.fromEntries(described) as SnapshotHeader['sections'],
  };
  const line = Buffer.from(`${JSON.stringify(header)}\n`);
  return Buffer.concat([line, Buffer.from(`${sha256(line)}\n`), ...SECTIONS.map((name) => sections[name])]);
}

/** Numbers things in the order in which they are first met. */
class Numbers<T> {
  readonly #numbers = new Map<T, number>();

  of(thing: T): number {
    const number = this.#numbers.get(thing) ?? this.#numbers.size;
    this.#numbers.set(thing, number);
    return number;
  }

  get all(): readonly T[] {
    return [...this.#numbers.keys()];
  }
}

function systemLine(system: ResolvedSystem, devices: readonly OsDevice[], sets: Numbers<string>): object {
  const { firmware, resources, variants, drivers, images, trees, releaseStatus } = system;
  const numbers = (names: readonly string[]) =>
    names.map((name) => devices.findIndex((device) => device.name === name));
  return {
    id: system.id,
    shortIds: system.shortIds,
    name: system.name,
    ...some('version', system.version),
    ...some('vendor', system.vendor),
    ...some('codename', system.codename),
    ...some('family', system.family),
    ...some('distro', system.distro),
    ...(releaseStatus === 'released' ? {} : { releaseStatus }),
    ...some('releaseDate', system.releaseDate),
    ...some('eolDate', system.eolDate),
    set: sets.of(JSON.stringify(numbers(system.devices))),
    ...many(
      'firmware',
      firmware.map((of) => [of.architecture, of.type, of.supported, of.recommended]),
    ),
    ...(Object.keys(resources).length === 0 ? {} : { resources }),
    ...many(
      'variants',
      variants.map((of) => [of.id, of.name]),
    ),
    ...many(
      'drivers',
      drivers.map((of) => [of.architecture, of.location, of.preInstallable, of.signed, numbers(of.devices)]),
    ),
    ...many(
      'images',
      images.map((of) => [of.architecture, of.format, of.cloudInit, of.url, of.variants]),
    ),
    ...many(
      'trees',
      trees.map((of) => [of.architecture, of.url, of.kernel, of.initrd, of.bootIso, of.variants]),
    ),
  };
}

function some(name: string, value: string | null): object {
  return value === null ? {} : { [name]: value };
}

function many(name: string, values: readonly unknown[]): object {
  return values.length === 0 ? {} : { [name]: values };
}

function tablesOf(devices: readonly OsDevice[], sets: Numbers<string>): object {
  return {
    devices: devices.map((device) => [device.id, device.name, device.bus, device.class]),
    sets: sets.all.map((set) => JSON.parse(set)),
  };
}

/** A name that two systems have is the first one's. */
function indexOf(systems: readonly ResolvedSystem[], lines: readonly Buffer[]): string {
  const index = new Map<string, string>();
  let offset = 0;
  for (const [number, { id, shortIds }] of systems.entries()) {
    const { length } = lines[number] ?? Buffer.alloc(0);
    for (const name of [id, ...shortIds].flatMap((text) => indexName(text) ?? [])) {
      if (!index.has(name)) index.set(name, `${name}\t${offset}\t${length}\n`);
    }
    offset += length;
  }
  return [...index.keys()]
    .sort()
    .map((name) => index.get(name) ?? '')
    .join('');
}

function mediaOf(systems: readonly ResolvedSystem[]): string {
  const maps = new Numbers<string>();
  const line = (media: OsMedia) => [
    media.architecture,
    ...[media.volumeId, media.systemId, media.publisherId, media.applicationId, media.volumeSize],
    ...[media.live, media.installer, media.kernel, media.initrd, media.url, media.variants],
    media.languages === null ? null : languagesOf(media.languages, maps),
  ];
  const lines = systems
    .filter(({ media }) => media.length > 0)
    .map(({ id, media }) => JSON.stringify([id, media.map(line)]));
  return [JSON.stringify(maps.all.map((map) => JSON.parse(map))), ...lines, ''].join('\n');
}

function languagesOf({ pattern, capture, map }: NonNullable<OsMedia['languages']>, maps: Numbers<string>): unknown[] {
  return [pattern, capture, map === null ? null : maps.of(JSON.stringify(map))];
}
