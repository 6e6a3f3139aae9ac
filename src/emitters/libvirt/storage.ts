import { type Plan, wholeSectors } from '../../facts/index.ts';
import { pluggedCards } from '../cards.ts';
import { driverType } from '../formats.ts';
import { isReadOnly, type Layer, layersOf } from '../layers.ts';
import type { Drive } from '../places.ts';
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
    '@type': typeOf(layer),
    format: { '@type': driverType(layer.format) },
    source: sourceElement(layer),
    backingStore: backingStore(below),
  };
}

const typeOf = ({ device }: Layer): string => (device ? 'block' : 'file');

function sourceElement({ path, slice, device }: Layer): XmlElement {
  if (path === null) return {};
  const named = { [device ? '@dev' : '@file']: path };
  if (slice === null) return named;
  const { offset, size } = wholeSectors(slice);
  return {
    ...named,
    slices: { slice: { '@type': 'storage', '@offset': String(offset), '@size': String(size) } },
  };
}

/** libvirt would give an archive to the user that QEMU runs as, and never give it back. */
const KEEP_OWNER: XmlElement = { '@model': 'dac', '@relabel': 'no' };

export function diskElement(plan: Plan, drive: Drive): XmlElement {
  const { kind, bus, target, source } = drive;
  const { top, below } = layersOf(drive);
  return {
    '@type': typeOf(top),
    '@device': kind,
    driver: { '@name': 'qemu', '@type': driverType(top.format) },
    source: { ...sourceElement(top), seclabel: top.slice === null ? undefined : KEEP_OWNER },
    backingStore: kind === 'cdrom' ? undefined : backingStore(below),
    target: { '@dev': target, '@bus': bus },
    readonly: isReadOnly(drive) ? {} : undefined,
    boot: bootElement(source.bootOrder),
    address: driveAddress(plan, drive),
  };
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
