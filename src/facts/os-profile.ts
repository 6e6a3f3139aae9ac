/** Resources of one architecture entry; MiB and counts. Absent fields are unknown. */
export interface OsResources {
  readonly memoryMib?: number;
  readonly vcpus?: number;
  readonly storageMib?: number;
}

export interface OsFirmware {
  readonly architecture: string;
  readonly type: 'bios' | 'efi';
  readonly supported: boolean;
}

/** What the knowledge base says of one operating system, inheritance already resolved. */
export interface OsProfile {
  /** libosinfo id, a URI. */
  readonly id: string;
  /** The first is canonical, the others are aliases. */
  readonly shortIds: readonly string[];
  readonly name: string;
  readonly version: string | null;
  /** `linux`, `winnt`, `freebsd`, ... */
  readonly family: string | null;
  /** `debian`, `fedora`, `win`, ... */
  readonly distro: string | null;
  /** libosinfo device names in the entry's own order: `virtio1.0-block`, `e1000e`, `qemu-x86-q35`. */
  readonly devices: readonly string[];
  readonly firmware: readonly OsFirmware[];
  /** By architecture; `all` is the entry for every architecture. */
  readonly resources: {
    readonly [architecture: string]: {
      readonly minimum?: OsResources;
      readonly recommended?: OsResources;
      readonly maximum?: OsResources;
    };
  };
  /** Which database answered, e.g. `snapshot`. */
  readonly database: string;
  /** JSON pointer of the entry inside that database. */
  readonly pointer: string;
}
