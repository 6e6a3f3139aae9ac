import type { Plan } from '../../facts/index.ts';
import { familyOf } from '../machine.ts';
import { type Address, addressOf, controllerCount, type Drive } from '../places.ts';
import { textOf } from '../values.ts';
import { type Device, virtio } from './slots.ts';

/** libvirt's names of SCSI controllers and QEMU's. */
const SCSI_DRIVER: { readonly [model: string]: string } = {
  lsilogic: 'lsi53c895a',
  lsisas1068: 'mptsas1068',
  lsisas1078: 'megasas',
  vmpvscsi: 'pvscsi',
  ibmvscsi: 'spapr-vscsi',
};

function scsiController(plan: Plan, id: string): Device {
  const driver = SCSI_DRIVER[textOf(plan, 'scsi-model') ?? ''];
  return driver === undefined ? virtio(plan, 'scsi', { id }) : { driver, properties: { id } };
}

/** Controllers that the drives need; q35 has the first for SATA built in, and i440fx that for IDE. */
export function driveControllers(plan: Plan, drives: readonly Drive[]): readonly Device[] {
  const scsi = Array.from({ length: controllerCount(plan, drives, 'scsi') }, (_, index) =>
    scsiController(plan, `scsi${index}`),
  );
  const sata = Array.from({ length: controllerCount(plan, drives, 'sata') }, (_, index) => ({
    driver: 'ich9-ahci',
    properties: { id: `sata${index}` },
  }));
  return [...scsi, ...(familyOf(plan) === 'q35' ? sata.slice(1) : sata)];
}

function sataBus(plan: Plan, { controller, unit }: Address): string {
  return familyOf(plan) === 'q35' && controller === 0 ? `ide.${unit}` : `sata${controller}.${unit}`;
}

const scsiAddress = ({ controller, target }: Address): Device['properties'] => ({
  bus: `scsi${controller}.0`,
  'scsi-id': String(target),
});

const NOWHERE: Address = { controller: 0, bus: 0, target: 0, unit: 0 };

/** A drive on its bus, at the address that belongs to its target name. */
export function driveDevices(plan: Plan, drive: Drive): readonly Device[] {
  const { bus, kind, source } = drive;
  const address = addressOf(plan, drive) ?? NOWHERE;
  const kindOf = (family: string): string => `${family}-${kind === 'cdrom' ? 'cd' : 'hd'}`;
  const common = { drive: source.id, id: `${source.id}-device`, bootindex: source.bootOrder?.toString() };
  switch (bus) {
    case 'virtio':
      return [virtio(plan, 'blk', common)];
    case 'scsi':
      return [{ driver: kindOf('scsi'), properties: { ...scsiAddress(address), ...common } }];
    case 'sata':
      return [{ driver: kindOf('ide'), properties: { bus: sataBus(plan, address), ...common } }];
    case 'ide': {
      const place = { bus: `ide.${address.bus}`, unit: String(address.unit) };
      return [{ driver: kindOf('ide'), properties: { ...place, ...common } }];
    }
    default:
      return kind === 'disk'
        ? [{ driver: 'usb-storage', properties: { bus: 'usb.0', ...common } }]
        : [
            // usb-storage would make a disk of it
            { driver: 'usb-bot', properties: { bus: 'usb.0', id: `${source.id}-bridge` } },
            { driver: 'scsi-cd', properties: { bus: `${source.id}-bridge.0`, 'scsi-id': '0', lun: '0', ...common } },
          ];
  }
}
