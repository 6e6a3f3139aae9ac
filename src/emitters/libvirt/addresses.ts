import type { Plan } from '../../facts/index.ts';
import { cardSlot } from '../cards.ts';
import { textOf } from '../values.ts';
import { type Drive, targetIndex } from './drives.ts';
import type { XmlElement } from './xml.ts';

/** SeaBIOS, SLOF and old kernels look at seven targets of a controller; with lsilogic the eighth is the adapter. */
const NARROW = 7;
/** virtio-scsi has 256 targets (VIRTIO 1.2, section 5.6.4). */
const WIDE = 255;
const SATA_PORTS = 6;
const IDE_UNITS = 2;

const drivesPerScsiController = (model: string | undefined): number => (model === 'virtio-scsi' ? WIDE : NARROW);

/**
 * Where drive N of a SCSI bus sits: a target of its own, logical unit 0. libvirt would make logical units of one target
 * of them, where vmpvscsi and lsisas1068 have only unit 0 and OVMF looks at eight. What libvirt calls the unit of an
 * lsilogic is the target.
 */
function scsiAddress(model: string | undefined, index: number): XmlElement {
  const size = drivesPerScsiController(model);
  const [controller, place] = [Math.floor(index / size), index % size];
  return model === 'lsilogic' ? driveAddress(controller, 0, 0, place) : driveAddress(controller, 0, place, 0);
}

function driveAddress(controller: number, bus: number, target: number, unit: number): XmlElement {
  return {
    '@type': 'drive',
    '@controller': String(controller),
    '@bus': String(bus),
    '@target': String(target),
    '@unit': String(unit),
  };
}

/**
 * Where a drive is plugged in, by its target name. Undefined for virtio and usb: libvirt gives those places in the order
 * of the document, on every machine.
 */
export function driveAddressOf(plan: Plan, { bus, target }: Drive): XmlElement | undefined {
  const index = targetIndex(target);
  switch (bus) {
    case 'scsi':
      return scsiAddress(textOf(plan, 'scsi-model'), index);
    case 'sata':
      return driveAddress(Math.floor(index / SATA_PORTS), 0, 0, index % SATA_PORTS);
    case 'ide':
      return driveAddress(0, Math.floor(index / IDE_UNITS), 0, index % IDE_UNITS);
    default:
      return undefined;
  }
}

/**
 * Every SCSI controller that is needed, with its model: those that libvirt adds itself are lsilogic, also where the
 * first one is virtio-scsi.
 */
export function scsiControllers(plan: Plan, drives: readonly Drive[]): readonly XmlElement[] {
  const model = textOf(plan, 'scsi-model');
  const used = drives.flatMap(({ bus, target }) => (bus === 'scsi' ? [targetIndex(target)] : []));
  const count = used.length === 0 ? 0 : Math.floor(Math.max(...used) / drivesPerScsiController(model)) + 1;
  return Array.from({ length: count }, (_, index) => ({
    '@type': 'scsi',
    '@index': String(index),
    '@model': model,
  }));
}

/** The place of a card on the root bus, where it has to be said. */
export function cardAddress(plan: Plan, position: number): XmlElement | undefined {
  const slot = cardSlot(plan, position);
  if (slot === undefined) return undefined;
  return { '@type': 'pci', '@domain': '0x0000', '@bus': '0x00', '@slot': slot, '@function': '0x0' };
}
