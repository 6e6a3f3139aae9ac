import type { FirmwareFile } from './firmware.ts';

/**
 * What a host can do, as far as its documents say. Every list is a set of values the document enumerates; an absent
 * (null) list is unknown, never "no".
 */
export interface HostDomain {
  readonly uri: string;
  readonly architecture: string;
  /** Family of the machine the document was asked for. */
  readonly machine: string;
  /** The versioned name in the document, e.g. `pc-q35-7.2`. */
  readonly canonicalMachine: string;
  readonly virtType: 'kvm' | 'qemu';
  readonly maxVcpus: number | null;
  /** `efi`, `bios` as libvirt can auto-select; null when there is no enumeration. */
  readonly firmware: readonly string[] | null;
  /** Whether a loader with enforced Secure Boot is available. */
  readonly secureBoot: boolean | null;
  readonly cpuModes: readonly string[] | null;
  readonly diskBuses: readonly string[] | null;
  readonly videoModels: readonly string[] | null;
  readonly graphics: readonly string[] | null;
  readonly tpmModels: readonly string[] | null;
  readonly tpmVersions: readonly string[] | null;
  readonly rngModels: readonly string[] | null;
  readonly hyperv: readonly string[] | null;
  /** libvirt launchSecurity types the document marks as supported (true) or not (false). */
  readonly launchSecurity: { readonly [type: string]: boolean };
}

/** One `<guest>` of a `capabilities` document: complete for that host, so an architecture it lacks is really lacking. */
export interface HostGuest {
  readonly uri: string;
  readonly architecture: string;
  readonly virtTypes: readonly string[];
  readonly machines: readonly string[];
}

/** One QEMU firmware descriptor (docs/interop/firmware.json of QEMU), in the words of that document. */
export interface HostFirmware {
  /** The descriptor. */
  readonly uri: string;
  readonly description: string;
  /** `bios`, `uefi`, `openfirmware`, `uboot`; the first is preferred. */
  readonly interfaces: readonly string[];
  readonly device: 'flash' | 'kernel' | 'memory';
  /** What flash is made of: code and variables in two files, in one, or code alone; null for other devices. */
  readonly mode: 'split' | 'combined' | 'stateless' | null;
  readonly executable: FirmwareFile;
  /** What the variable store of a machine is first copied from, with the bytes that the guest sees of it. */
  readonly template: (FirmwareFile & { readonly size: number | null }) | null;
  /** Architectures by QEMU's names; machine types as patterns (`pc-q35-*`). */
  readonly targets: readonly { readonly architecture: string; readonly machines: readonly string[] }[];
  /** `secure-boot`, `enrolled-keys`, `requires-smm`, ... */
  readonly features: readonly string[];
  /** Whether all its files are there; null: nobody looked. */
  readonly present: boolean | null;
}

export interface HostCapabilities {
  readonly uris: readonly string[];
  readonly domains: readonly HostDomain[];
  /** null when no `capabilities` document was given. */
  readonly guests: readonly HostGuest[] | null;
  /** In the order in which libvirt tries them; null when no descriptor was given. */
  readonly firmwares: readonly HostFirmware[] | null;
  /** `9.0.0`; null is unknown. */
  readonly libvirtVersion: string | null;
  readonly qemuVersion: string | null;
}
