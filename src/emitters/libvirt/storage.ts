import {
  type BackingLayer,
  type Plan,
  type PlanCdrom,
  type PlanDisk,
  type Slice,
  wholeSectors,
} from '../../facts/index.ts';
import { pluggedCards } from '../cards.ts';
import { driverType } from '../formats.ts';
import { type Drive, isReadOnly } from '../places.ts';
import { textOf } from '../values.ts';
import { cardAddress, driveAddress } from './addresses.ts';
import type { XmlElement } from './xml.ts';

const bootElement = (order: number | null): XmlElement | undefined =>
  order === null ? undefined : { '@order': String(order) };

/**
 * The chain below a disk, terminated by an empty element. Without it libvirt probes the chain itself and follows
 * names that stand in image headers.
 */
function backingStore([layer, ...below]: readonly Layer[]): XmlElement {
  if (layer === undefined) return {};
  return {
    '@type': 'file',
    format: { '@type': driverType(layer.format) },
    source: layer.path === null ? {} : fileSource(layer.path, layer.slice),
    backingStore: backingStore(below),
  };
}

type Layer = Pick<BackingLayer, 'format' | 'path'> & { readonly slice: Slice | null };

function fileSource(path: string, slice: Slice | null): XmlElement {
  if (slice === null) return { '@file': path };
  const { offset, size } = wholeSectors(slice);
  return {
    '@file': path,
    slices: { slice: { '@type': 'storage', '@offset': String(offset), '@size': String(size) } },
  };
}

export function diskElement(plan: Plan, drive: Drive): XmlElement {
  const { bus, target } = drive;
  return {
    ...(drive.kind === 'disk' ? disk(drive.source) : disc(drive.source)),
    target: { '@dev': target, '@bus': bus },
    readonly: isReadOnly(drive) ? {} : undefined,
    boot: bootElement(drive.source.bootOrder),
    address: driveAddress(plan, drive),
  };
}

const disc = (source: PlanCdrom): XmlElement => ({
  '@type': 'file',
  '@device': 'cdrom',
  driver: { '@name': 'qemu', '@type': 'raw' },
  source: inPlace(source.path, source.slice),
});

function disk(source: PlanDisk): XmlElement {
  const { copy, overlay, path, format, slice, backing } = source;
  const made = copy ?? overlay;
  const device = made === null && source.device;
  const layers = backing.map((layer): Layer => ({ ...layer, slice: null }));
  // a copy is flat
  const below = copy !== null ? [] : overlay !== null ? [{ path, format, slice }, ...layers] : layers;
  return {
    '@type': device ? 'block' : 'file',
    '@device': 'disk',
    driver: { '@name': 'qemu', '@type': driverType((made ?? source).format) },
    source: device ? { '@dev': path } : made === null ? inPlace(path, slice) : fileSource(made.path, null),
    backingStore: backingStore(below),
  };
}

/** libvirt would give the archive to the user that QEMU runs as, and never give it back. */
function inPlace(path: string, slice: Slice | null): XmlElement {
  const source = fileSource(path, slice);
  return slice === null ? source : { ...source, seclabel: { '@model': 'dac', '@relabel': 'no' } };
}

export function interfaceElements(plan: Plan): readonly XmlElement[] {
  return pluggedCards(plan).map((nic, position) => {
    const mac = textOf(plan, 'nic-mac', nic.id);
    return {
      '@type': 'network',
      mac: mac === undefined ? undefined : { '@address': mac },
      source: { '@network': textOf(plan, 'network', nic.id) },
      model: { '@type': textOf(plan, 'nic-model', nic.id) },
      boot: bootElement(nic.bootOrder),
      address: cardAddress(plan, position),
    };
  });
}
