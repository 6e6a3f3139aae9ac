import type { DescribedAddress } from '../../facts/index.ts';
import { cleanLine } from '../text.ts';
import { field, type Item } from './items.ts';
import { lookUp } from './tables.ts';
import { parseCount } from './units.ts';

/** What a disk hangs on: where, the QEMU device of the same kind, and the driver the guest has for it. */
export interface Controller {
  readonly bus: DescribedAddress['bus'];
  /** The subtype as spelled. */
  readonly model: string | null;
  /** Value of the key scsi-model; null where QEMU has none such. */
  readonly scsiModel: string | null;
  /** Driver of the hint vocabulary; null when no such driver is needed here. */
  readonly driver: string | null;
  /** Position among the controllers of its bus. */
  readonly index: number;
  /** Sort key over all controllers. */
  readonly rank: number;
}

type Model = Pick<Controller, 'bus' | 'scsiModel' | 'driver'>;

const scsi = (model: string | null): Model => ({ bus: 'scsi', scsiModel: model, driver: model });
const plain = (bus: DescribedAddress['bus'], driver: string | null): Model => ({ bus, scsiModel: null, driver });

/** By subtype, in lower case and without `vmware.` and `.controller`. */
const MODELS: Readonly<Record<string, Model>> = {
  piix3: plain('ide', 'ide'),
  piix4: plain('ide', 'ide'),
  ich6: plain('ide', 'ide'),
  ide: plain('ide', 'ide'),
  lsilogic: scsi('lsilogic'),
  lsilogicsas: scsi('lsisas1068'),
  lsisas1068: scsi('lsisas1068'),
  lsisas1078: scsi('lsisas1078'),
  virtualscsi: scsi('vmpvscsi'),
  pvscsi: scsi('vmpvscsi'),
  virtioscsi: scsi('virtio-scsi'),
  'virtio-scsi': scsi('virtio-scsi'),
  virtio_scsi: scsi('virtio-scsi'),
  spapr_vscsi: scsi('ibmvscsi'),
  buslogic: scsi(null),
  ahci: plain('sata', 'ahci'),
  sata: plain('sata', 'ahci'),
  'sata.ahci': plain('sata', 'ahci'),
  nvme: plain('nvme', 'nvme'),
  virtio: plain('virtio', 'virtio-blk'),
  usb: plain('usb', 'usb-storage'),
};

const BY_TYPE: Readonly<Record<string, Model>> = {
  '5': plain('ide', 'ide'),
  '6': scsi(null),
  '20': plain('sata', 'ahci'),
};

/** The model of one word; undefined for a word nobody knows. */
export function controllerModel(word: string): Model | undefined {
  const name = word
    .toLowerCase()
    .replace(/^vmware\./, '')
    .replace(/\.controller$/, '');
  return lookUp(MODELS, name);
}

/** Controllers by InstanceID. Of two with one id the first counts. */
export function readControllers(items: readonly Item[]): ReadonlyMap<string, Controller> {
  const found = items.map((item, position) => ({ item, position, model: modelOf(item) }));
  const first = new Map<string, number>();
  for (const { model, position } of found) {
    const bus = model?.bus ?? '';
    if (!first.has(bus)) first.set(bus, position);
  }
  const address = ({ item, position }: (typeof found)[number]) => parseCount(field(item, 'Address')) ?? position;
  // buses in the order of the document; on each bus by address, which VMware and VirtualBox count per bus
  const sorted = found.toSorted((a, b) => {
    const [busA, busB] = [a.model?.bus ?? '', b.model?.bus ?? ''];
    if (busA !== busB) return (first.get(busA) ?? 0) - (first.get(busB) ?? 0);
    return address(a) - address(b) || a.position - b.position;
  });
  const counts = new Map<string, number>();
  const controllers = new Map<string, Controller>();
  sorted.forEach(({ item, model }, rank) => {
    const bus = model?.bus ?? null;
    const index = counts.get(bus ?? '') ?? 0;
    counts.set(bus ?? '', index + 1);
    if (controllers.has(item.id)) return;
    const { scsiModel = null, driver = null } = model ?? {};
    const spelled = cleanLine(item.subType);
    controllers.set(item.id, { bus, model: spelled === '' ? null : spelled, scsiModel, driver, index, rank });
  });
  return controllers;
}

/** A subtype may be a list of preferences (`virtio lsilogic`): the first that is known. */
function modelOf({ type, subType }: Item): Model | undefined {
  for (const word of subType.slice(0, 256).split(/[\s,]+/)) {
    const model = controllerModel(word);
    if (model === undefined) continue;
    // `virtio` is virtio-blk on what is called an IDE controller and virtio-scsi on a SCSI one
    return model.bus === 'virtio' && type === '6' ? scsi('virtio-scsi') : model;
  }
  return lookUp(BY_TYPE, type);
}
