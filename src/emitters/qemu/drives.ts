import type { Plan } from '../../facts/index.ts';
import { type Drive, targetIndex } from '../places.ts';
import { textOf } from '../values.ts';
import { familyOf } from './machine.ts';
import { type Device, virtio } from './slots.ts';

const SATA_PORTS = 6;
/** libvirt's count, also for models with room for more: the same disk has the same address either way. */
const SCSI_UNITS = 7;

/** libvirt's names of SCSI controllers and QEMU's. */
const SCSI_DRIVER: { readonly [model: string]: string } = {
  lsilogic: 'lsi53c895a',
  lsisas1068: 'mptsas1068',
  lsisas1078: 'megasas',
  vmpvscsi: 'pvscsi',
  ibmvscsi: 'spapr-vscsi',
};

/** How many controllers drives of a bus need, when each has `places` of them. */
function controllerCount(drives: readonly Drive[], bus: string, places: number): number {
  const used = drives.filter((drive) => drive.bus === bus).map(({ target }) => targetIndex(target));
  return Math.max(-1, ...used.map((index) => Math.floor(index / places))) + 1;
}

function scsiController(plan: Plan, id: string): Device {
  const driver = SCSI_DRIVER[textOf(plan, 'scsi-model') ?? ''];
  return driver === undefined ? virtio(plan, 'scsi', { id }) : { driver, properties: { id } };
}

/** Controllers that the drives need; q35 has the first for SATA built in, and i440fx that for IDE. */
export function driveControllers(plan: Plan, drives: readonly Drive[]): readonly Device[] {
  const scsi = Array.from({ length: controllerCount(drives, 'scsi', SCSI_UNITS) }, (_, index) =>
    scsiController(plan, `scsi${index}`),
  );
  const sata = Array.from({ length: controllerCount(drives, 'sata', SATA_PORTS) }, (_, index) => ({
    driver: 'ich9-ahci',
    properties: { id: `sata${index}` },
  }));
  return [...scsi, ...(familyOf(plan) === 'q35' ? sata.slice(1) : sata)];
}

function sataBus(plan: Plan, index: number): string {
  const [controller, port] = [Math.floor(index / SATA_PORTS), index % SATA_PORTS];
  return familyOf(plan) === 'q35' && controller === 0 ? `ide.${port}` : `sata${controller}.${port}`;
}

function scsiAddress(plan: Plan, index: number): Device['properties'] {
  const [bus, unit] = [`scsi${Math.floor(index / SCSI_UNITS)}.0`, String(index % SCSI_UNITS)];
  const isVirtio = SCSI_DRIVER[textOf(plan, 'scsi-model') ?? ''] === undefined;
  return isVirtio ? { bus, channel: '0', 'scsi-id': '0', lun: unit } : { bus, 'scsi-id': unit };
}

/** A drive on its bus, with the addresses that libvirt derives from target names. */
export function driveDevices(plan: Plan, drive: Drive): readonly Device[] {
  const { bus, kind, target, source } = drive;
  const index = targetIndex(target);
  const kindOf = (family: string): string => `${family}-${kind === 'cdrom' ? 'cd' : 'hd'}`;
  const common = { drive: source.id, id: `${source.id}-device`, bootindex: source.bootOrder?.toString() };
  switch (bus) {
    case 'virtio':
      return [virtio(plan, 'blk', common)];
    case 'scsi':
      return [{ driver: kindOf('scsi'), properties: { ...scsiAddress(plan, index), ...common } }];
    case 'sata':
      return [{ driver: kindOf('ide'), properties: { bus: sataBus(plan, index), ...common } }];
    case 'ide': {
      const place = { bus: `ide.${Math.floor(index / 2)}`, unit: String(index % 2) };
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
