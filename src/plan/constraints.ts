import { type Key, keyPath, keySpec, type Value } from '../facts/index.ts';
import { type Devices, slotsOf } from './ballots.ts';
import { COMPATIBILITY } from './compatibility.ts';
import type { Constraint } from './constraint.ts';
import { controllerLacksDriver, type ProvenDrivers } from './drivers.ts';
import { placementConstraints, type Storage } from './placement.ts';

/** The slots of a key: one per device for the keys of a device. */
export const pathsOf = (key: Key, devices: Devices): readonly string[] =>
  slotsOf([key], devices).map((slot) => slot.path);

/** The compatibility table, what drivers a boot disk's controller needs, and where disks can be used from. */
export function constraintsFor(
  input: { readonly disks: readonly Storage[]; readonly drivers: ProvenDrivers | null },
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
  return [
    ...rows,
    ...input.disks.flatMap(placementConstraints),
    ...controllerDrivers(input.drivers, bootDisks, set),
    ...legacyVirtio(input.drivers, devices, bootDisks, set),
  ];
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

/** q35 puts devices on PCI Express, where virtio speaks 1.0 only: a guest that knows 0.9 finds neither disk nor network. */
function legacyVirtio(
  drivers: ProvenDrivers | null,
  devices: Devices,
  bootDisks: readonly string[],
  set: ReadonlySet<string>,
): Constraint[] {
  const legacy = drivers?.legacy ?? new Set<string>();
  const claimed = new Set(drivers?.claims.flatMap(({ boot, running }) => [...boot, ...running]));
  const row = (slot: string, driver: string): Constraint[] =>
    !legacy.has(driver) || claimed.has(driver) || set.has(slot)
      ? []
      : [
          {
            id: 'virtio-0.9-on-pcie',
            why: 'no-driver',
            slots: ['machine', slot],
            reason: `${drivers?.os ?? 'the guest'} knows virtio 0.9 only, and q35 has no place for such a device`,
            holds: (machine?: Value, model?: Value) => !/q35/.test(String(machine ?? '')) || model !== 'virtio',
          },
        ];
  return [
    ...bootDisks.flatMap((disk) => row(keyPath('disk-bus', disk), 'virtio-blk')),
    ...devices.nics.flatMap((nic) => row(keyPath('nic-model', nic), 'virtio-net')),
  ];
}
