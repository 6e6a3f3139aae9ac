import { describe, expect, it } from 'vitest';
import { identifyDiskCode, identifyVolumeCode } from '../../src/content/boot-code/index.ts';
import { grubCode, ntfsVolume, windowsCode } from '../../src/synthesis/boot-code.ts';

/** 512 bytes with pieces of latin1 text at offsets. */
function sector(pieces: Readonly<Record<number, string>>): Buffer {
  const bytes = Buffer.alloc(512);
  for (const [offset, text] of Object.entries(pieces)) bytes.write(text, Number(offset), 'latin1');
  return bytes;
}

const padded = (code: Buffer): Buffer => Buffer.concat([code, Buffer.alloc(512)]).subarray(0, 512);
const STAGE = 'GRUB \0Geom\0Hard Disk\0Read\0 Error';

describe('code of a first sector', () => {
  it.each([
    ['nothing but a disk signature', sector({ 440: 'sign' }), 'none'],
    ['GRUB 2', padded(grubCode(1n)), 'grub'],
    ['GRUB 0.97', sector({ 0: '\xeb\x48\x90', 62: '\x03\x02', 384: STAGE }), 'grub-legacy'],
    ['Windows', padded(windowsCode()), 'windows-mbr'],
    ['LILO', sector({ 6: 'LILO' }), 'lilo'],
    ['isohybrid', sector({ 256: 'isolinux.bin missing or corrupt.\r\n' }), 'isolinux'],
    ['syslinux', sector({ 256: 'Missing operating system.\r\nOperating system load error.\r\n' }), 'syslinux'],
    ['FreeBSD boot0', sector({ 0: '\xfc', 384: 'Linu\xf8FreeBS\xc4' }), 'freebsd'],
    ['FreeBSD pmbr', sector({ 0: '\xfc', 256: 'Missing boot loader' }), 'freebsd'],
    ['parted', sector({ 0: '\xfa\xb8\0\x10\x8e\xd0\xbc\0\xb0\xb8\0\0\x8e\xd8' }), 'parted'],
    ['zipl', sector({ 0: 'zIPL' }), 'zipl'],
    ['somebody else', sector({ 0: '\xeb\xfe' }), 'unknown'],
  ])('%s', (_title, bytes, kind) => {
    expect(identifyDiskCode(bytes).kind).toBe(kind);
  });
});

describe('code of a volume', () => {
  it.each([
    ['NTFS of Windows XP', ntfsVolume('NTLDR'), 'windows-ntldr'],
    ['NTFS of later Windows', ntfsVolume('BOOTMGR'), 'windows-bootmgr'],
    ['FAT32 of later Windows', sector({ 367: 'BOOTMGR    ' }), 'windows-bootmgr'],
    ['FAT32 of Windows XP', sector({ 367: 'NTLDR      ' }), 'windows-ntldr'],
    ['mkfs.fat', sector({ 119: 'This is not a bootable disk.  Please insert a bootable floppy' }), 'not-bootable'],
    ['exFAT without code', sector({ 3: 'EXFAT   ', 80: 'fields', 120: '\xf4'.repeat(390) }), 'not-bootable'],
    ['exFAT of mkfs.exfat', sector({ 3: 'EXFAT   ', 80: 'fields' }), 'none'],
    ['exFAT with some code', sector({ 3: 'EXFAT   ', 120: `\x90${'\xf4'.repeat(389)}` }), 'unknown'],
    ['syslinux', sector({ 3: 'SYSLINUX' }), 'syslinux'],
    ['extlinux', sector({ 3: 'EXTLINUX' }), 'syslinux'],
    ['GRUB', sector({ 384: STAGE }), 'grub'],
    ['a label that merely names a loader', sector({ 43: 'NTLDR      ' }), 'none'],
    ['nobody', Buffer.alloc(1024), 'none'],
    ['somebody', sector({ 256: 'code' }), 'unknown'],
    ['no bytes', Buffer.alloc(0), 'none'],
  ])('%s', (_title, bytes, kind) => {
    expect(identifyVolumeCode(bytes).kind).toBe(kind);
  });
});
