import type { Item } from './items.ts';
import { lookUp } from './tables.ts';

export type Kind =
  | 'processor'
  | 'memory'
  | 'controller'
  | 'disk'
  | 'cdrom'
  | 'floppy'
  | 'nic'
  | 'video'
  | 'sound'
  | 'usb'
  | 'serial'
  | 'tpm'
  | 'balloon'
  | 'rng'
  | 'watchdog'
  | 'passthrough'
  /** Of no use outside its hypervisor, or a part of every machine. */
  | 'idle'
  | 'unknown';

/** CIM_ResourceAllocationSettingData.ResourceType, where the number says enough. */
const BY_TYPE: Readonly<Record<string, Kind>> = {
  '3': 'processor',
  '4': 'memory',
  '5': 'controller',
  '6': 'controller',
  '7': 'controller',
  '8': 'controller',
  '10': 'nic',
  '14': 'floppy',
  '15': 'cdrom',
  '16': 'cdrom',
  '17': 'disk',
  // XenServer: a virtual disk image
  '19': 'disk',
  '20': 'controller',
  '21': 'serial',
  '23': 'usb',
  '24': 'video',
  '31': 'disk',
};

/** oVirt's `Type`. The numbers it puts in ResourceType are partly its own: 20, 26 and 32768 are graphics. */
const BY_OVIRT_TYPE: Readonly<Record<string, Kind>> = {
  disk: 'disk',
  interface: 'nic',
  video: 'video',
  graphics: 'idle',
  sound: 'sound',
  balloon: 'balloon',
  rng: 'rng',
  watchdog: 'watchdog',
  tpm: 'tpm',
  controller: 'idle',
  channel: 'idle',
  console: 'serial',
  hostdev: 'passthrough',
};

/** What a device is, by all that the dialects say of it. */
export function kindOfItem(item: Item, dialect: string): Kind {
  const ovirt = lookUp(BY_OVIRT_TYPE, item.ovirt.type);
  if (ovirt === 'disk' && (item.ovirt.device === 'cdrom' || item.ovirt.device === 'floppy')) return item.ovirt.device;
  if (ovirt !== undefined) return ovirt;
  if (dialect === 'ovirt' && ['20', '26', '32768'].includes(item.type)) return item.type === '26' ? 'idle' : 'video';
  return bySubType(item.subType.toLowerCase(), item.type) ?? lookUp(BY_TYPE, item.type) ?? 'unknown';
}

/** Types 1 (other), 34 and 35 and what hides behind 20 are told apart by the subtype alone. */
function bySubType(subType: string, type: string): Kind | undefined {
  if (subType.includes('vtpm')) return 'tpm';
  if (subType.startsWith('vmware.vmci')) return 'idle';
  if (subType.startsWith('vmware.pci.passthrough') || subType.startsWith('vmware.precisionclock')) return 'passthrough';
  if (subType.startsWith('vmware.nvdimm')) return 'unknown';
  if (subType.startsWith('vmware.soundcard') || (type === '35' && SOUND.test(subType))) return 'sound';
  return undefined;
}

const SOUND = /^(?:ensoniq1371|es1371|ac97|sb16|hda|ich6|stac9221|hdaudio)$/;
