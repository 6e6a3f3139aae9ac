import type { DescribedAddress, DescribedDisk, DescribedDrive } from '../../facts/index.ts';
import { cleanLine } from '../text.ts';
import { capacityOf } from './capacity.ts';
import { type Controller, controllerModel } from './controllers.ts';
import { diagnostics } from './diagnostics.ts';
import type { DiskEntry } from './disk-section.ts';
import { field, type Item, title } from './items.ts';
import type { Kind } from './kinds.ts';
import { isTrue, POWERVC } from './names.ts';
import type { Properties } from './properties.ts';
import type { Report } from './report.ts';
import type { Scope } from './scope.ts';
import { parseCount } from './units.ts';

/** A disk with what its votes need. */
export interface PlacedDisk {
  readonly disk: DescribedDisk;
  readonly item: Item;
  readonly controller: Controller | null;
  /** What it hung on in QEMU's and the guest's terms; null when nothing says so. */
  readonly model: Pick<Controller, 'bus' | 'scsiModel' | 'driver'> | null;
}
export interface PlacedDrive {
  readonly drive: DescribedDrive;
  readonly item: Item;
}
export interface Storage {
  readonly disks: readonly PlacedDisk[];
  readonly drives: readonly PlacedDrive[];
}

/** What a HostResource leads to. */
interface Resource {
  readonly entry: DiskEntry | null;
  readonly file: DescribedDisk['file'];
}

const NOWHERE: DescribedAddress = { bus: null, controller: null, controllerIndex: null, unit: null };

/** Disks and drives in the order of controller, then address; what has no address follows in document order. */
export function readStorage(
  devices: readonly { readonly item: Item; readonly kind: Kind }[],
  controllers: ReadonlyMap<string, Controller>,
  scope: Scope,
  properties: Properties,
  report: Report,
): Storage {
  const disks: PlacedDisk[] = [];
  const drives: PlacedDrive[] = [];
  for (const { item, kind } of devices) {
    if (kind !== 'disk' && kind !== 'cdrom' && kind !== 'floppy') continue;
    const resource = resolve(item, kind, scope, report);
    if (resource === undefined) continue;
    const { entry } = resource;
    if (kind !== 'disk' || entry?.disc === true) {
      drives.push({ item, drive: drive(item, kind === 'floppy' ? 'floppy' : 'cdrom', resource, controllers, report) });
    } else if (entry === null || !scope.isOldSnapshot(entry)) {
      disks.push(disk(item, resource, controllers, scope, properties, report));
    }
  }
  const ordered = disks.toSorted((a, b) => position(a.controller) - position(b.controller) || unit(a) - unit(b));
  reportClashes(ordered, report);
  return { disks: ordered, drives };
}

const position = (controller: Controller | null) => controller?.rank ?? Number.MAX_SAFE_INTEGER;
const unit = ({ disk }: PlacedDisk) => disk.address.unit ?? Number.MAX_SAFE_INTEGER;

function disk(
  item: Item,
  { entry, file }: Resource,
  controllers: ReadonlyMap<string, Controller>,
  scope: Scope,
  properties: Properties,
  report: Report,
): PlacedDisk {
  const name = cleanLine(entry?.id ?? title(item));
  const controller = controllers.get(field(item, 'Parent') ?? '') ?? null;
  if (entry?.lun === true) report.add(diagnostics['lun-disk']({ disk: name }, report.at(entry.element)));
  if (entry !== null && entry.parent !== null) {
    const parent = cleanLine(entry.parent);
    report.add(diagnostics['delta-disk']({ disk: name, parent }, report.at(entry.element)));
  }
  const boot = item.element.children.find(({ local, namespace }) => local === 'boot' && namespace === POWERVC);
  return {
    item,
    controller,
    model: controller ?? controllerModel(entry?.ovirtBus ?? '') ?? null,
    disk: {
      name,
      file: entry?.lun === true ? null : file,
      capacity: capacityOf(entry, item, scope.dialect, properties, name, report),
      format: entry?.format ?? null,
      address: addressOf(item, controller, entry),
      bootable: boot === undefined ? (entry?.bootable ?? null) : isTrue(boot.text),
      readOnly:
        entry?.readOnly === true ||
        isTrue(field(item, 'IsReadOnly')) ||
        isTrue(item.settings.get('guestReadOnly') ?? ''),
      parent: entry?.parent ?? null,
      pointer: report.pointer(item.element),
    },
  };
}

function drive(
  item: Item,
  kind: DescribedDrive['kind'],
  { entry, file }: Resource,
  controllers: ReadonlyMap<string, Controller>,
  report: Report,
): DescribedDrive {
  const controller = controllers.get(field(item, 'Parent') ?? '') ?? null;
  const address = kind === 'floppy' ? { ...NOWHERE, bus: 'floppy' as const } : addressOf(item, controller, entry);
  return { kind, file, address, pointer: report.pointer(item.element) };
}

/** From the controller, or, where a dialect has none, from its own words. */
function addressOf(item: Item, controller: Controller | null, entry: DiskEntry | null): DescribedAddress {
  if (controller !== null) {
    const { bus, model, index } = controller;
    return { bus, controller: model, controllerIndex: index, unit: parseCount(field(item, 'AddressOnParent')) };
  }
  const spelled = entry?.ovirtBus ?? null;
  const address = field(item, 'Address') ?? '';
  const number = (name: string) => parseCount(new RegExp(`\\b${name}=(\\d{1,6})\\b`).exec(address)?.[1] ?? null);
  return {
    bus: spelled === null ? (item.type === '19' ? 'xen' : null) : (controllerModel(spelled)?.bus ?? null),
    controller: spelled === null ? null : cleanLine(spelled),
    controllerIndex: number('controller'),
    unit: number('unit') ?? parseCount(field(item, 'AddressOnParent')),
  };
}

/**
 * Item to Disk to File, by identity. Where the chain is broken there is a finding: a disk is left out then, and a drive
 * is empty.
 */
function resolve(item: Item, kind: Kind, scope: Scope, report: Report): Resource | undefined {
  const spelled = field(item, 'HostResource')?.trim() ?? '';
  const found = /^(?:ovf:)?\/*(disk|file)\/+(.+)$/is.exec(spelled);
  const place = report.at(item.fields.get('HostResource') ?? item.element);
  const missing = (name: string): Resource | undefined => {
    const device = cleanLine(title(item));
    if (kind === 'disk') {
      report.add(diagnostics['missing-disk']({ device, disk: cleanLine(name) }, place));
      return undefined;
    }
    report.add(diagnostics['missing-medium']({ device, medium: cleanLine(name) }, place));
    return { entry: null, file: null };
  };
  if (found?.[1]?.toLowerCase() === 'file') {
    const file = scope.files.byId.get(found[2] ?? '');
    if (file === undefined) return missing(spelled);
    return { entry: null, file };
  }
  // oVirt: `GROUP/IMAGE`, or the image alone
  const id = found?.[2] ?? spelled.slice(spelled.lastIndexOf('/') + 1);
  const entry = scope.disks.get(id) ?? scope.disks.get(unescaped(id));
  if (entry === undefined) {
    // nothing at all is a blank disk or an empty drive, and a drive may have been one of the host
    if (found === null && (spelled === '' || kind !== 'disk')) return { entry: null, file: null };
    return missing(id);
  }
  scope.used.add(entry.id);
  if (entry.fileRef !== null && entry.file === null && !entry.lun) {
    const args = { disk: cleanLine(entry.id), file: cleanLine(entry.fileRef) };
    report.add(diagnostics['missing-file'](args, report.at(entry.element)));
    return undefined;
  }
  return { entry, file: entry.file };
}

function unescaped(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

function reportClashes(disks: readonly PlacedDisk[], report: Report): void {
  const seen = new Map<string, PlacedDisk>();
  for (const placed of disks) {
    if (placed.controller === null || placed.disk.address.unit === null) continue;
    const address = `${placed.controller.rank}:${placed.disk.address.unit}`;
    const first = seen.get(address);
    if (first === undefined) {
      seen.set(address, placed);
      continue;
    }
    const args = { first: first.disk.name, second: placed.disk.name };
    report.add(diagnostics['same-address'](args, report.at(placed.item.element)));
  }
}
