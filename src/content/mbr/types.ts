import type { PartitionRole } from '../../facts/content.ts';

export interface MbrType {
  readonly name: string;
  readonly role: PartitionRole;
}

/** Type bytes worth a name. There is no registry; the names are those of sfdisk(8). */
const TYPES: Readonly<Record<number, MbrType>> = {
  1: { name: 'FAT12', role: null },
  4: { name: 'FAT16 <32M', role: null },
  5: { name: 'Extended', role: 'extended' },
  6: { name: 'FAT16', role: null },
  7: { name: 'HPFS/NTFS/exFAT', role: 'windows-data' },
  11: { name: 'W95 FAT32', role: null },
  12: { name: 'W95 FAT32 (LBA)', role: null },
  14: { name: 'W95 FAT16 (LBA)', role: null },
  15: { name: 'W95 Extended (LBA)', role: 'extended' },
  39: { name: 'Hidden NTFS WinRE', role: 'windows-recovery' },
  65: { name: 'PPC PReP Boot', role: 'prep' },
  66: { name: 'Windows dynamic disk (LDM)', role: 'windows-data' },
  130: { name: 'Linux swap', role: 'linux-swap' },
  131: { name: 'Linux', role: 'linux-data' },
  133: { name: 'Linux extended', role: 'extended' },
  142: { name: 'Linux LVM', role: 'linux-lvm' },
  165: { name: 'FreeBSD', role: 'freebsd-data' },
  166: { name: 'OpenBSD', role: null },
  169: { name: 'NetBSD', role: null },
  175: { name: 'HFS/HFS+', role: 'apple-data' },
  191: { name: 'Solaris', role: null },
  234: { name: 'Linux extended boot (XBOOTLDR)', role: 'xbootldr' },
  238: { name: 'GPT protective', role: null },
  239: { name: 'EFI System', role: 'esp' },
  251: { name: 'VMware VMFS', role: null },
  253: { name: 'Linux raid autodetect', role: 'linux-raid' },
};

export function mbrType(type: number): MbrType | null {
  return TYPES[type] ?? null;
}
