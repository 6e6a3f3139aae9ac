import { children, type XmlElement } from '../../facts/xml.ts';
import { readDriver, readFirmware, readImage, readMedia, readResources, readTree } from './parts.ts';
import { type Context, type Entries, incomplete, type Place, type RawSystem, RESOURCE_KINDS } from './raw.ts';
import { textOf } from './xml.ts';

/** What of an entry is one text, the last file that has it deciding. */
const WORDS = [
  ...['name', 'version', 'vendor', 'codename', 'family', 'distro'],
  ...['release-status', 'release-date', 'eol-date'],
] as const;

export function readSystem(entries: Entries, id: string, element: XmlElement, context: Context): void {
  const place = { uri: context.uri, pointer: element.place };
  const system = entries.systems.get(id) ?? newSystem(id, place);
  entries.systems.set(id, system);
  for (const word of WORDS) {
    const text = textOf(element, word);
    if (text !== null) system.words.set(word, text);
  }
  for (const { text } of children(element, 'short-id')) if (text !== '') system.shortIds.add(text);
  for (const [name, relation] of [
    ['derives-from', system.parents.derives],
    ['clones', system.parents.clones],
  ] as const) {
    for (const { attributes, place: pointer } of children(element, name)) {
      const target = attributes.get('id');
      if (target === undefined) incomplete(context, name, 'id', pointer);
      else put(relation, target, { uri: context.uri, pointer });
    }
  }
  for (const device of children(element, 'devices').flatMap((devices) => children(devices, 'device'))) {
    const target = device.attributes.get('id');
    if (target === undefined) incomplete(context, 'device', 'id', device.place);
    else put(system.devices, target, device.attributes.get('supported') !== 'false');
  }
  for (const variant of children(element, 'variant')) {
    const variantId = variant.attributes.get('id');
    if (variantId === undefined) incomplete(context, 'variant', 'id', variant.place);
    else put(system.variants, variantId, textOf(variant, 'name') ?? variantId);
  }
  const each = <T>(
    name: string,
    into: Map<string, T>,
    read: (part: XmlElement, context: Context) => T | null,
    kind = '',
  ) => {
    for (const [index, part] of children(element, name).entries()) {
      const value = read(part, context);
      if (value !== null) put(into, `${kind} ${context.file}:${index}`, value);
    }
  };
  each('firmware', system.firmware, readFirmware);
  each('media', system.media, readMedia);
  each('tree', system.trees, readTree);
  each('image', system.images, readImage);
  each('driver', system.drivers, readDriver);
  for (const kind of RESOURCE_KINDS) {
    each('resources', system.resources, (part, where) => readResources(part, kind, where), kind);
  }
}

export function readDevice(entries: Entries, id: string, element: XmlElement): void {
  const before = entries.devices.get(id);
  entries.devices.set(id, {
    id,
    name: textOf(element, 'name') ?? before?.name ?? id,
    bus: textOf(element, 'bus-type') ?? before?.bus ?? busOf(id),
    class: textOf(element, 'class') ?? before?.class ?? null,
  });
}

export function readDatamap(entries: Entries, id: string, element: XmlElement): void {
  const map = entries.datamaps.get(id) ?? new Map<string, string>();
  entries.datamaps.set(id, map);
  for (const { attributes } of children(element, 'entry')) {
    const [inval, outval] = [attributes.get('inval'), attributes.get('outval')];
    if (inval !== undefined && outval !== undefined) map.set(inval, outval);
  }
}

/** libosinfo knows the names of these buses from pci.ids and usb.ids; the ids of the records say the same. */
function busOf(id: string): string | null {
  return /^http:\/\/(?:pcisig\.com|usb\.org)\/(pci|usb)\//.exec(id)?.[1] ?? null;
}

/** What comes again goes to the end. */
function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
}

function newSystem(id: string, place: Place): RawSystem {
  return {
    id,
    shortIds: new Set(),
    words: new Map(),
    parents: { derives: new Map(), clones: new Map() },
    devices: new Map(),
    firmware: new Map(),
    resources: new Map(),
    media: new Map(),
    trees: new Map(),
    images: new Map(),
    drivers: new Map(),
    variants: new Map(),
    place,
  };
}
