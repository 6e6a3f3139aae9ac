import type { Plan } from '../../facts/index.ts';
import { machineFamily } from '../../facts/index.ts';
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

/** Machines whose root bus is PCI Express. */
const EXPRESS_MACHINES: ReadonlySet<string> = new Set(['q35', 'virt']);
/** Cards that libvirt plugs into a PCI Express port; all others go behind a bridge to conventional PCI. */
const EXPRESS_CARDS: ReadonlySet<string> = new Set(['virtio', 'e1000e', 'igb']);

/** Slots of the root bus that no machine uses itself, and that libvirt reaches with more than a hundred ports only. */
const FIRST_SLOT = 0x10;
const SLOTS = 10;

/** The cards that are plugged into a network. */
export const pluggedNics = (plan: Plan): Plan['nics'] =>
  plan.nics.filter((nic) => textOf(plan, 'network', nic.id) !== 'none');

/** Whether libvirt would put some cards behind a bridge, and so after all that are in ports, whatever their order. */
function mixesCards(plan: Plan): boolean {
  if (!EXPRESS_MACHINES.has(machineFamily(textOf(plan, 'machine') ?? '') ?? '')) return false;
  const express = pluggedNics(plan).map((nic) => EXPRESS_CARDS.has(textOf(plan, 'nic-model', nic.id) ?? ''));
  return express.includes(true) && express.includes(false);
}

/** Whether guests find the cards in another order than the plan's: more of them than there are slots. */
export function losesNicOrder(plan: Plan): boolean {
  return mixesCards(plan) && pluggedNics(plan).length > SLOTS;
}

/**
 * The slot of a card on the root bus, where libvirt's own choice would change the order of the cards. Undefined where it
 * keeps it.
 */
export function nicAddress(plan: Plan, position: number): XmlElement | undefined {
  if (!mixesCards(plan) || losesNicOrder(plan)) return undefined;
  return {
    '@type': 'pci',
    '@domain': '0x0000',
    '@bus': '0x00',
    '@slot': `0x${(FIRST_SLOT + position).toString(16)}`,
    '@function': '0x0',
  };
}
