import { cleanLine } from '../text.ts';
import type { XmlElement } from '../xml.ts';
import { diagnostics } from './diagnostics.ts';
import type { DiskEntry } from './disk-section.ts';
import { field, type Item } from './items.ts';
import { anyAttribute, attribute } from './names.ts';
import type { Properties } from './properties.ts';
import type { Report } from './report.ts';
import { parseQuantity, unitBytes, wholeBytes } from './units.ts';

const GIB = 2 ** 30;
const MIB = 2 ** 20;

interface Said {
  readonly text: string;
  /** As the document spells it; null without one. */
  readonly unit: string | null;
  /** Bytes of one where no unit is named. */
  readonly otherwise: number;
  readonly at: XmlElement;
}

/** Bytes of a disk as the document gives them; null when it does not, or not in a way that can be used. */
export function capacityOf(
  entry: DiskEntry | null,
  item: Item,
  dialect: string,
  properties: Properties,
  where: string,
  report: Report,
): number | null {
  const said = (entry === null ? undefined : ofEntry(entry, dialect)) ?? ofItem(item);
  return said === undefined ? null : (bytesOf(said, properties, where, report) ?? null);
}

/** `capacity` with its units; oVirt's old exports give `size` in GiB, sometimes alone. */
function ofEntry({ element }: DiskEntry, dialect: string): Said | undefined {
  const capacity = attribute(element, 'capacity')?.trim() ?? '';
  // a wrong name that was seen; VMware takes it for the right one
  const unit = attribute(element, 'capacityAllocationUnits') ?? attribute(element, 'allocationUnits');
  if (capacity !== '') return { text: capacity, unit, otherwise: 1, at: element };
  const size = attribute(element, 'size')?.trim() ?? '';
  return dialect === 'ovirt' && size !== '' ? { text: size, unit: null, otherwise: GIB, at: element } : undefined;
}

/** A disk that only a device describes: vCloud's attribute in MiB, or a quantity with its unit. */
function ofItem(item: Item): Said | undefined {
  const resource = item.fields.get('HostResource');
  const vcloud = resource === undefined ? null : anyAttribute(resource, 'capacity');
  if (resource !== undefined && vcloud !== null) return { text: vcloud, unit: null, otherwise: MIB, at: resource };
  const quantity = item.fields.get('VirtualQuantity');
  if (quantity === undefined) return undefined;
  const block = parseQuantity(field(item, 'VirtualResourceBlockSize') ?? '');
  if (block !== undefined) return { text: quantity.text, unit: null, otherwise: block.value, at: quantity };
  const unit = field(item, 'VirtualQuantityUnits') ?? field(item, 'AllocationUnits');
  // without a unit of bytes it counts disks: `1`
  return unit === null || unitBytes(unit) === undefined
    ? undefined
    : { text: quantity.text, unit, otherwise: 1, at: quantity };
}

function bytesOf(said: Said, properties: Properties, where: string, report: Report): number | undefined {
  const place = report.at(said.at);
  const key = /^\$\{(.{1,200})\}$/.exec(said.text)?.[1];
  const text = key === undefined ? said.text : properties.value(key);
  if (text === undefined) {
    report.add(diagnostics['unknown-property']({ where, property: cleanLine(key ?? '') }, place));
    return undefined;
  }
  const unit = said.unit === null || said.unit.trim() === '' ? said.otherwise : unitBytes(said.unit);
  if (unit === undefined) {
    report.add(diagnostics['unknown-unit']({ field: 'capacity', where, unit: cleanLine(said.unit ?? '') }, place));
    return undefined;
  }
  const quantity = parseQuantity(text);
  const bytes = quantity === undefined ? undefined : wholeBytes(quantity.value, quantity.unit ?? unit);
  if (bytes === undefined || bytes === 0) {
    report.add(diagnostics['bad-number']({ field: 'capacity', where, value: cleanLine(text) }, place));
    return undefined;
  }
  return bytes;
}
