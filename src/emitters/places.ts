import type { Plan, PlanCdrom, PlanDisk } from '../facts/index.ts';
import { textOf } from './values.ts';

/** A disk or CD-ROM drive with its place: libvirt derives the address on bus ide, sata and scsi from the target name. */
export type Drive = { readonly bus: string; readonly target: string } & (
  | { readonly kind: 'disk'; readonly source: PlanDisk }
  | { readonly kind: 'cdrom'; readonly source: PlanCdrom }
);

const PREFIX: { readonly [bus: string]: string } = { virtio: 'vd', ide: 'hd' };

/** `a` to `z`, then `aa`. */
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
