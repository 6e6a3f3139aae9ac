import type { Plan } from '../../facts/index.ts';
import { architectureOf, hasExpressBus } from '../machine.ts';
import type { Option } from '../shell.ts';
import { type Properties, word } from './options.ts';

/** A device to be attached. `express`: it goes behind a port of its own where the machine has PCI Express. */
export interface Device {
  readonly driver: string;
  readonly express?: boolean;
  readonly properties: Properties;
}

/** `virtio-blk` as the machine calls it: devices of s390x are on channels, not on PCI. */
export function virtio(plan: Plan, name: string, properties: Properties): Device {
  const ccw = architectureOf(plan) === 's390x';
  return { driver: `virtio-${name}-${ccw ? 'ccw' : 'pci'}`, express: !ccw, properties };
}

const PORTS_PER_SLOT = 8;
/** Slot 1 is left to the graphics adapter, as by libvirt. */
const FIRST_SLOT = 2;

function port(index: number): Option {
  const [slot, part] = [FIRST_SLOT + Math.floor(index / PORTS_PER_SLOT), index % PORTS_PER_SLOT];
  return [
    '-device',
    word('pcie-root-port', {
      id: `port${index}`,
      bus: 'pcie.0',
      chassis: String(index + 1),
      addr: `0x${slot.toString(16)}.0x${part}`,
      multifunction: part === 0 ? 'on' : undefined,
    }),
  ];
}

/**
 * The devices, on machines with PCI Express behind root ports where they belong: beside the root complex a virtio
 * device would also speak its older protocol, and QEMU gives out addresses in order.
 */
export function deviceOptions(plan: Plan, devices: readonly Device[]): readonly Option[] {
  const hasPorts = hasExpressBus(plan);
  const ports: Option[] = [];
  const attached = devices.map(({ driver, express, properties }): Option => {
    if (!hasPorts || express !== true) return ['-device', word(driver, properties)];
    ports.push(port(ports.length));
    return ['-device', word(driver, { bus: `port${ports.length - 1}`, ...properties })];
  });
  return [...ports, ...attached];
}
