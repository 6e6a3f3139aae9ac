import { machineFamily } from '../facts/index.ts';
import { isList, isMap, type JsonNode, pointerTo } from './json.ts';

/** The findings for what is never an image's to choose. */
export type RefusalCode =
  | 'refused-host-path'
  | 'refused-back-end'
  | 'refused-address'
  | 'refused-emulator-argument'
  | 'refused-firmware-code'
  | 'refused-host-choice';

/**
 * Names that give such an attempt away, without punctuation. The list only chooses the finding: a name outside the
 * vocabulary is left out in any case.
 */
const NAMES: Readonly<Record<RefusalCode, readonly string[]>> = {
  'refused-host-path': [
    ...['file', 'filename', 'path', 'hostpath', 'source', 'sourcefile', 'disksource', 'diskfile', 'imagepath'],
    ...['backingfile', 'backingstore', 'datafile', 'kernel', 'initrd', 'ramdisk', 'dtb', 'nvram', 'nvramtemplate'],
    ...['nvrampath', 'varstore', 'log', 'logfile', 'iso', 'floppy', 'dir', 'directory', 'mount', 'filesystem'],
    ...['share', 'socket', 'unixsocket', 'emulator', 'emulatorpath', 'binary', 'qemubinary', 'tpmstate', 'template'],
  ],
  'refused-back-end': [
    ...['chardev', 'netdev', 'blockdev', 'drive', 'backend', 'hostdev', 'hostdevice', 'passthrough', 'vhostuser'],
    ...['vfio', 'mdev', 'tpmbackend', 'rngbackend', 'memorybackend', 'memorybacking', 'iothread', 'cache', 'aio'],
    ...['network', 'networks', 'bridge', 'tap', 'macvtap', 'interface', 'portgroup', 'vlan', 'vnc', 'spice'],
    ...['display', 'listen', 'port', 'password', 'passwd', 'tls', 'secret', 'auth', 'monitor', 'qmp', 'tcp', 'udp'],
    ...['telnet', 'seclabel', 'resource', 'cputune', 'numatune', 'pool', 'volume', 'session', 'dhcert'],
  ],
  'refused-address': [
    ...['mac', 'macaddress', 'nicmac', 'address', 'pciaddress', 'pci', 'slot', 'pcislot', 'usbaddress', 'busaddress'],
    ...['deviceaddress', 'wwn', 'wwpn', 'ip', 'ipaddress'],
  ],
  'refused-emulator-argument': [
    ...['arg', 'args', 'argv', 'arguments', 'commandline', 'extraargs', 'qemuargs', 'qemuarguments', 'emulatorargs'],
    ...['qemucommandline', 'options', 'opts', 'qemuoptions', 'machineoptions', 'global', 'globals', 'device'],
    ...['devices', 'property', 'properties', 'override', 'capabilities'],
  ],
  'refused-firmware-code': [
    ...['loader', 'loaderpath', 'code', 'firmwarecode', 'firmwareimage', 'firmwarefile', 'firmwarepath', 'biosimage'],
    ...['biosfile', 'rom', 'romfile', 'optionrom', 'pflash', 'ovmf', 'aavmf', 'acpitable', 'acpitables', 'shim'],
  ],
  'refused-host-choice': [
    ...['virttype', 'accel', 'accelerator', 'hypervisor', 'cpu', 'cpumode', 'cpumodel', 'cpuflags', 'cpufeatures'],
    ...['machineversion', 'diskplacement', 'disktarget', 'graphics', 'uuid', 'genid', 'name', 'hostname', 'domain'],
    ...['domainxml', 'xml', 'libvirt', 'libvirtxml', 'cpupinning', 'hugepages', 'flavor', 'onpoweroff', 'oncrash'],
  ],
};

const CODE_OF: ReadonlyMap<string, RefusalCode> = new Map(
  Object.entries(NAMES).flatMap(([code, names]) => names.map((name) => [name, code as RefusalCode] as const)),
);

const MAC = /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/i;
const PCI = /^(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i;
const WEB = /^https?:\/\//i;
/** An absolute or climbing path, a Windows drive, or what qemu's block layer takes for a protocol (`json:`, `nbd:`). */
const LOCATION = /^(?:\/|\.\.?\/|~|[a-z][a-z0-9+.-]*:)|\\/i;

/** The code for a member name, whichever of its dotted or colon-separated parts gives it away. */
export function refusedName(name: string): RefusalCode | null {
  for (const part of name.slice(0, 256).split(/[.:]/)) {
    const code = CODE_OF.get(part.toLowerCase().replace(/[^a-z0-9]/g, ''));
    if (code !== undefined) return code;
  }
  return null;
}

/** The code for a text that nobody would write but to reach the host. Web addresses are harmless: nothing fetches them. */
export function refusedText(text: string): RefusalCode | null {
  if (MAC.test(text) || PCI.test(text)) return 'refused-address';
  if (text.startsWith('-')) return 'refused-emulator-argument';
  return LOCATION.test(text) && !WEB.test(text) ? 'refused-host-path' : null;
}

/** For a value of the closed vocabulary, where a slash, comma or equals sign cannot be a mistake of spelling. */
export function refusedValue(text: string): RefusalCode | null {
  return (
    refusedText(text) ??
    (/[,=]/.test(text) ? 'refused-emulator-argument' : text.includes('/') ? 'refused-host-path' : null)
  );
}

/** The family of a versioned machine name; undefined for a plain family and for what is no machine at all. */
export function versionedMachineFamily(name: string): string | undefined {
  const family = machineFamily(name);
  return family === undefined || family === name || name === 'pc' ? undefined : family;
}

export interface Refusal {
  readonly code: RefusalCode;
  readonly pointer: string;
}

/** Looks through an unknown member, its name first, for the first thing that is never an image's to choose. */
export function refusalIn(name: string, value: JsonNode, pointer: string): Refusal | null {
  const code = refusedName(name) ?? (typeof value === 'string' ? refusedText(value) : null);
  if (code !== null) return { code, pointer };
  const members: Iterable<readonly [string, JsonNode]> = isMap(value)
    ? value
    : isList(value)
      ? value.map((item, index) => [String(index), item] as const)
      : [];
  for (const [inner, item] of members) {
    const refusal = refusalIn(inner, item, pointerTo(pointer, inner));
    if (refusal !== null) return refusal;
  }
  return null;
}
