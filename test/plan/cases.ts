import {
  DEFAULT_SETTINGS,
  type Decision,
  type HostCapabilities,
  type HostDomain,
  type HostFirmware,
  type Key,
  keyPath,
  type PolicySettings,
  type Value,
  type Vote,
  vote,
} from '../../src/facts/index.ts';
import { type ProvenDrivers, type Resolution, type ResolveInput, resolve, settle } from '../../src/plan/index.ts';
import type { Storage } from '../../src/plan/placement.ts';

export const hints = (key: Key, strength: Vote['strength'], values: Value[], disk = 'disk0'): Vote =>
  vote({ key, strength, values, origin: 'hints', uri: `${disk}.qcow2`, pointer: `/hardware/${key}`, disk });
export const content = (key: Key, strength: Vote['strength'], values: Value[], disk = 'disk0'): Vote =>
  vote({ key, strength, values, origin: 'content', uri: `${disk}.qcow2`, pointer: '0x200', disk });
export const osinfo = (key: Key, strength: Vote['strength'], values: Value[]): Vote =>
  vote({ key, strength, values, origin: 'osinfo', uri: 'snapshot', pointer: `/os/${key}` });
export const flag = (key: Key, value: Value, subject: string | null = null): Vote =>
  vote({ key, subject, strength: 'required', values: [value], origin: 'flag', pointer: '--set' });
const rule = (origin: Vote['origin'], strength: Vote['strength']) => (key: Key, values: Value[]) =>
  vote({ key, strength, values, origin, uri: 'site.yaml', pointer: '7:5', rule: `site.${key}` });
export const policySet = rule('policy-set', 'required');
export const policyPrefer = rule('policy-prefer', 'recommended');
export const policyRequire = rule('policy-prefer', 'required');
export const policyForbid = rule('policy-prefer', 'forbidden');
export const policyMin = rule('policy-prefer', 'minimum');
export const policyMax = rule('policy-prefer', 'maximum');
export const policyDefault = rule('policy-default', 'recommended');
export const locked = (of: Vote): Vote => ({ ...of, locked: true });

/** What the knowledge base proves for Windows 10: no virtio, no SCSI. */
export const WINDOWS_10: ProvenDrivers = {
  os: 'win10',
  profile: new Set(['e1000', 'e1000e']),
  claims: [],
  lacksAhci: false,
};
export const WINDOWS_XP: ProvenDrivers = {
  os: 'winxp',
  profile: new Set(['e1000', 'rtl8139']),
  claims: [],
  lacksAhci: true,
};

export function domain(over: Partial<HostDomain> = {}): HostDomain {
  return {
    uri: 'host.xml',
    architecture: 'x86_64',
    machine: 'q35',
    canonicalMachine: 'pc-q35-7.2',
    virtType: 'kvm',
    maxVcpus: 288,
    firmware: ['efi'],
    secureBoot: true,
    cpuModes: ['host-passthrough', 'host-model', 'maximum', 'custom'],
    diskBuses: ['fdc', 'scsi', 'virtio', 'usb', 'sata'],
    videoModels: ['vga', 'cirrus', 'virtio', 'none', 'bochs', 'ramfb'],
    graphics: ['vnc'],
    tpmModels: ['tpm-tis', 'tpm-crb'],
    tpmVersions: ['2.0'],
    rngModels: ['virtio'],
    hyperv: null,
    launchSecurity: {},
    ...over,
  };
}

/** A host of which nothing is known. */
export const NO_HOST: HostCapabilities = {
  uris: [],
  domains: [],
  guests: null,
  firmwares: null,
  libvirtVersion: null,
  qemuVersion: null,
};

export function host(...domains: HostDomain[]): HostCapabilities {
  return { ...NO_HOST, uris: domains.map(({ uri }) => uri), domains };
}

export interface Setting extends Partial<Omit<ResolveInput, 'votes' | 'settings' | 'disks'>> {
  readonly disks?: readonly (Omit<ResolveInput['disks'][number], keyof Storage> &
    Pick<Storage, 'id'> &
    Partial<Storage>)[];
  readonly settings?: Partial<PolicySettings>;
}

/** Both phases, as the pipeline runs them. */
export function decideAll(votes: readonly Vote[], setting: Setting = {}): Resolution {
  const input: ResolveInput = {
    nics: ['nic0'],
    host: null,
    drivers: null,
    ...setting,
    disks: (setting.disks ?? [{ id: 'disk0', bootable: null }]).map((disk) => ({
      format: 'qcow2',
      slice: null,
      wrapping: [],
      path: `/srv/${disk.id}`,
      ...disk,
    })),
    votes,
    settings: { ...DEFAULT_SETTINGS, ...setting.settings },
  };
  return resolve(input, settle(input));
}

export function valuesOf(resolution: Resolution): Record<string, Value | null> {
  return Object.fromEntries(resolution.decisions.map(({ key, subject, value }) => [keyPath(key, subject), value]));
}

export function decisionOn(resolution: Resolution, path: string): Decision {
  const found = resolution.decisions.find(({ key, subject }) => keyPath(key, subject) === path);
  if (found === undefined) throw new Error(`no decision on ${path}`);
  return found;
}

/** Firmware of a host, by default a build of OVMF for PCs without Secure Boot. */
export function firmware(
  over: Partial<HostFirmware> & { readonly code?: string; readonly vars?: string } = {},
): HostFirmware {
  const { code = 'CODE_4M.fd', vars = 'VARS_4M.fd', ...rest } = over;
  return {
    uri: '/usr/share/qemu/firmware/60-edk2.json',
    description: 'UEFI firmware',
    interfaces: ['uefi'],
    device: 'flash',
    mode: 'split',
    executable: { path: `/fw/${code}`, format: 'raw' },
    template: { path: `/fw/${vars}`, format: 'raw', size: 540_672 },
    targets: [{ architecture: 'x86_64', machines: ['pc-i440fx-*', 'pc-q35-*'] }],
    features: ['acpi-s3'],
    present: true,
    ...rest,
  };
}
