import type { Plan, PlanCdrom, PlanDisk } from '../facts/index.ts';
import { textOf } from './values.ts';

/** A disk or CD-ROM drive with its place: libvirt derives the address on bus ide, sata and scsi from the target name. */
export type Drive = { readonly bus: string; readonly target: string } & (
  | { readonly kind: 'disk'; readonly source: PlanDisk }
  | { readonly kind: 'cdrom'; readonly source: PlanCdrom }
);

const PREFIX: { readonly [bus: string]: string } = { virtio: 'vd', ide: 'hd' };

/** `a` to `z`, then `aa`: the numbering of libvirt's virIndexToDiskName. */
function letters(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}

/** The inverse for a whole target name: `sdc` is 2. */
export function targetIndex(target: string): number {
  return [...target.slice(2)].reduce((index, letter) => index * 26 + letter.charCodeAt(0) - 96, 0) - 1;
}

/** Places every drive: names asked for come first, the others take what is free, in order. */
export function placeDrives(plan: Plan): readonly Drive[] {
  const taken = new Set(plan.disks.map((disk) => textOf(plan, 'disk-target', disk.id)));
  const free = (bus: string): string => {
    let index = 0;
    const name = (): string => (PREFIX[bus] ?? 'sd') + letters(index);
    while (taken.has(name())) index += 1;
    taken.add(name());
    return name();
  };
  const cdromBus = textOf(plan, 'cdrom-bus') ?? '';
  return [
    ...plan.disks.map((source): Drive => {
      const bus = textOf(plan, 'disk-bus', source.id) ?? '';
      return { kind: 'disk', source, bus, target: textOf(plan, 'disk-target', source.id) ?? free(bus) };
    }),
    ...plan.cdroms.map((source): Drive => ({ kind: 'cdrom', source, bus: cdromBus, target: free(cdromBus) })),
  ];
}

/** SeaBIOS, SLOF and old kernels look at seven targets of a SCSI controller; of lsilogic the eighth is the adapter. */
const NARROW = 7;
/** virtio-scsi has 256 targets (VIRTIO 1.2, section 5.6.4). */
const WIDE = 255;
const SATA_PORTS = 6;
const IDE_UNITS = 2;

/** Where a drive sits. `unit` counts the places of a target, on bus ide those of a channel. */
export interface Address {
  readonly controller: number;
  readonly bus: number;
  readonly target: number;
  readonly unit: number;
}

/**
 * The address that belongs to a target name: a SCSI target of its own, where libvirt would make logical units of one
 * target of them. vmpvscsi and lsisas1068 have only unit 0, and OVMF looks at eight. Undefined on virtio and usb, where
 * devices are found in the order in which they are plugged.
 */
export function addressOf(plan: Plan, { bus, target }: Drive): Address | undefined {
  const index = targetIndex(target);
  const size = textOf(plan, 'scsi-model') === 'virtio-scsi' ? WIDE : NARROW;
  switch (bus) {
    case 'scsi':
      return { controller: Math.floor(index / size), bus: 0, target: index % size, unit: 0 };
    case 'sata':
      return { controller: Math.floor(index / SATA_PORTS), bus: 0, target: 0, unit: index % SATA_PORTS };
    case 'ide':
      return { controller: 0, bus: Math.floor(index / IDE_UNITS), target: 0, unit: index % IDE_UNITS };
    default:
      return undefined;
  }
}

/** The same in the words of libvirt, whose unit of an lsilogic is the target. */
export function libvirtAddressOf(plan: Plan, drive: Drive): Address | undefined {
  const address = addressOf(plan, drive);
  const swapped = drive.bus === 'scsi' && textOf(plan, 'scsi-model') === 'lsilogic';
  return address !== undefined && swapped ? { ...address, target: address.unit, unit: address.target } : address;
}

/** How many controllers the drives of a bus need. */
export function controllerCount(plan: Plan, drives: readonly Drive[], bus: string): number {
  const used = drives.filter((drive) => drive.bus === bus).map((drive) => addressOf(plan, drive)?.controller ?? 0);
  return Math.max(-1, ...used) + 1;
}
