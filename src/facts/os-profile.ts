/** Resources of one architecture entry; MiB, counts, hertz. Absent fields are unknown. */
export interface OsResources {
  readonly memoryMib?: number;
  readonly vcpus?: number;
  readonly storageMib?: number;
  readonly cpuHz?: number;
}

/** What the system needs, wants and can use on one architecture; `networkInstall` is the minimum of such an install. */
export interface OsResourceSet {
  readonly minimum?: OsResources;
  readonly recommended?: OsResources;
  readonly maximum?: OsResources;
  readonly networkInstall?: OsResources;
}

export interface OsFirmware {
  readonly architecture: string;
  readonly type: 'bios' | 'efi';
  readonly supported: boolean;
  /** The one to prefer where several are supported. */
  readonly recommended: boolean;
}

/** Device that libosinfo has a record of. */
export interface OsDevice {
  /** A URI: `http://pcisig.com/pci/1af4/1041`. */
  readonly id: string;
  /** `virtio1.0-net`, `e1000e`, `qemu-x86-q35`. */
  readonly name: string;
  /** `pci`, `usb`, `isa`, ... */
  readonly bus: string | null;
  /** `net`, `block`, `video`, ... */
  readonly class: string | null;
}

/** Drivers that are not part of the system but can be had for it. */
export interface OsDriver {
  readonly architecture: string;
  readonly location: string;
  /** Whether it can be added before the system is installed. */
  readonly preInstallable: boolean;
  readonly signed: boolean;
  /** Names of the devices it is for. */
  readonly devices: readonly string[];
}

export interface OsVariant {
  readonly id: string;
  readonly name: string;
}

/** Disk image that the vendor publishes. */
export interface OsImage {
  readonly architecture: string;
  readonly format: string;
  readonly cloudInit: boolean;
  readonly url: string | null;
  readonly variants: readonly string[];
}

/** Installation tree on the network. */
export interface OsTree {
  readonly architecture: string;
  readonly url: string | null;
  /** Paths below the tree. */
  readonly kernel: string | null;
  readonly initrd: string | null;
  readonly bootIso: string | null;
  readonly variants: readonly string[];
}

/** What the knowledge base says of one operating system, inheritance already resolved. */
export interface OsProfile {
  /** libosinfo id, a URI. */
  readonly id: string;
  /** The first is canonical, the others are aliases. */
  readonly shortIds: readonly string[];
  readonly name: string;
  readonly version: string | null;
  readonly vendor: string | null;
  readonly codename: string | null;
  /** `linux`, `winnt`, `freebsd`, ... */
  readonly family: string | null;
  /** `debian`, `fedora`, `win`, ... */
  readonly distro: string | null;
  readonly releaseStatus: 'released' | 'prerelease' | 'snapshot' | 'rolling';
  /** ISO dates; null is unknown. */
  readonly releaseDate: string | null;
  readonly eolDate: string | null;
  /** Devices the system has drivers for, by libosinfo's names, nearest ancestor first. */
  readonly devices: readonly string[];
  readonly firmware: readonly OsFirmware[];
  /** By architecture; `all` is the entry for every architecture. */
  readonly resources: { readonly [architecture: string]: OsResourceSet };
  readonly variants: readonly OsVariant[];
  readonly drivers: readonly OsDriver[];
  readonly images: readonly OsImage[];
  readonly trees: readonly OsTree[];
  /** Which database answered: `embedded/20250619`. */
  readonly database: string;
  /** JSON pointer of the entry inside that database. */
  readonly pointer: string;
}
