import type { BootCodeKind } from '../../facts/content.ts';
import { allZero, exact, has, u8, u64 } from '../peek.ts';

/** Code of a master boot record ends where the disk signature starts; GRUB and syslinux use no more. */
const MBR_CODE_END = 440;
/** A volume's code starts behind the longest BIOS parameter block (FAT32: 0x5A), so that no label is taken for it. */
const VOLUME_CODE = 0x5a;

export interface BootCode {
  readonly kind: BootCodeKind;
  /** Bytes that show it, for proofs. */
  readonly offset: number;
  readonly length: number;
}

/** Where code stands in a boot sector of exFAT (exFAT specification, section 3.1). */
const EXFAT_CODE = 120;

/** Who wrote the code in the first sector of a disk. */
export function identifyDiskCode(sector: Buffer): BootCode {
  if (allZero(sector, 0, MBR_CODE_END)) return found('none', 0, 64);
  // s390: the IPL program reads the disk by itself (zipl's struct scsi_mbr)
  if (has(sector, 0, 'zIPL')) return found('zipl', 0, 8);
  const grub = grubCode(sector);
  if (grub !== null) return grub;
  const code = sector.subarray(0, MBR_CODE_END);
  return (
    textCode(code, 'isolinux', 'isolinux.bin missing or corrupt') ??
    lilo(sector) ??
    textCode(code, 'syslinux', 'Operating system load error') ??
    gptmbr(code) ??
    textCode(code, 'freebsd', 'FreeBS') ??
    textCode(code, 'freebsd', 'Missing boot loader') ??
    freebsdMbr(code) ??
    windowsMbr(sector) ??
    partedCode(sector) ??
    found('unknown', 0, 64)
  );
}

/**
 * Who wrote the code at the start of a volume; 1 KiB shows it. Windows formats every NTFS volume with code that loads
 * its boot manager, so that this tells who formatted the volume, and not that it boots.
 */
export function identifyVolumeCode(head: Buffer): BootCode {
  const grub = grubCode(head);
  if (grub !== null) return grub;
  // the OEM name is in the parameter block, where the installers of syslinux and extlinux put their mark
  if (has(head, 3, 'SYSLINUX') || has(head, 3, 'EXTLINUX')) return found('syslinux', 3, 8);
  const exfat = has(head, 3, 'EXFAT   ');
  const start = exfat ? EXFAT_CODE : VOLUME_CODE;
  const code = head.subarray(start, 510);
  const wide = windowsWide(head);
  if (wide !== null) return wide;
  const text =
    textCode(code, 'not-bootable', 'This is not a bootable disk', start) ??
    textCode(code, 'not-bootable', 'This is not a bootable partition', start) ??
    textCode(code, 'windows-bootmgr', 'BOOTMGR', start) ??
    textCode(code, 'windows-ntldr', 'NTLDR', start);
  if (text !== null) return text;
  if (allZero(code)) return found('none', start, 64);
  // without code of its own such a volume may hold HLT in every byte of it (exFAT specification, 3.1.18)
  if (exfat && code.every((byte) => byte === 0xf4)) return found('not-bootable', start, 64);
  return textCode(code, 'freebsd', 'Boot\0 error', start) ?? found('unknown', start, 64);
}

/** Sector from which GRUB 2's boot.img loads the core image (`kernel_sector` at 0x5C); undefined when absurd. */
export function grubCoreSector(sector: Buffer): number | undefined {
  return exact(u64(sector, 0x5c));
}

function found(kind: BootCodeKind, offset: number, length: number): BootCode {
  return { kind, offset, length };
}

function textCode(code: Buffer, kind: BootCodeKind, text: string, base = 0): BootCode | null {
  const at = code.indexOf(text, 0, 'latin1');
  return at < 0 ? null : found(kind, base + at, Math.min(64, text.length));
}

/** boot.img and stage1 print `GRUB Geom Hard Disk Read Error`; stage1 of GRUB 0.9x has its version at 0x3E. */
function grubCode(sector: Buffer): BootCode | null {
  const at = sector.subarray(0, 512).indexOf('GRUB \0Geom\0', 0, 'latin1');
  if (at < 0) return null;
  return found(u8(sector, 0x3e) === 3 ? 'grub-legacy' : 'grub', at, 32);
}

/** LILO's first stage names itself at 2 or, behind a longer jump, at 6. */
function lilo(sector: Buffer): BootCode | null {
  const at = [2, 6].find((offset) => has(sector, offset, 'LILO'));
  return at === undefined ? null : found('lilo', at, 4);
}

/** syslinux' gptmbr.bin: hands `!GPT` to the volume, and has a message of its own. */
function gptmbr(code: Buffer): BootCode | null {
  const at = code.indexOf('!GPT', 0, 'latin1');
  return at >= 0 && code.includes('Missing OS') ? found('syslinux', at, 4) : null;
}

/** FreeBSD's mbr.s starts with cld; xor ax,ax; mov es,ax; mov ds,ax; mov ss,ax; mov sp,0x7c00. */
function freebsdMbr(code: Buffer): BootCode | null {
  return code.toString('hex', 0, 9) === 'fc31c08ec08ed88ed0' ? found('freebsd', 0, 64) : null;
}

/**
 * Windows' generic code, all versions and languages: xor ax,ax; mov ss,ax; mov sp,0x7c00 and, before the disk
 * signature, three rising offsets of its messages.
 */
function windowsMbr(sector: Buffer): BootCode | null {
  if (sector.toString('hex', 0, 7) !== '33c08ed0bc007c') return null;
  const [first = 0, second = 0, third = 0] = sector.subarray(0x1b5, 0x1b8);
  return first > 0 && first < second && second < third ? found('windows-mbr', 0, 64) : null;
}

/** libparted's MBR_BOOT_CODE (libparted/labels/dos.c), written with every new msdos label. */
function partedCode(sector: Buffer): BootCode | null {
  return sector.toString('hex', 0, 12) === 'fab800108ed0bc00b0b80000' ? found('parted', 0, 64) : null;
}

/** The second sector of NTFS boot code starts with the name of what it loads: length, then UTF-16. */
function windowsWide(head: Buffer): BootCode | null {
  const name = head.toString('utf16le', 0x202, 0x202 + 14);
  if (name === 'BOOTMGR') return found('windows-bootmgr', 0x200, 16);
  return name.startsWith('NTLDR') ? found('windows-ntldr', 0x200, 12) : null;
}
