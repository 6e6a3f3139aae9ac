import type { Plan } from '../../facts/index.ts';
import { cardSlot } from '../cards.ts';
import { controllerCount, type Drive, libvirtAddressOf } from '../places.ts';
import { textOf } from '../values.ts';
import type { XmlElement } from './xml.ts';

/**
 * Where a drive is plugged in. Undefined for virtio and usb: libvirt gives those places in the order of the document, on
 * every machine.
 */
export function driveAddress(plan: Plan, drive: Drive): XmlElement | undefined {
  const address = libvirtAddressOf(plan, drive);
  if (address === undefined) return undefined;
  return {
    '@type': 'drive',
    '@controller': String(address.controller),
    '@bus': String(address.bus),
    '@target': String(address.target),
    '@unit': String(address.unit),
  };
}

/**
 * Every SCSI controller that is needed, with its model: those that libvirt adds itself are lsilogic, also where the
 * first one is virtio-scsi.
 */
export function scsiControllers(plan: Plan, drives: readonly Drive[]): readonly XmlElement[] {
  return Array.from({ length: controllerCount(plan, drives, 'scsi') }, (_, index) => ({
    '@type': 'scsi',
    '@index': String(index),
    '@model': textOf(plan, 'scsi-model'),
  }));
}

/** The place of a card on the root bus, where it has to be said. */
export function cardAddress(plan: Plan, position: number): XmlElement | undefined {
  const slot = cardSlot(plan, position);
  if (slot === undefined) return undefined;
  return { '@type': 'pci', '@domain': '0x0000', '@bus': '0x00', '@slot': slot, '@function': '0x0' };
}
