import type { DescribedAddress, DescribedDisk, DescribedDrive, DescribedFile } from '../../facts/index.ts';
import { diagnostics } from './diagnostics.ts';
import type { Setting, Settings } from './settings.ts';

/** Order of the buses, and what VMware has on each: controllers, devices on one. */
const BUSES = { scsi: [4, 64], nvme: [4, 64], sata: [4, 30], ide: [2, 2] } as const;
type Bus = keyof typeof BUSES;
const BUS_ORDER: readonly string[] = Object.keys(BUSES);

const DEVICE_KEY = /^(scsi|nvme|sata|ide)(\d{1,3}):(\d{1,3})\.[^.]/;
const FLOPPIES = 2;

/** `fileName` of a device without a file. */
const NO_FILE = /^(?:auto detect|emptybackingstring|-1)?$/i;

interface Place {
  readonly bus: Bus;
  readonly controller: number;
  readonly unit: number;
  /** `scsi0:1`, the prefix of its keys. */
  readonly name: string;
}

export interface Devices {
  readonly disks: readonly DescribedDisk[];
  readonly drives: readonly DescribedDrive[];
  /** Devices of the host that were handed to the machine. */
  readonly passedThrough: readonly Setting<string>[];
  /** Disks whose changes VMware throws away at power off. */
  readonly volatile: readonly string[];
}

/** The disks and drives that are plugged in, in the order of controllers and places on them. */
export function readDevices(settings: Settings): Devices {
  const disks: DescribedDisk[] = [];
  const drives: DescribedDrive[] = [];
  const passedThrough: Setting<string>[] = [];
  const volatile: string[] = [];
  for (const place of places(settings)) {
    if (!isPresent(settings, place)) continue;
    const file = settings.text(`${place.name}.fileName`);
    const type = settings.text(`${place.name}.deviceType`)?.value.toLowerCase() ?? '';
    const address = addressOf(settings, place);
    const pointer = file?.pointer ?? settings.text(`${place.name}.present`)?.pointer ?? place.name;
    if (type.includes('passthru')) passedThrough.push({ value: place.name, pointer });
    else if (isCdrom(type, file?.value)) drives.push({ kind: 'cdrom', file: medium(file, type), address, pointer });
    else if (file === undefined || NO_FILE.test(file.value)) {
      settings.report(diagnostics['disk-without-file']({ device: place.name }, settings.at(pointer)));
    } else {
      disks.push({ ...BARE, name: place.name, file: described(file), format: formatOf(file.value), address, pointer });
      if (isVolatile(settings, place)) volatile.push(place.name);
    }
  }
  return { disks, drives: [...drives, ...floppies(settings)], passedThrough, volatile };
}

const BARE = { capacity: null, bootable: null, readOnly: false, parent: null } as const;

function places(settings: Settings): readonly Place[] {
  const found = new Map<string, Place>();
  for (const key of settings.keys()) {
    const [, bus = '', controller = '', unit = ''] = DEVICE_KEY.exec(key) ?? [];
    if (!isBus(bus)) continue;
    const place = { bus, controller: Number(controller), unit: Number(unit), name: `${bus}${controller}:${unit}` };
    if (found.has(place.name)) continue;
    found.set(place.name, place);
  }
  const possible = [...found.values()].filter(({ bus, controller, unit, name }) => {
    const [controllers, units] = BUSES[bus];
    const fits = controller < controllers && unit < units;
    if (!fits) settings.report(diagnostics['impossible-place']({ device: name }, settings.at(name)));
    return fits;
  });
  return possible.sort(
    (a, b) => BUS_ORDER.indexOf(a.bus) - BUS_ORDER.indexOf(b.bus) || a.controller - b.controller || a.unit - b.unit,
  );
}

function isBus(name: string): name is Bus {
  return Object.hasOwn(BUSES, name);
}

/** A device is there only when its line says so; a file name can stay behind after a disk was removed. */
function isPresent(settings: Settings, { bus, controller, name }: Place): boolean {
  const present = settings.isTrue(`${name}.present`) && settings.flag(`${bus}${controller}.present`)?.value !== false;
  const file = settings.text(`${name}.fileName`);
  if (!present && file !== undefined && formatOf(file.value) === 'vmdk') {
    settings.report(diagnostics['not-present']({ device: name, file: file.value }, settings.at(file.pointer)));
  }
  return present;
}

function isCdrom(type: string, file: string | undefined): boolean {
  if (type !== '') return type.includes('cdrom');
  return file === undefined || NO_FILE.test(file) || /\.iso$/i.test(file);
}

/** The disc in a drive. A drive of the host (`cdrom-raw`, `atapi-cdrom`) has none that could come along. */
function medium(file: Setting<string> | undefined, type: string): DescribedFile | null {
  if (file === undefined || NO_FILE.test(file.value) || (type !== '' && type !== 'cdrom-image')) return null;
  return described(file);
}

function floppies(settings: Settings): readonly DescribedDrive[] {
  return Array.from({ length: FLOPPIES }, (_, index) => `floppy${index}`).flatMap((name, unit) => {
    const present = settings.flag(`${name}.present`);
    if (present?.value !== true) return [];
    const file = settings.text(`${name}.fileName`);
    const isFile = settings.text(`${name}.fileType`)?.value.toLowerCase() === 'file';
    const address = { bus: 'floppy', controller: null, controllerIndex: 0, unit } as const;
    const pointer = file?.pointer ?? present.pointer;
    return [{ kind: 'floppy' as const, file: isFile && file !== undefined ? described(file) : null, address, pointer }];
  });
}

function described({ value, pointer }: Setting<string>): DescribedFile {
  return { href: value, compression: null, chunkSize: null, size: null, pointer };
}

function formatOf(file: string): string | null {
  return /\.vmdk$/i.test(file) ? 'vmdk' : null;
}

function addressOf(settings: Settings, { bus, controller, unit }: Place): DescribedAddress {
  const model = settings.text(`${bus}${controller}.virtualDev`)?.value ?? null;
  return { bus, controller: model, controllerIndex: controller, unit };
}

function isVolatile(settings: Settings, { name }: Place): boolean {
  return /nonpersistent|undoable/i.test(settings.text(`${name}.mode`)?.value ?? '');
}
