import type { Finding } from '../diagnostics/index.ts';
import type { DriverClaim, Json } from './evidence.ts';
import type { Vote } from './vote.ts';

/*
 * What a document about machines says (OVF, VMX, Vagrant, OCI configuration), before the files it names are looked at.
 * Every dialect ends in this one model; the pipeline joins it with what the files themselves show.
 */

/** A file a descriptor names. */
export interface DescribedFile {
  /** As the descriptor spells it, URL escapes decoded: a path relative to the descriptor, or a URL. Not trusted. */
  readonly href: string;
  /** As it is written, where escapes made `href` another: some producers take a name as it is for a URL. */
  readonly spelling?: string;
  readonly compression: 'gzip' | 'bzip2' | 'xz' | 'zstd' | null;
  /** Bytes of one piece when the file was cut into `NAME.000000000`, `NAME.000000001`, ...; null for one file. */
  readonly chunkSize: number | null;
  /** Bytes the file should have; null when the descriptor does not say. */
  readonly size: number | null;
  readonly pointer: string;
}

/** Where a device sits on the source hypervisor. */
export interface DescribedAddress {
  readonly bus: 'ide' | 'sata' | 'scsi' | 'nvme' | 'virtio' | 'floppy' | 'usb' | 'xen' | null;
  /** Model of the controller in the descriptor's own terms (`lsilogic`, `AHCI`, `VirtualSCSI`). */
  readonly controller: string | null;
  /** Position of the controller among those of its bus, and of the device on the controller; null when unknown. */
  readonly controllerIndex: number | null;
  readonly unit: number | null;
}

export interface DescribedDisk {
  /** The descriptor's own id, for messages. */
  readonly name: string;
  /** null: a blank disk, to be made with `capacity` bytes. */
  readonly file: DescribedFile | null;
  /** Bytes the guest should see; null when it is not said. */
  readonly capacity: number | null;
  /** Disk format the descriptor claims, by the ids of our readers; null when it claims none. Never trusted. */
  readonly format: string | null;
  readonly address: DescribedAddress;
  /** Whether the descriptor says that the machine boots from it. */
  readonly bootable: boolean | null;
  readonly readOnly: boolean;
  /** `file` is only the difference to the file of another disk, which is named here. */
  readonly parent: string | null;
  readonly pointer: string;
}

/** A drive for removable media. */
export interface DescribedDrive {
  readonly kind: 'cdrom' | 'floppy';
  /** null: empty. */
  readonly file: DescribedFile | null;
  readonly address: DescribedAddress;
  readonly pointer: string;
}

export interface DescribedNic {
  /** Model in the descriptor's own terms (`VmxNet3`, `82540EM`). */
  readonly model: string | null;
  /** Lower case with colons; null when none is given. */
  readonly mac: string | null;
  /** Name of the network it was connected to; null when it was connected to none. */
  readonly network: string | null;
  readonly pointer: string;
}

/** A file beside the disks that carries state of the machine. */
export interface DescribedState {
  readonly kind: 'nvram' | 'tpm';
  readonly file: DescribedFile | null;
  /** `ovmf`: a varstore of edk2; `vmware`: no varstore that any other hypervisor reads. */
  readonly format: 'ovmf' | 'vmware' | null;
  readonly pointer: string;
}

/** Whose list a name of an operating system is from. */
export const OS_NAME_SCHEMES = [
  'vmware',
  'virtualbox',
  'ovirt',
  'cim',
  'os-release',
  'osinfo',
  'kubevirt',
  'text',
] as const;

/** An operating system as a document names it; what it means is the knowledge base's to say. */
export interface DescribedOsName {
  /**
   * Whose list the name is from. `vmware`: `vmw:osType`, compared without letter case; `cim`:
   * CIM_OperatingSystem.OsType as a number; `os-release`: `ID` and `VERSION_ID`; `kubevirt`: the name of a preference;
   * `text`: free words.
   */
  readonly scheme: (typeof OS_NAME_SCHEMES)[number];
  readonly name: string;
  /** Version beside the name, where the name stands for a family (`79`, version `8`). */
  readonly version: string | null;
  /** Who used the list: CIM numbers from 112 on differ by producer (`vmware`, `virtualbox`, `dmtf`). */
  readonly producer: string | null;
  readonly pointer: string;
}

/** One machine as a descriptor tells it. Disks stand in order of controller, then address. */
export interface DescribedMachine {
  /** What `--vm` takes; unique within the document. */
  readonly id: string;
  readonly name: string | null;
  /** Free text: title, description, annotation, product, vendor, eula, properties (passwords masked). */
  readonly labels: { readonly [name: string]: string };
  readonly disks: readonly DescribedDisk[];
  readonly drives: readonly DescribedDrive[];
  readonly nics: readonly DescribedNic[];
  readonly state: readonly DescribedState[];
  /**
   * Votes of origin `descriptor`, and `source-hardware` for device models. The subject of a disk or NIC is its position
   * here: `disk0` is `disks[0]`. In a boot order `cdrom0` is the first CD-ROM drive that has a file.
   */
  readonly votes: readonly Vote[];
  readonly drivers: readonly DriverClaim[];
  /** Names of the guest's system, the most telling first, in place of a vote for `os`. */
  readonly osNames: readonly DescribedOsName[];
  /** The hint document inside the descriptor, not yet parsed. */
  readonly hints: { readonly bytes: Uint8Array; readonly pointer: string } | null;
  /** Fields worth knowing, in the descriptor's own terms. */
  readonly details: { readonly [name: string]: Json };
  /** What concerns this machine only; nothing to a user who imports another one of the document. */
  readonly findings: readonly Finding[];
}

/** One of several shapes in which a descriptor offers its machine. */
export interface DescribedConfiguration {
  readonly id: string;
  readonly label: string | null;
  readonly isDefault: boolean;
}

export interface DescriptorReading {
  /** Who wrote it: `vmware`, `virtualbox`, `ovirt`, ...; for reports. */
  readonly dialect: string;
  readonly machines: readonly DescribedMachine[];
  readonly configurations: readonly DescribedConfiguration[];
  /** Every file the document names, whether a machine uses it or not. */
  readonly files: readonly DescribedFile[];
  /** What concerns the document as a whole. */
  readonly findings: readonly Finding[];
}
