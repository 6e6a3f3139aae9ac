import type { XmlElement } from '../xml.ts';
import { anyAttribute, attribute, isFalse, isNil, isOvf, kindOf } from './names.ts';

/** One resource of a VirtualHardwareSection: `Item`, `StorageItem` or `EthernetPortItem`. */
export interface Item {
  readonly element: XmlElement;
  /** InstanceID as spelled, of any form; empty when there is none. */
  readonly id: string;
  /** ResourceType as spelled; empty when there is none. */
  readonly type: string;
  /** ResourceSubType as spelled; empty when there is none. */
  readonly subType: string;
  /** oVirt's own classification beside the ResourceType, in lower case: `disk`, `interface`, `video`, ... */
  readonly ovirt: { readonly type: string; readonly device: string };
  /** false only where the document says so. */
  readonly required: boolean;
  /** `min` and `max` bound a resource, they are none. */
  readonly bound: 'min' | 'max' | null;
  /** Whether it is for some configurations only, this one among them. */
  readonly configured: boolean;
  readonly fields: ReadonlyMap<string, XmlElement>;
  /** VMware's settings of the device, key to value. */
  readonly settings: ReadonlyMap<string, string>;
}

const KINDS = new Set(['Item', 'StorageItem', 'EthernetPortItem']);

/**
 * The resources of a hardware section in one configuration. Where an InstanceID comes with and without a configuration,
 * the one with it counts.
 */
export function readItems(section: XmlElement, configuration: string | null): readonly Item[] {
  const items = section.children
    .filter((element) => KINDS.has(kindOf(element) ?? '') && isFor(element, configuration))
    .map(readItem);
  const slot = ({ id, bound }: Item) => `${bound ?? ''} ${id}`;
  const configured = new Set(items.filter((item) => item.configured && item.id !== '').map(slot));
  return items.filter((item) => item.configured || !configured.has(slot(item)));
}

/** Whether an element with a list of configurations is for the one taken; without a list it is for all. */
export function isFor(element: XmlElement, configuration: string | null): boolean {
  const list = attribute(element, 'configuration')?.trim() ?? '';
  return list === '' || (configuration !== null && list.split(/\s+/).includes(configuration));
}

function readItem(element: XmlElement): Item {
  const fields = new Map<string, XmlElement>();
  const settings = new Map<string, string>();
  for (const field of element.children) {
    if (field.local === 'Config') settings.set(anyAttribute(field, 'key') ?? '', anyAttribute(field, 'value') ?? '');
    else if (!isNil(field) && (field.text !== '' || field.local === 'HostResource') && !fields.has(field.local)) {
      fields.set(field.local, field);
    }
  }
  const text = (name: string) => fields.get(name)?.text ?? '';
  const bound = attribute(element, 'bound')?.trim().toLowerCase();
  return {
    element,
    id: text('InstanceID') || text('InstanceId'),
    type: text('ResourceType'),
    subType: text('ResourceSubType'),
    ovirt: { type: ownText(fields, 'Type'), device: ownText(fields, 'Device') },
    required: !isFalse(attribute(element, 'required')),
    bound: bound === 'min' || bound === 'max' ? bound : null,
    configured: (attribute(element, 'configuration')?.trim() ?? '') !== '',
    fields,
    settings,
  };
}

function ownText(fields: ReadonlyMap<string, XmlElement>, name: string): string {
  const field = fields.get(name);
  return field !== undefined && isOvf(field.namespace) ? field.text.toLowerCase() : '';
}

/** Text of a field; null when there is none. */
export function field(item: Item, name: string): string | null {
  const text = item.fields.get(name)?.text ?? '';
  return text === '' ? null : text;
}

/** What a person calls the device. */
export function title(item: Item): string {
  return field(item, 'ElementName') ?? field(item, 'Caption') ?? (item.id === '' ? 'a device' : `device ${item.id}`);
}
