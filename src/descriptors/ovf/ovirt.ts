import type { XmlElement } from '../xml.ts';
import type { Context } from './context.ts';
import { devicesOf } from './context.ts';
import { field, type Item } from './items.ts';
import { child, textOf } from './names.ts';
import { lookUp } from './tables.ts';
import { parseCount } from './units.ts';

interface Bios {
  readonly machine: string;
  readonly firmware: string;
  readonly secureBoot: boolean;
}

/** BiosType as written: one less than in ovirt-engine's own enumeration. */
const BIOS: Readonly<Record<string, Bios>> = {
  '0': { machine: 'i440fx', firmware: 'bios', secureBoot: false },
  '1': { machine: 'q35', firmware: 'bios', secureBoot: false },
  '2': { machine: 'q35', firmware: 'uefi', secureBoot: false },
  '3': { machine: 'q35', firmware: 'uefi', secureBoot: true },
};

/** Firmware and machine of an oVirt or RHV export. QEMU was underneath, so its devices are QEMU's. */
export function voteOvirt(context: Context): void {
  const { system, ballot, scope } = context;
  if (scope.dialect !== 'ovirt') return;
  const element = child(system, 'BiosType');
  const bios = element === undefined ? undefined : lookUp(BIOS, element.text);
  if (element !== undefined && bios !== undefined) {
    ballot.say('firmware', bios.firmware, element);
    if (bios.firmware === 'uefi') ballot.say('secure-boot', bios.secureBoot, element);
    ballot.ran('machine', bios.machine, element);
  } else if (element === undefined && !scope.byVirtV2v) {
    // what the engine takes a missing one for; virt-v2v leaves it out to mean the default of the cluster
    ballot.say('firmware', 'bios', system);
  }
  voteQemuDevices(context);
}

function voteQemuDevices(context: Context): void {
  const { ballot } = context;
  const model = (item: Item) => textOf(child(item.element, 'SpecParams'), 'model')?.toLowerCase();
  for (const item of devicesOf(context, 'video')) ballot.ran('video-model', item.ovirt.device, item.element);
  for (const item of devicesOf(context, 'sound')) ballot.ran('sound-model', item.ovirt.device, item.element);
  for (const item of devicesOf(context, 'balloon')) ballot.ran('memballoon', model(item) ?? 'virtio', item.element);
  for (const item of devicesOf(context, 'rng')) ballot.ran('rng', 'virtio', item.element);
  for (const item of devicesOf(context, 'watchdog'))
    ballot.ran('watchdog', model(item) ?? item.ovirt.device, item.element);
}

type BootKind = 'disk' | 'cdrom' | 'nic';

/** default_boot_sequence (BootSequence of ovirt-engine): C disk, D CD-ROM, N network. */
const SEQUENCES = ['C', 'DC', 'N', 'CDN', 'CND', 'DCN', 'DNC', 'NCD', 'NDC', 'CD', 'D', 'CN', 'DN', 'NC', 'ND'];
const LETTERS: Readonly<Record<string, BootKind>> = { C: 'disk', D: 'cdrom', N: 'nic' };

/** The order by kind of device; empty where none is said. */
export function ovirtBoot(system: XmlElement): readonly { readonly kind: BootKind; readonly at: XmlElement }[] {
  const at = child(system, 'default_boot_sequence');
  const letters = at === undefined ? undefined : SEQUENCES[parseCount(at.text) ?? -1];
  if (at === undefined || letters === undefined) return [];
  return [...letters].flatMap((letter) => {
    const kind = lookUp(LETTERS, letter);
    return kind === undefined ? [] : [{ kind, at }];
  });
}

/** The position of a device in the boot order, from 1; null without one (0 means the same). */
export function ovirtBootOrder(item: Item): number | null {
  return parseCount(field(item, 'BootOrder')) || null;
}
