import { type Key, keyPath, keySpec, type Value } from '../facts/index.ts';
import { type Devices, slotsOf } from './ballots.ts';
import { COMPATIBILITY } from './compatibility.ts';
import type { Constraint } from './constraint.ts';
import { usedInPlace } from './defaults.ts';
import { controllerLacksDriver, type ProvenDrivers } from './drivers.ts';

/** A disk as far as constraints look at it. */
export interface ConstrainedDisk {
  readonly id: string;
  readonly format: string;
}

/** The slots of a key: one per device for the keys of a device. */
export const pathsOf = (key: Key, devices: Devices): readonly string[] =>
  slotsOf([key], devices).map((slot) => slot.path);

/** The compatibility table, what drivers a boot disk's controller needs, and where disks can be used from. */
export function constraintsFor(
  input: { readonly disks: readonly ConstrainedDisk[]; readonly drivers: ProvenDrivers | null },
  devices: Devices,
  bootDisks: readonly string[],
  set: ReadonlySet<string>,
): Constraint[] {
  const rows = COMPATIBILITY.flatMap((row): Constraint[] => {
    // a row looks at the keys of one device, so it stands once for each
    const scope = row.keys.map((key) => keySpec(key).scope).find((found) => found !== 'machine');
    const disks = row.boot === true ? bootDisks : devices.disks;
    const subjects = scope === undefined ? [null] : scope === 'nic' ? devices.nics : disks;
    return subjects.flatMap((subject) => {
      const slots = row.keys.map((key) => (keySpec(key).scope === 'machine' ? key : keyPath(key, subject)));
      if (row.yields === true && slots.some((slot) => set.has(slot))) return [];
      return [{ id: row.id, why: 'incompatible' as const, slots, reason: row.reason, holds: row.holds }];
    });
  });
  return [...rows, ...input.disks.map(placementOf), ...controllerDrivers(input.drivers, bootDisks, set)];
}

/** What is no raw or qcow2 disk has to be converted first; overlays are not made yet. */
function placementOf(disk: ConstrainedDisk): Constraint {
  const inPlace = usedInPlace(disk.format);
  return {
    id: 'placement-of-format',
    why: 'incompatible',
    slots: [keyPath('disk-placement', disk.id)],
    reason: inPlace ? 'overlays are not made yet' : `a ${disk.format} disk has to be converted before it is used`,
    holds: (placement) => placement === undefined || placement === 'copy' || (placement === 'in-place' && inPlace),
  };
}

/** A disk on bus scsi needs the driver of the very controller it hangs on. */
function controllerDrivers(
  drivers: ProvenDrivers | null,
  bootDisks: readonly string[],
  set: ReadonlySet<string>,
): Constraint[] {
  if (drivers === null) return [];
  return bootDisks.flatMap((disk) => {
    const slots = [keyPath('disk-bus', disk), 'scsi-model'];
    if (slots.some((slot) => set.has(slot))) return [];
    return [
      {
        id: 'scsi-controller-driver',
        why: 'no-driver' as const,
        slots,
        reason: `nothing proves a driver for that SCSI controller in ${drivers.os}`,
        holds: (bus?: Value, model?: Value) =>
          bus !== 'scsi' || model === undefined || !controllerLacksDriver(model, disk, drivers),
      },
    ];
  });
}
