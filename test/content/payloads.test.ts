import { describe, expect, it } from 'vitest';
import { buildBootDisc } from '../../fixtures/generate/el-torito.ts';
import { buildDisk, writeMbr } from '../../fixtures/generate/partition-tables.ts';
import { buildFat } from '../../src/synthesis/fat.ts';
import { buildPe, MACHINE } from '../../src/synthesis/pe.ts';
import { FALLBACK } from './disks.ts';
import { codes, read, said } from './reading.ts';

/** 128 KiB with pieces of latin1 text or hex (`0x...`) at offsets. */
function bytes(pieces: Readonly<Record<number, string>>): Buffer {
  const buffer = Buffer.alloc(128 * 1024);
  for (const [offset, text] of Object.entries(pieces)) {
    buffer.set(text.startsWith('0x') ? Buffer.from(text.slice(2), 'hex') : Buffer.from(text, 'latin1'), Number(offset));
  }
  return buffer;
}

const SETUP = { 510: '0x55aa', 514: 'HdrS', 518: '0x0f02' };

describe('kernels', () => {
  it.each([
    [
      'a bzImage of 64 bits',
      bytes({ ...SETUP, 566: '0x0100', 526: '0x0030', 12800: '6.1.0-x (root@host) #1' }),
      'bzimage',
      'x86_64',
      '6.1.0-x',
    ],
    ['a bzImage of 32 bits', bytes(SETUP), 'bzimage', 'i686', null],
    ['a bzImage too old to tell', bytes({ ...SETUP, 518: '0x0a02' }), 'bzimage', null, null],
    ['an arm64 Image', bytes({ 56: 'ARMd' }), 'arm64-image', 'aarch64', null],
    ['a RISC-V Image', bytes({ 48: 'RISCV', 56: 'RSC\x05' }), 'riscv-image', 'riscv64', null],
    [
      'a zboot image',
      bytes({ 0: 'MZ', 4: 'zimg', 60: '0x40', 64: 'PE\0\0', 68: '0x64aa' }),
      'efi-zboot',
      'aarch64',
      null,
    ],
    ['an arm zImage', bytes({ 36: '0x18286f01' }), 'zimage', 'armv7l', null],
    ['an ELF file of x86-64', bytes({ 0: '\x7fELF\x02\x01\x01', 18: '0x3e00' }), 'elf', 'x86_64', null],
    ['an ELF file of big-endian ppc64', bytes({ 0: '\x7fELF\x02\x02\x01', 18: '0x0015' }), 'elf', 'ppc64', null],
    ['an ELF file of ppc64le', bytes({ 0: '\x7fELF\x02\x01\x01', 18: '0x1500' }), 'elf', 'ppc64le', null],
    ['an s390 image', bytes({ 65544: 'S390EP' }), 's390-image', 's390x', null],
    ['a uImage', bytes({ 0: '0x27051956', 29: '0x16' }), 'uimage', 'aarch64', null],
    [
      'a unified kernel image',
      buildPe({ sections: ['.osrel', '.cmdline', '.linux', '.initrd'] }),
      'uki',
      'x86_64',
      null,
    ],
    ['an EFI program', buildPe({ machine: MACHINE.riscv64 }), 'efi', 'riscv64', null],
  ])('%s', async (_title, image, kind, architecture, version) => {
    const reading = await read(image);
    expect(reading).toMatchObject({
      payload: 'kernel',
      votes: [],
      details: { kernel: { kind, architecture, version } },
    });
    expect(reading.proofs).toHaveLength(1);
  });

  it('a program of Windows is none', async () => {
    expect((await read(buildPe({ subsystem: 3 }))).payload).toBe('unknown');
  });
});

describe('ram disks', () => {
  it.each([
    ['cpio', '070701'],
    ['cpio', '070702'],
    ['cpio', '0xc7710000000000000000000000000000000000000a00'],
    ['gzip', '0x1f8b0800'],
    ['xz', '0xfd377a585a00'],
    ['zstd', '0x28b52ffd'],
    ['lz4-legacy', '0x02214c18'],
    ['bzip2', 'BZh9'],
    ['lzma', '0x5d00008000ffffffffffffffff'],
  ])('%s that starts with %s', async (kind, start) => {
    expect(await read(bytes({ 0: start }))).toMatchObject({ payload: 'ramdisk', details: { ramdisk: kind } });
  });
});

describe('volumes without a table', () => {
  const ext = { 1024: '0x00100000', 1028: '0x00400000', 1080: '0x53ef', 1100: '0x01000000' };
  it.each([
    ['ext2', bytes(ext), []],
    ['ext3', bytes({ ...ext, 1116: '0x04', 1120: '0x06', 1124: '0x03' }), []],
    ['ext4', bytes({ ...ext, 1116: '0x3c', 1120: '0xc202', 1124: '0x6b04' }), []],
    ['ext-journal', bytes({ ...ext, 1120: '0x08' }), []],
    ['xfs', bytes({ 0: 'XFSB' }), []],
    ['btrfs', bytes({ 65600: '_BHRfS_M' }), []],
    ['ntfs', bytes({ 0: '\xeb\x52\x90NTFS    ', 510: '0x55aa' }), []],
    ['exfat', bytes({ 3: 'EXFAT   ' }), []],
    ['refs', bytes({ 3: 'ReFS\0\0\0\0' }), []],
    ['squashfs', bytes({ 0: 'hsqs' }), []],
    ['erofs', bytes({ 1024: '0xe2e1f5e0' }), []],
    ['cramfs', bytes({ 0: '0x453dcd28' }), []],
    ['romfs', bytes({ 0: '-rom1fs-' }), []],
    ['f2fs', bytes({ 1024: '0x1020f5f2' }), []],
    ['bcachefs', bytes({ 4120: '0xc68573f66ce490a9d96a60cf803df7ef' }), []],
    ['hfsplus', bytes({ 1024: 'H+\0\x04' }), []],
    ['apfs', bytes({ 32: 'NXSB' }), []],
    ['ufs2', bytes({ 66908: '0x19015419' }), []],
    ['swap', bytes({ 4086: 'SWAPSPACE2' }), []],
    ['luks1', bytes({ 0: 'LUKS\xba\xbe\0\x01' }), ['encrypted']],
    ['luks2', bytes({ 0: 'LUKS\xba\xbe\0\x02' }), ['encrypted']],
    ['bitlocker', bytes({ 3: '-FVE-FS-' }), ['encrypted']],
    ['lvm2-pv', bytes({ 512: 'LABELONE', 536: 'LVM2 001' }), ['composed-volume']],
    ['linux-raid', bytes({ 4096: '0xfc4e2ba901000000' }), ['composed-volume']],
    [
      'zfs',
      bytes({ 16384: '0x0101000000000000000000010000002000000024000000077665', 16408: 'version' }),
      ['composed-volume'],
    ],
    ['fat12', buildFat({ type: 12, files: {} }), []],
    ['fat16', buildFat({ type: 16, files: {} }), []],
    ['fat32', buildFat({ type: 32, files: {} }), []],
  ])('%s', async (id, image, expected) => {
    const reading = await read(image);
    expect(reading).toMatchObject({ payload: 'filesystem', votes: [], details: { filesystem: id, table: null } });
    expect(codes(reading)).toEqual(expected);
  });

  it('a partition table over an old superblock is a disk', async () => {
    const disk = buildDisk({ sectors: 256, mbr: [{ type: 0x83, start: 100, sectors: 100 }] });
    bytes(ext).copy(disk, 1024, 1024, 2048);
    const reading = await read(disk);
    expect(reading.payload).toBe('disk');
    expect(codes(reading)).toEqual(['stale-filesystem']);
  });

  it('a file system that lists itself as a partition is a file system', async () => {
    const volume = buildFat({ type: 16, files: {} });
    writeMbr(volume, 0, [{ type: 0x0e, start: 0, sectors: volume.length / 512, active: true }]);
    expect((await read(volume)).payload).toBe('filesystem');
  });
});

describe('discs', () => {
  const x64 = { platform: 0xef, image: FALLBACK };
  const bios = { platform: 0, image: Buffer.alloc(2048, 0x90) };
  it.each([
    ['for BIOS', [bios], true, ['firmware: required bios', 'architecture: required x86_64, i686']],
    ['for UEFI', [x64], true, ['firmware: required uefi', 'architecture: required x86_64']],
    ['for both', [bios, x64], true, ['firmware: required bios, uefi', 'architecture: required x86_64, i686']],
    ['without boot images', [], false, []],
  ])('%s', async (_title, entries, bootable, votes) => {
    const reading = await read(buildBootDisc({ entries }));
    expect(reading).toMatchObject({ payload: 'iso', bootable, details: { iso: { volume: 'A DISC' } } });
    expect(said(reading)).toEqual(votes);
  });

  it('with a partition table of their own are discs still', async () => {
    const disc = buildBootDisc({ entries: [bios] });
    writeMbr(disc, 0, [{ type: 0, start: 0, sectors: disc.length / 512, active: true }]);
    expect((await read(disc)).payload).toBe('iso');
  });

  it('whose rests lie under a partition table are disks', async () => {
    const disc = Buffer.concat([buildBootDisc(), Buffer.alloc(512 * 200)]);
    writeMbr(disc, 0, [{ type: 0x83, start: 200, sectors: 100 }]);
    expect((await read(disc)).payload).toBe('disk');
  });

  it('whose catalogue lies behind the end have no entries', async () => {
    const disc = buildBootDisc({ entries: [bios] });
    disc.writeUInt32LE(1 << 20, 17 * 2048 + 0x47);
    expect((await read(disc)).details.iso?.entries).toEqual([]);
  });

  it('with a catalogue whose checksum is wrong have no entries', async () => {
    const disc = buildBootDisc({ entries: [bios] });
    disc.writeUInt8(1, 20 * 2048 + 4);
    expect((await read(disc)).details.iso?.entries).toEqual([]);
  });
});
