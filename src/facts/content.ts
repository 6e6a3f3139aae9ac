import type { Finding } from '../diagnostics/index.ts';
import type { Payload } from './evidence.ts';
import type { ARCHITECTURES } from './platforms.ts';
import type { Vote } from './vote.ts';

/*
 * What the guest-visible bytes of one disk show. Everything here is JSON-serialisable; the shapes that end up in the
 * evidence document are type aliases, because only those are assignable to `Json`.
 */

export type Architecture = (typeof ARCHITECTURES)[number];

export const TABLE_KINDS = ['gpt', 'mbr'] as const;
export type TableKind = (typeof TABLE_KINDS)[number];

/** What a partition is for, as its type says; null where the type says nothing more than "data". */
export type PartitionRole =
  | 'esp'
  | 'bios-boot'
  | 'msr'
  | 'prep'
  | 'xbootldr'
  | 'linux-data'
  | 'linux-swap'
  | 'linux-lvm'
  | 'linux-raid'
  | 'linux-luks'
  | 'windows-data'
  | 'windows-recovery'
  | 'freebsd-boot'
  | 'freebsd-data'
  | 'apple-data'
  | 'extended'
  | `root-${string}`
  | `usr-${string}`
  | null;

export type Partition = {
  /** As Linux counts: GPT entry number from 1; MBR 1 to 4 primary, 5 and up logical. */
  readonly index: number;
  readonly table: TableKind;
  /** Type GUID in lower case (`c12a7328-...`) or type byte (`0x83`). */
  readonly typeId: string;
  /** What the type is called; null for a type that is not known here. */
  readonly typeName: string | null;
  readonly role: PartitionRole;
  /** Label in the GPT entry; null where there is none (MBR has none at all). */
  readonly name: string | null;
  /** Bytes from the start of the disk. */
  readonly start: number;
  readonly size: number;
  /** MBR: the active flag 0x80. GPT: the attribute "legacy BIOS bootable" (bit 2). */
  readonly active: boolean;
  /** What its first bytes say it holds (`ext4`, `ntfs`, `lvm2-pv`, `luks2`); null: nothing known, or not looked at. */
  readonly filesystem: string | null;
};

/** Who wrote the boot code; `none` means that the code area holds only zeros, `not-bootable` a stub that says so. */
export const BOOT_CODE_KINDS = [
  'none',
  'not-bootable',
  'grub',
  'grub-legacy',
  'syslinux',
  'isolinux',
  'windows-mbr',
  'windows-ntldr',
  'windows-bootmgr',
  'freebsd',
  'lilo',
  'parted',
  'zipl',
  'unknown',
] as const;
export type BootCodeKind = (typeof BOOT_CODE_KINDS)[number];

export type EspLoader = {
  /** Number of the partition; null when the disk as a whole (or the boot image of an ISO) is the FAT volume. */
  readonly partition: number | null;
  /** With slashes, from the root, as the directory spells it: `EFI/BOOT/BOOTX64.EFI`. */
  readonly path: string;
  /** From the PE header; null where the file is no EFI program or its machine is none that we know. */
  readonly architecture: Architecture | null;
  /** Whether it is a PE program of subsystem 10 to 12 at all. */
  readonly efi: boolean;
  /** A certificate table is there. Nobody has checked it: that is the firmware's work. */
  readonly signed: boolean;
  /** A unified kernel image: sections `.linux` and `.initrd` or `.osrel`. */
  readonly uki: boolean;
  /** Removable-media path that firmware finds without any boot entry (UEFI 2.10, section 3.5.1.1). */
  readonly fallback: boolean;
};

export type KernelDetails = {
  /** `bzimage`, `arm64-image`, `efi-zboot`, `riscv-image`, `zimage`, `elf`, `s390-image`, `uimage`, `fit`, `efi`, `uki`. */
  readonly kind: string;
  readonly architecture: Architecture | null;
  /** Version string of a bzImage; null where the kind has none. */
  readonly version: string | null;
};

export type IsoDetails = {
  readonly volume: string | null;
  /** Bootable entries of the El Torito catalogue, in order. */
  readonly entries: readonly {
    readonly platform: 'bios' | 'uefi' | 'ppc' | 'mac' | 'unknown';
    readonly sector: number;
  }[];
};

export type ContentDetails = {
  readonly table: TableKind | null;
  /** Bytes of one logical sector the table counts in; null without a table. */
  readonly sectorSize: number | null;
  /** A GPT whose MBR lists real partitions beside the protective one. */
  readonly hybrid: boolean;
  /** Boot code of the first sector; null where there is no first sector to speak of. */
  readonly bootCode: BootCodeKind | null;
  /** Boot code of the volume that the first sector starts. */
  readonly volumeBootCode: BootCodeKind | null;
  /** EFI programs found in EFI system partitions; null: there is none, or it could not be read. */
  readonly loaders: readonly EspLoader[] | null;
  /** Architectures that have a fallback loader: those the disk starts on with an empty variable store. */
  readonly fallback: readonly Architecture[];
  /** What the disk is as a whole when it has no partition table. */
  readonly filesystem: string | null;
  readonly kernel: KernelDetails | null;
  /** cpio or the compressor of a ram disk. */
  readonly ramdisk: string | null;
  readonly iso: IsoDetails | null;
};

/** Bytes that somebody can look at again: the evidence behind a vote. */
export type Proof = {
  /** `guest+0x1fe`: a place in the guest-visible bytes. */
  readonly pointer: string;
  readonly offset: number;
  /** At most 64 bytes. */
  readonly hex: string;
  /** What they show, in words. */
  readonly what: string;
};

export interface ContentReading {
  readonly payload: Payload;
  /** Whether the disk starts by itself on an empty variable store; null is unknown. */
  readonly bootable: boolean | null;
  readonly partitions: readonly Partition[];
  readonly details: ContentDetails;
  readonly proofs: readonly Proof[];
  readonly votes: readonly Vote[];
  readonly findings: readonly Finding[];
}
