import type { BackingLayer, Plan } from '../../facts/index.ts';
import { textOf } from '../values.ts';
import { type Drive, driverType, targetIndex } from './drives.ts';
import type { XmlElement } from './xml.ts';

const bootElement = (order: number | null): XmlElement | undefined =>
  order === null ? undefined : { '@order': String(order) };

/**
 * The chain below a disk, terminated by an empty element. Without it libvirt probes the chain itself and follows
 * names that stand in image headers.
 */
function backingStore([layer, ...below]: readonly BackingLayer[]): XmlElement {
  if (layer === undefined) return {};
  return {
    '@type': 'file',
    format: { '@type': driverType(layer.format) },
    source: { '@file': layer.path ?? undefined },
    backingStore: backingStore(below),
  };
}

export function diskElement({ bus, target, ...drive }: Drive): XmlElement {
  const disk = drive.kind === 'disk' ? drive.source : null;
  const device = disk?.copy === null && disk.device;
  return {
    '@type': device ? 'block' : 'file',
    '@device': drive.kind,
    driver: { '@name': 'qemu', '@type': disk === null ? 'raw' : driverType((disk.copy ?? disk).format) },
    source: { [device ? '@dev' : '@file']: disk === null ? drive.source.path : (disk.copy ?? disk).path },
    // a copy is flat
    backingStore: disk === null ? undefined : backingStore(disk.copy === null ? disk.backing : []),
    target: { '@dev': target, '@bus': bus },
    readonly: disk === null ? {} : undefined,
    boot: bootElement(drive.source.bootOrder),
  };
}

/** libvirt puts drive N of bus scsi on unit N mod 7 of controller N / 7 (virDomainDiskDefAssignAddress). */
const UNITS_PER_SCSI_CONTROLLER = 7;

/**
 * Every SCSI controller that is needed, with its model: those that libvirt adds itself are lsilogic, also where the
 * first one is virtio-scsi.
 */
export function scsiControllers(plan: Plan, drives: readonly Drive[]): readonly XmlElement[] {
  const used = drives
    .filter((drive) => drive.bus === 'scsi')
    .map((drive) => Math.floor(targetIndex(drive.target) / UNITS_PER_SCSI_CONTROLLER));
  const count = used.length === 0 ? 0 : Math.max(...used) + 1;
  const model = textOf(plan, 'scsi-model');
  return Array.from({ length: count }, (_, index) => ({
    '@type': 'scsi',
    '@index': String(index),
    '@model': model,
  }));
}

export function interfaceElements(plan: Plan): readonly XmlElement[] {
  return plan.nics
    .filter((nic) => textOf(plan, 'network', nic.id) !== 'none')
    .map((nic) => {
      const mac = textOf(plan, 'nic-mac', nic.id);
      return {
        '@type': 'network',
        mac: mac === undefined ? undefined : { '@address': mac },
        source: { '@network': textOf(plan, 'network', nic.id) },
        model: { '@type': textOf(plan, 'nic-model', nic.id) },
        boot: bootElement(nic.bootOrder),
      };
    });
}
