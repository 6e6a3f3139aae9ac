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

export interface HostCapabilities {
  readonly uris: readonly string[];
  readonly domains: readonly HostDomain[];
  /** null when no `capabilities` document was given. */
  readonly guests: readonly HostGuest[] | null;
}
