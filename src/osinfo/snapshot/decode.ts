import type { OsDevice, OsMedia, OsProfile, OsResourceSet } from '../../facts/index.ts';
import { at, count, list, listOrNone, members, object, oneOf, text, textOrNull, truth } from './values.ts';

export interface Tables {
  readonly devices: readonly OsDevice[];
  /** Names of devices. */
  readonly sets: readonly (readonly string[])[];
}

export function decodeTables(value: unknown): Tables {
  const { devices, sets } = object(value);
  const records = list(devices, (item): OsDevice => {
    const [id, name, bus, kind] = list(item, textOrNull);
    return { id: text(id), name: text(name), bus: textOrNull(bus), class: textOrNull(kind) };
  });
  return { devices: records, sets: list(sets, (set) => list(set, (index) => at(records, index).name)) };
}

const KINDS = ['minimum', 'recommended', 'maximum', 'networkInstall'] as const;
const FIGURES = ['memoryMib', 'vcpus', 'storageMib', 'cpuHz'] as const;

/** One line of the section `systems`. */
export function decodeSystem(value: unknown, tables: Tables): Omit<OsProfile, 'database' | 'pointer'> {
  const record = object(value);
  return {
    id: text(record['id']),
    shortIds: list(record['shortIds'], text),
    name: text(record['name']),
    version: textOrNull(record['version']),
    vendor: textOrNull(record['vendor']),
    codename: textOrNull(record['codename']),
    family: textOrNull(record['family']),
    distro: textOrNull(record['distro']),
    releaseStatus: oneOf(record['releaseStatus'] ?? 'released', ['released', 'prerelease', 'snapshot', 'rolling']),
    releaseDate: textOrNull(record['releaseDate']),
    eolDate: textOrNull(record['eolDate']),
    devices: at(tables.sets, record['set']),
    firmware: listOrNone(record['firmware'], (item) => {
      const [architecture, type, supported, recommended] = list(item, same);
      return {
        architecture: text(architecture),
        type: oneOf(type, ['bios', 'efi']),
        supported: truth(supported),
        recommended: truth(recommended),
      };
    }),
    resources: members(record['resources'] ?? {}, decodeResources),
    variants: listOrNone(record['variants'], (item) => {
      const [id, name] = list(item, text);
      return { id: text(id), name: text(name) };
    }),
    drivers: listOrNone(record['drivers'], (item) => {
      const [architecture, location, preInstallable, signed, devices] = list(item, same);
      return {
        architecture: text(architecture),
        location: text(location),
        preInstallable: truth(preInstallable),
        signed: truth(signed),
        devices: list(devices, (index) => at(tables.devices, index).name),
      };
    }),
    images: listOrNone(record['images'], (item) => {
      const [architecture, format, cloudInit, url, variants] = list(item, same);
      return {
        architecture: text(architecture),
        format: text(format),
        cloudInit: truth(cloudInit),
        url: textOrNull(url),
        variants: list(variants, text),
      };
    }),
    trees: listOrNone(record['trees'], (item) => {
      const [architecture, url, kernel, initrd, bootIso, variants] = list(item, same);
      return {
        architecture: text(architecture),
        url: textOrNull(url),
        kernel: textOrNull(kernel),
        initrd: textOrNull(initrd),
        bootIso: textOrNull(bootIso),
        variants: list(variants, text),
      };
    }),
  };
}

const same = (value: unknown) => value;

function decodeResources(value: unknown): OsResourceSet {
  const kinds = object(value);
  const amounts = (kind: unknown) => {
    const figures = members(kind, count);
    return Object.fromEntries(FIGURES.flatMap((name) => (name in figures ? [[name, figures[name]]] : [])));
  };
  return Object.fromEntries(KINDS.flatMap((kind) => (kind in kinds ? [[kind, amounts(kinds[kind])]] : [])));
}

export type LanguageMaps = readonly Readonly<Record<string, string>>[];

export function decodeLanguageMaps(value: unknown): LanguageMaps {
  return list(value, (map) => members(map, text));
}

/** One line of the section `media`, after the first. */
export function decodeMedia(value: unknown, maps: LanguageMaps): readonly OsMedia[] {
  const [os, media] = list(value, same);
  return list(media, (item) => {
    const fields = list(item, same);
    return {
      os: text(os),
      architecture: text(fields[0]),
      volumeId: textOrNull(fields[1]),
      systemId: textOrNull(fields[2]),
      publisherId: textOrNull(fields[3]),
      applicationId: textOrNull(fields[4]),
      volumeSize: fields[5] === null ? null : count(fields[5]),
      live: truth(fields[6]),
      installer: truth(fields[7]),
      kernel: textOrNull(fields[8]),
      initrd: textOrNull(fields[9]),
      url: textOrNull(fields[10]),
      variants: list(fields[11], text),
      languages: fields[12] === null ? null : decodeLanguages(fields[12], maps),
    };
  });
}

function decodeLanguages(value: unknown, maps: LanguageMaps): OsMedia['languages'] {
  const [pattern, capture, map] = list(value, same);
  return { pattern: text(pattern), capture: truth(capture), map: map === null ? null : at(maps, map) };
}
