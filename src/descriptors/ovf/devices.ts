import type { DriverClaim } from '../../facts/index.ts';
import { type Context, devicesOf } from './context.ts';
import type { PlacedDisk } from './disks.ts';
import { lookUp } from './tables.ts';

/** VMware's USB controllers, by their class: the guest's driver is one for all makers. */
const USB: Readonly<Record<string, string>> = { 'vmware.usb.xhci': 'qemu-xhci', 'vmware.usb.ehci': 'ich9-ehci1' };
/** HD Audio is one class too; ensoniq1371 has no equal (QEMU's es1370 needs another driver). */
const SOUND: Readonly<Record<string, string>> = { 'vmware.soundcard.hdaudio': 'ich9', 'vmware.soundcard.sb16': 'sb16' };

/** Exporters that write the same controller and card whatever the guest had. */
const INVENTED = new Set(['xen-orchestra', 'hyper-v']);

/** The devices of the source hypervisor that QEMU has too. */
export function voteDevices(context: Context): void {
  const { storage, nics, ballot, scope } = context;
  if (INVENTED.has(scope.dialect)) return;
  storage.disks.forEach(({ item, model }, index) => {
    const disk = `disk${index}`;
    if (model?.bus != null) ballot.ran('disk-bus', model.bus, item.element, disk, disk);
    if (model?.scsiModel != null) ballot.ran('scsi-model', model.scsiModel, item.element, null, disk);
  });
  nics.forEach(({ item, models }, index) => {
    const [model] = models;
    if (model !== undefined) ballot.ran('nic-model', model, item.element, `nic${index}`);
  });
  const first = (kind: 'usb' | 'sound', table: Readonly<Record<string, string>>) =>
    devicesOf(context, kind).flatMap((item) => {
      const model = lookUp(table, item.subType.toLowerCase());
      return model === undefined ? [] : [{ item, model }];
    })[0];
  const usb = first('usb', USB);
  if (usb !== undefined) ballot.ran('usb-controller', usb.model, usb.item.element);
  const sound = first('sound', SOUND);
  if (sound !== undefined) ballot.ran('sound-model', sound.model, sound.item.element);
  const [serial] = devicesOf(context, 'serial');
  if (serial !== undefined) ballot.ran('serial', true, serial.element);
}

/** The names hint documents use; only the card differs from the key's value. */
const CARD_DRIVERS: Readonly<Record<string, string>> = { virtio: 'virtio-net' };

/** The drivers a guest had to have on the source hypervisor. */
export function driverClaims({ storage, nics, scope }: Context): readonly DriverClaim[] {
  if (INVENTED.has(scope.dialect)) return [];
  const disks = storage.disks.flatMap(({ model }: PlacedDisk, index) =>
    model?.driver == null ? [] : [{ disk: `disk${index}`, boot: [model.driver], running: [] }],
  );
  const cards = new Set(nics.flatMap(({ models }) => models).map((model) => lookUp(CARD_DRIVERS, model) ?? model));
  return cards.size === 0 ? disks : [...disks, { disk: null, boot: [], running: [...cards] }];
}
