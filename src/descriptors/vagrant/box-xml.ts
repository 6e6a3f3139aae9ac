import { type DescribedAddress, type DescribedNic, machineFamily, type Vote } from '../../facts/index.ts';
import { cleanLine } from '../../facts/text.ts';
import { XmlProblem } from '../../facts/xml.ts';
import { architectureNamed } from '../architecture.ts';
import { macAddress } from '../mac.ts';
import { VoteList } from '../vote-list.ts';
import { child, children, readXmlTree, type XmlElement } from '../xml-tree.ts';

const MAX_DEVICES = 128;

export interface DomainReading {
  readonly name: string | null;
  readonly nics: readonly DescribedNic[];
  /** In document order. */
  readonly disks: readonly DomainDisk[];
  /** What it recommends for a machine that has these of its disks, in this order; undefined stands for another disk. */
  votes(disks: readonly (DomainDisk | undefined)[]): readonly Vote[];
}

export interface DomainDisk {
  /** Without its directory, which belongs to another host; null where it is no file. */
  readonly file: string | null;
  readonly address: DescribedAddress;
  readonly pointer: string;
}

/**
 * Reads the facts about the guest out of a domain of libvirt (https://libvirt.org/formatdomain.html). Paths, networks
 * and other back ends are those of the host that it was written on, and are not looked at.
 */
export function readDomain(
  bytes: Buffer,
  uri: string,
): DomainReading | { readonly problem: string; readonly pointer: string } {
  let root: XmlElement;
  try {
    root = readXmlTree(bytes);
  } catch (error) {
    if (!(error instanceof XmlProblem)) throw error;
    return { problem: error.message, pointer: error.place };
  }
  if (root.local !== 'domain') return { problem: `its root is ${root.name}, not domain`, pointer: root.pointer };
  const devices = child(root, 'devices');
  const disks = children(devices, 'disk')
    .filter(({ attributes }) => (attributes.get('device') ?? 'disk') === 'disk')
    .slice(0, MAX_DEVICES)
    .map(readDisk);
  const interfaces = children(devices, 'interface').slice(0, MAX_DEVICES);
  return {
    name: cleanLine((child(root, 'name')?.text ?? '').slice(0, 512)) || null,
    nics: interfaces.map(readNic),
    disks,
    votes(used) {
      const list = new VoteList(uri);
      machineVotes(root, list);
      firmwareVotes(child(root, 'os'), list);
      deviceVotes(root, list);
      used.forEach((disk, index) => {
        if (disk !== undefined) list.device('disk-bus', [disk.address.bus], disk.pointer, `disk${index}`);
      });
      interfaces.forEach((element, index) => {
        const model = child(element, 'model');
        if (model !== undefined) list.device('nic-model', [model.attributes.get('type')], model.pointer, `nic${index}`);
      });
      return list.votes;
    },
  };
}

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  bytes: 1,
  kb: 1e3,
  k: 2 ** 10,
  kib: 2 ** 10,
  mb: 1e6,
  m: 2 ** 20,
  mib: 2 ** 20,
  gb: 1e9,
  g: 2 ** 30,
  gib: 2 ** 30,
  tb: 1e12,
  t: 2 ** 40,
  tib: 2 ** 40,
};

function machineVotes(root: XmlElement, list: VoteList): void {
  const memory = child(root, 'memory');
  const unit = (memory?.attributes.get('unit') ?? 'KiB').toLowerCase();
  const factor = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  if (memory !== undefined && factor !== undefined && /^\d{1,15}$/.test(memory.text)) {
    list.say('memory-mib', [Math.round((Number(memory.text) * factor) / 2 ** 20)], memory.pointer);
  }
  const vcpu = child(root, 'vcpu');
  if (vcpu !== undefined) list.say('vcpus', [vcpu.text], vcpu.pointer);
  const topology = child(child(root, 'cpu'), 'topology');
  const [sockets, cores, threads] = ['sockets', 'cores', 'threads'].map((name) => topology?.attributes.get(name));
  if (topology !== undefined) list.say('cpu-topology', [`${sockets}:${cores}:${threads}`], topology.pointer);
  const type = child(child(root, 'os'), 'type');
  const architecture = architectureNamed(type?.attributes.get('arch') ?? '');
  if (type !== undefined && architecture !== undefined) list.say('architecture', [architecture], type.pointer);
  const machine = type?.attributes.get('machine');
  if (type !== undefined && machine !== undefined) list.say('machine', [machineFamily(machine)], type.pointer);
  const clock = child(root, 'clock');
  if (clock !== undefined) list.say('clock-offset', [clock.attributes.get('offset')], clock.pointer);
  const os = child(child(child(root, 'metadata'), 'libosinfo'), 'os');
  if (os !== undefined) list.say('os', [os.attributes.get('id')], os.pointer);
}

/** A domain without a loader starts SeaBIOS on x86; on other architectures silence says nothing. */
function firmwareVotes(os: XmlElement | undefined, list: VoteList): void {
  if (os === undefined) return;
  const loader = child(os, 'loader');
  const wanted = os.attributes.get('firmware');
  const type = child(os, 'type');
  const secure = children(child(os, 'firmware'), 'feature').find(
    ({ attributes }) => attributes.get('name') === 'secure-boot',
  );
  if (wanted === 'bios') list.say('firmware', ['bios'], os.pointer);
  else if (wanted === 'efi') list.say('firmware', ['uefi'], os.pointer);
  else if (loader?.attributes.get('type') === 'pflash') list.say('firmware', ['uefi'], loader.pointer);
  else if (loader === undefined && architectureNamed(type?.attributes.get('arch') ?? '') === 'x86_64') {
    list.say('firmware', ['bios'], os.pointer);
  }
  // the attribute `secure` of the loader says what the firmware is capable of, not that it enforces anything
  if (secure !== undefined) list.say('secure-boot', [secure.attributes.get('enabled')], secure.pointer);
}

/** Elements of `devices` whose model is a value of a key of ours. */
const MODELS = [
  ['sound', 'sound-model'],
  ['watchdog', 'watchdog'],
] as const;

function deviceVotes(root: XmlElement, list: VoteList): void {
  const devices = child(root, 'devices');
  for (const [name, key] of MODELS) {
    const element = child(devices, name);
    if (element !== undefined) list.device(key, [element.attributes.get('model')], element.pointer);
  }
  for (const controller of children(devices, 'controller').slice(0, MAX_DEVICES)) {
    const { attributes, pointer } = controller;
    if (attributes.get('type') === 'scsi') list.device('scsi-model', [attributes.get('model')], pointer);
    if (attributes.get('type') === 'usb') list.device('usb-controller', [attributes.get('model')], pointer);
  }
  const video = child(child(devices, 'video'), 'model');
  if (video !== undefined) list.device('video-model', [video.attributes.get('type')], video.pointer);
  const tpm = child(devices, 'tpm');
  const version = child(tpm, 'backend')?.attributes.get('version');
  if (tpm !== undefined) list.say('tpm', [version ?? '2.0'], tpm.pointer);
  const agent = children(devices, 'channel').find(
    (channel) => child(channel, 'target')?.attributes.get('name') === 'org.qemu.guest_agent.0',
  );
  if (agent !== undefined) list.device('guest-agent', [true], agent.pointer);
}

function readNic(element: XmlElement): DescribedNic {
  const model = child(element, 'model');
  return {
    model: model?.attributes.get('type') ?? null,
    mac: macAddress(child(element, 'mac')?.attributes.get('address') ?? ''),
    // the name of a network or bridge of another host
    network: null,
    pointer: element.pointer,
  };
}

const BUSES = ['ide', 'sata', 'scsi', 'virtio', 'usb', 'xen'] as const;

function readDisk(disk: XmlElement): DomainDisk {
  const target = child(disk, 'target');
  const bus = target?.attributes.get('bus');
  const address = child(disk, 'address')?.attributes;
  const number = (name: string): number | null => {
    const text = address?.get(name) ?? '';
    return /^\d{1,4}$/.test(text) ? Number(text) : null;
  };
  return {
    file: child(disk, 'source')?.attributes.get('file')?.split(/[/\\]/).at(-1) || null,
    address: {
      bus: BUSES.find((known) => known === bus) ?? null,
      controller: null,
      controllerIndex: number('controller'),
      unit: number('unit'),
    },
    pointer: (target ?? disk).pointer,
  };
}
