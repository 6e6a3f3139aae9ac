import { ARCHITECTURES, isVersionedMachine, MACHINE_FAMILIES } from './platforms.ts';

/**
 * The one vocabulary, kebab-case, from hints to reports (contract, section 3).
 * Adding a key here makes it known to hints, policy, flags, schemas and help.
 */

export type Value = string | number | boolean;

/** Which device a key belongs to; a key of one device is written `disk-bus.disk0`. */
export type Scope = 'machine' | 'disk' | 'nic';

interface KeyBase {
  readonly scope: Scope;
  /** Whether an image may say it at all. Host paths, back ends, MACs and networks are never an image's to choose. */
  readonly hint: boolean;
  /** One line for help texts and schemas. */
  readonly about: string;
}
export interface EnumKey extends KeyBase {
  readonly type: 'enum';
  readonly values: readonly string[];
}
export interface BooleanKey extends KeyBase {
  readonly type: 'boolean';
}
export interface IntegerKey extends KeyBase {
  readonly type: 'integer';
  readonly min: number;
  readonly max: number;
}
export interface StringKey extends KeyBase {
  readonly type: 'string';
  /** Anchored pattern every value must match. */
  readonly pattern: RegExp;
  readonly maxLength: number;
}
export type KeySpec = EnumKey | BooleanKey | IntegerKey | StringKey;

export const KEYS = {
  'virt-type': {
    type: 'enum',
    scope: 'machine',
    hint: false,
    values: ['kvm', 'qemu'],
    about: 'hardware virtualisation (kvm) or emulation (qemu, TCG)',
  },
  architecture: {
    type: 'enum',
    scope: 'machine',
    hint: true,
    values: ARCHITECTURES,
    about: 'architecture of the guest processor',
  },
  os: {
    type: 'string',
    scope: 'machine',
    hint: true,
    pattern: /^(https?:\/\/)?[A-Za-z0-9][A-Za-z0-9._+~:/-]*$/,
    maxLength: 200,
    about: 'operating system: a libosinfo short-id (debian12) or id (http://debian.org/debian/12)',
  },
  machine: {
    type: 'enum',
    scope: 'machine',
    hint: true,
    values: MACHINE_FAMILIES,
    about: 'machine type family; only a policy may pin a versioned name',
  },
  firmware: {
    type: 'enum',
    scope: 'machine',
    hint: true,
    values: ['bios', 'uefi'],
    about: 'firmware the guest boots with',
  },
  'secure-boot': {
    type: 'boolean',
    scope: 'machine',
    hint: true,
    about: 'true: Secure Boot is enforced',
  },
  'enrolled-keys': {
    type: 'boolean',
    scope: 'machine',
    hint: true,
    about: 'true: the UEFI variable store starts with the vendor keys enrolled',
  },
  nvram: {
    type: 'string',
    scope: 'machine',
    hint: false,
    pattern: /^\/[^\0]*$/,
    maxLength: 4096,
    about: 'host path of the template for the UEFI variable store',
  },
  tpm: {
    type: 'enum',
    scope: 'machine',
    hint: true,
    values: ['none', '1.2', '2.0'],
    about: 'version of the emulated TPM, or none',
  },
  'tpm-model': {
    type: 'enum',
    scope: 'machine',
    hint: true,
    values: ['tpm-crb', 'tpm-tis', 'tpm-spapr'],
    about: 'interface of the emulated TPM',
  },
  'memory-mib': {
    type: 'integer',
    scope: 'machine',
    hint: true,
    min: 1,
    max: 16_777_216,
    about: 'memory, MiB',
  },
  vcpus: {
    type: 'integer',
    scope: 'machine',
    hint: true,
    min: 1,
    max: 4096,
    about: 'virtual processors',
  },
  'cpu-topology': {
    type: 'string',
    scope: 'machine',
    hint: true,
    pattern: /^[1-9]\d{0,3}:[1-9]\d{0,3}:[1-9]\d{0,3}$/,
    maxLength: 14,
    about: 'sockets:cores:threads; their product must be vcpus',
  },
  'cpu-mode': {
    type: 'enum',
    scope: 'machine',
    hint: false,
    values: ['host-model', 'host-passthrough', 'maximum'],
    about: 'libvirt CPU mode',
  },
  'disk-bus': {
    type: 'enum',
    scope: 'disk',
    hint: true,
    values: ['virtio', 'sata', 'scsi', 'ide', 'usb'],
    about: 'bus the disk is attached to',
  },
  'scsi-model': {
    type: 'enum',
    scope: 'machine',
    hint: true,
    values: ['virtio-scsi', 'lsilogic', 'lsisas1068', 'lsisas1078', 'vmpvscsi', 'ibmvscsi'],
    about: 'SCSI controller model, when something is on bus scsi',
  },
  'cdrom-bus': {
    type: 'enum',
    scope: 'machine',
    hint: true,
    values: ['sata', 'ide', 'scsi', 'usb'],
    about: 'bus CD-ROM drives are attached to',
  },
  'disk-placement': {
    type: 'enum',
    scope: 'disk',
    hint: false,
    values: ['in-place', 'overlay', 'copy'],
    about: 'use the file where it is, under an overlay, or as a copy',
  },
  'disk-target': {
    type: 'string',
    scope: 'disk',
    hint: false,
    pattern: /^(vd|sd|hd)[a-z]{1,2}$/,
    maxLength: 4,
    about: 'libvirt target name of the disk',
  },
  'nic-model': {
    type: 'enum',
    scope: 'nic',
    hint: true,
    values: ['virtio', 'e1000e', 'e1000', 'rtl8139', 'pcnet', 'ne2k_pci', 'vmxnet3', 'igb', 'spapr-vlan'],
    about: 'model of the network card',
  },
  'nic-mac': {
    type: 'string',
    scope: 'nic',
    hint: false,
    pattern: /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/,
    maxLength: 17,
    about: 'MAC address, lower case, unicast',
  },
  network: {
    type: 'string',
    scope: 'nic',
    hint: false,
    pattern: /^[A-Za-z0-9_][A-Za-z0-9_.+:-]*$/,
    maxLength: 128,
    about: 'libvirt network the card is plugged into; none removes the card',
  },
  'video-model': {
    type: 'enum',
    scope: 'machine',
    hint: true,
    values: ['virtio', 'vga', 'qxl', 'bochs', 'cirrus', 'ramfb', 'vmvga', 'none'],
    about: 'graphics adapter',
  },
  graphics: {
    type: 'enum',
    scope: 'machine',
    hint: false,
    values: ['vnc', 'spice', 'none'],
    about: 'remote display, on loopback only',
  },
  'sound-model': {
    type: 'enum',
    scope: 'machine',
    hint: true,
    values: ['none', 'ich9', 'ich6', 'ac97', 'es1370', 'sb16', 'usb'],
    about: 'sound device',
  },
  rng: {
    type: 'enum',
    scope: 'machine',
    hint: true,
    values: ['virtio', 'none'],
    about: 'random number generator device',
  },
  'guest-agent': {
    type: 'boolean',
    scope: 'machine',
    hint: true,
    about: 'true: a virtio channel for the QEMU guest agent',
  },
  memballoon: {
    type: 'enum',
    scope: 'machine',
    hint: true,
    values: ['virtio', 'none'],
    about: 'memory balloon device',
  },
  'usb-controller': {
    type: 'enum',
    scope: 'machine',
    hint: true,
    values: ['qemu-xhci', 'nec-xhci', 'ich9-ehci1', 'piix3-uhci', 'none'],
    about: 'USB controller model',
  },
  'input-bus': {
    type: 'enum',
    scope: 'machine',
    hint: true,
    values: ['usb', 'virtio', 'ps2'],
    about: 'bus of the pointer and keyboard',
  },
  watchdog: {
    type: 'enum',
    scope: 'machine',
    hint: true,
    values: ['none', 'i6300esb', 'ib700', 'diag288'],
    about: 'watchdog device (its action is reset)',
  },
  serial: {
    type: 'boolean',
    scope: 'machine',
    hint: true,
    about: 'true: one serial console',
  },
  'clock-offset': {
    type: 'enum',
    scope: 'machine',
    hint: true,
    values: ['utc', 'localtime'],
    about: 'what the guest takes the real-time clock to mean',
  },
  hyperv: {
    type: 'boolean',
    scope: 'machine',
    hint: true,
    about: 'true: Hyper-V enlightenments (x86 only)',
  },
  'boot-order': {
    type: 'string',
    scope: 'machine',
    hint: true,
    pattern: /^(disk|cdrom|nic)\d{1,3}(,(disk|cdrom|nic)\d{1,3}){0,15}$/,
    maxLength: 200,
    about: 'devices to boot from, first first: disk0,nic0; disks that are not named follow',
  },
  'kernel-args': {
    type: 'string',
    scope: 'machine',
    hint: true,
    pattern: /^[\x20-\x7e]*$/,
    maxLength: 2048,
    about: 'kernel command line; takes effect only with direct kernel boot',
  },
  'launch-security': {
    type: 'enum',
    scope: 'machine',
    hint: true,
    values: ['none', 'sev', 'sev-snp', 'tdx', 's390-pv'],
    about: 'confidential computing technology',
  },
} as const satisfies Record<string, KeySpec>;

export type Key = keyof typeof KEYS;
export const KEY_NAMES = Object.keys(KEYS) as readonly Key[];

/** The keys that are settled before the OS profile and the voting rules speak (contract, section 4, rule 1). */
export const SETTLED_FIRST = ['architecture', 'os', 'virt-type'] as const satisfies readonly Key[];

export function isKey(name: string): name is Key {
  return Object.hasOwn(KEYS, name);
}

export function keySpec(key: Key): KeySpec {
  return KEYS[key];
}

/** `disk-bus` and `disk0` give `disk-bus.disk0`; a machine-wide key stands alone. */
export function keyPath(key: Key, subject: string | null): string {
  return subject === null ? key : `${key}.${subject}`;
}

const SUBJECT = /^(disk|nic)(0|[1-9]\d{0,2})$/;

/** The inverse of `keyPath`. Undefined for an unknown key or a subject of the wrong kind. */
export function parseKeyPath(path: string): { readonly key: Key; readonly subject: string | null } | undefined {
  const dot = path.indexOf('.');
  const key = dot < 0 ? path : path.slice(0, dot);
  if (!isKey(key)) return undefined;
  if (dot < 0) return { key, subject: null };
  const subject = path.slice(dot + 1);
  const kind = SUBJECT.exec(subject)?.[1];
  return kind === KEYS[key].scope ? { key, subject } : undefined;
}

/**
 * Reads one value of a key from text or JSON. Returns undefined when it is not of the key's type or range.
 * `pinned` admits versioned machine names, which only a policy may give.
 */
export function parseValue(key: Key, raw: unknown, options: { readonly pinned?: boolean } = {}): Value | undefined {
  const spec = keySpec(key);
  switch (spec.type) {
    case 'enum': {
      // YAML and JSON read tpm: 2.0 as the number 2
      const text = typeof raw === 'number' && key === 'tpm' ? raw.toFixed(1) : raw;
      if (typeof text !== 'string') return undefined;
      if (key === 'machine' && text === 'pc') return 'i440fx';
      if (spec.values.includes(text)) return text;
      return key === 'machine' && options.pinned === true && isVersionedMachine(text) ? text : undefined;
    }
    case 'boolean': {
      if (typeof raw === 'boolean') return raw;
      if (raw === 'true' || raw === 'yes' || raw === 'on') return true;
      if (raw === 'false' || raw === 'no' || raw === 'off') return false;
      return undefined;
    }
    case 'integer': {
      const number = typeof raw === 'string' && /^\d{1,15}$/.test(raw) ? Number(raw) : raw;
      if (typeof number !== 'number' || !Number.isSafeInteger(number)) return undefined;
      return number >= spec.min && number <= spec.max ? number : undefined;
    }
    case 'string':
      return typeof raw === 'string' && raw.length <= spec.maxLength && spec.pattern.test(raw) ? raw : undefined;
  }
}

/** What a key takes, for messages and help: `bios, uefi` or `a whole number from 1 to 4096`. */
export function describeValues(key: Key): string {
  const spec = keySpec(key);
  switch (spec.type) {
    case 'enum':
      return spec.values.join(', ');
    case 'boolean':
      return 'true, false';
    case 'integer':
      return `a whole number from ${spec.min} to ${spec.max}`;
    case 'string':
      return spec.about;
  }
}
