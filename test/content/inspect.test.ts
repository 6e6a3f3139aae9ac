import { describe, expect, it } from 'vitest';
import { buildDisk } from '../../fixtures/generate/partition-tables.ts';
import { grubCode, ntfsVolume, windowsCode } from '../../src/synthesis/boot-code.ts';
import { buildPe, MACHINE } from '../../src/synthesis/pe.ts';
import * as disks from './disks.ts';
import { codes, read, said } from './reading.ts';

const { esp, gptDisk, mbrDisk, TYPE } = disks;
/** ext4 over the whole disk, as small cloud images have it. */
function extlinuxVolume(): Buffer {
  const volume = Buffer.alloc(64 * 1024);
  volume.write('\xeb\x58\x90EXTLINUX', 'latin1');
  volume.writeUInt16LE(0xaa55, 510);
  volume.writeUInt32LE(4096, 0x400);
  volume.writeUInt32LE(16384, 0x404);
  volume.writeUInt16LE(0xef53, 0x438);
  return volume;
}

const GRUB_AT_BIOS_BOOT = grubCode(1024n);
const ROOT: readonly [string] = [TYPE.rootX64];
const X86 = 'architecture: required x86_64, i686';
const X64 = 'architecture: required x86_64';
const NVRAM_CASE = { 'EFI/debian/grubx64.efi': disks.X64 };

describe('the firmware a disk boots with', () => {
  it.each([
    [
      'an ESP with a fallback loader needs UEFI',
      gptDisk({ esp: disks.FALLBACK }),
      true,
      ['firmware: required uefi', X64],
    ],
    [
      'boot code of GRUB with its core image needs BIOS',
      gptDisk({ biosBoot: true, core: true, code: GRUB_AT_BIOS_BOOT }),
      true,
      ['firmware: required bios', X86],
    ],
    [
      'both together leave both open',
      gptDisk({ esp: disks.FALLBACK, biosBoot: true, core: true, code: GRUB_AT_BIOS_BOOT }),
      true,
      ['firmware: required bios, uefi', X86],
    ],
    [
      'GRUB in the gap of an MBR disk needs BIOS, active partition or not',
      mbrDisk({ code: disks.GRUB_MBR }),
      true,
      ['firmware: required bios', X86],
    ],
    [
      'GRUB without a core image boots nothing, so UEFI is left',
      gptDisk({ esp: disks.FALLBACK, biosBoot: true, code: GRUB_AT_BIOS_BOOT }),
      true,
      ['firmware: required uefi', X64],
    ],
    [
      'a BIOS boot partition without boot code is no way in',
      gptDisk({ esp: disks.FALLBACK, biosBoot: true }),
      true,
      ['firmware: required uefi', X64],
    ],
    [
      'an ESP without fallback loader: UEFI only with an entry',
      gptDisk({ esp: disks.VENDOR }),
      null,
      ['firmware: recommended uefi', X64],
    ],
    [
      'the same with a BIOS way in boots through BIOS',
      gptDisk({ esp: disks.VENDOR, biosBoot: true, core: true, code: GRUB_AT_BIOS_BOOT }),
      true,
      ['firmware: required bios', X86],
    ],
    [
      'code that nobody knows, beside a fallback loader: either, rather UEFI',
      gptDisk({ esp: disks.FALLBACK, code: Buffer.from('\xeb\xfe, says somebody', 'latin1') }),
      true,
      ['firmware: required uefi, bios', 'firmware: recommended uefi', X64],
    ],
    [
      'code that nobody knows, alone: perhaps BIOS',
      gptDisk({ code: Buffer.from('code'), other: ROOT }),
      null,
      ['firmware: recommended bios', 'architecture: recommended x86_64'],
    ],
    ['generic code without an active partition is no way in', mbrDisk({ code: windowsCode() }), null, []],
    [
      'generic code and an active partition that holds code',
      mbrDisk({ code: windowsCode(), active: true, content: Buffer.from('\xeb\x58\x90EXTLINUX', 'latin1') }),
      true,
      ['firmware: required bios', X86],
    ],
    ['an active partition without any code proves nothing', mbrDisk({ active: true }), null, []],
    [
      'an MBR disk with an EFI partition needs UEFI',
      mbrDisk({ type: 0xef, content: disks.FALLBACK }),
      true,
      ['firmware: required uefi', X64],
    ],
    [
      'a fallback loader in a FAT partition of another type: UEFI is likely',
      mbrDisk({ type: 0x0c, content: disks.FALLBACK }),
      null,
      ['firmware: recommended uefi'],
    ],
    ['a FAT volume without a table can boot like a stick', disks.FALLBACK, true, ['firmware: required uefi', X64]],
    [
      'an ext file system with extlinux in its first sector boots like a floppy',
      extlinuxVolume(),
      true,
      ['firmware: required bios', X86],
    ],
    ['a data disk does not boot', gptDisk({ other: [TYPE.linux] }), false, []],
    ['an ESP without any loader says nothing', gptDisk({ esp: esp({ 'EFI/readme.txt': Buffer.from('x') }) }), null, []],
  ])('%s', async (_title, bytes, bootable, votes) => {
    const reading = await read(bytes);
    expect({ bootable: reading.bootable, votes: said(reading) }).toEqual({ bootable, votes });
  });
});

describe('the architecture', () => {
  it.each([
    [
      'of an arm64 loader is required',
      gptDisk({ esp: disks.ARM64 }),
      ['firmware: required uefi', 'architecture: required aarch64'],
    ],
    ['of a root partition is recommended', gptDisk({ other: [TYPE.rootArm64] }), ['architecture: recommended aarch64']],
    [
      'of a 32-bit loader alone is a question of the firmware',
      gptDisk({ esp: disks.IA32 }),
      ['firmware: recommended uefi', 'architecture: recommended i686'],
    ],
    [
      'of a 32-bit loader beside a 64-bit one does not count',
      gptDisk({
        esp: esp({ 'EFI/BOOT/BOOTIA32.EFI': buildPe({ machine: MACHINE.ia32 }), 'EFI/BOOT/BOOTX64.EFI': buildPe() }),
      }),
      ['firmware: required uefi', X64],
    ],
    [
      'of two fallback loaders is either',
      gptDisk({
        esp: esp({ 'EFI/BOOT/BOOTX64.EFI': buildPe(), 'EFI/BOOT/BOOTAA64.EFI': buildPe({ machine: MACHINE.arm64 }) }),
      }),
      ['firmware: required uefi', 'architecture: required x86_64, aarch64'],
    ],
    [
      'of a PReP program is ppc64 of either byte order',
      gptDisk({ other: [TYPE.prep, Buffer.from('\x7fELF\x01\x02\x01', 'latin1')] }),
      ['architecture: required ppc64le, ppc64'],
    ],
    ['of a zIPL record is s390x', mbrDisk({ code: Buffer.from('zIPL') }), ['architecture: required s390x']],
  ])('%s', async (_title, bytes, votes) => {
    expect(said(await read(bytes))).toEqual(votes);
  });
});

describe('Windows', () => {
  const modern = [
    'disk-bus: recommended sata',
    'nic-model: recommended e1000e',
    'clock-offset: recommended localtime',
    'hyperv: recommended true',
  ];
  it.each([
    [
      'XP, started by NTLDR, gets IDE',
      disks.WINDOWS_XP,
      [
        'firmware: required bios',
        X86,
        'disk-bus: recommended ide',
        'nic-model: recommended rtl8139, pcnet',
        'clock-offset: recommended localtime',
        'machine: recommended i440fx',
        'usb-controller: recommended ich9-ehci1, piix3-uhci',
      ],
    ],
    [
      '7, started by BOOTMGR, gets SATA, and USB controllers that it has drivers for',
      disks.WINDOWS_7,
      ['firmware: required bios', X86, ...modern, 'usb-controller: recommended ich9-ehci1, piix3-uhci'],
    ],
    [
      '11 on UEFI gets SATA; generic code in its MBR is no way in',
      disks.WINDOWS_11,
      ['firmware: required uefi', X64, ...modern],
    ],
    ['is shown by a reserved partition', gptDisk({ other: [TYPE.msr] }), modern],
    [
      'has formatted this data disk, which is all that is known',
      mbrDisk({ code: windowsCode(), type: 7, content: ntfsVolume('BOOTMGR') }),
      ['disk-bus: recommended sata'],
    ],
  ])('%s', async (_title, bytes, votes) => {
    const reading = await read(bytes);
    expect(said(reading)).toEqual(votes);
    expect(codes(reading)).toContain('windows-drivers-unproven');
    expect(reading.votes.flatMap(({ values }) => values)).not.toContain('virtio');
    expect(reading.votes.find(({ key }) => key === 'disk-bus')?.subject).toBe('disk0');
  });
});

describe('a disk of Linux with a partition that Windows has formatted', () => {
  it('is not taken for Windows', async () => {
    const shared = [TYPE.basicData, ntfsVolume('BOOTMGR')] as const;
    const disk = gptDisk({ other: shared, others: [{ type: TYPE.rootX64, first: 64, last: 999 }] });
    expect(said(await read(disk))).toEqual(['architecture: recommended x86_64']);
  });
});

describe('findings about the ways into a disk', () => {
  it.each([
    ['an ESP without fallback loader', gptDisk({ esp: disks.VENDOR }), ['needs-nvram']],
    [
      'an ESP with one and a vendor loader',
      gptDisk({ esp: esp({ 'EFI/BOOT/BOOTX64.EFI': disks.X64, ...NVRAM_CASE }) }),
      ['nvram-not-needed'],
    ],
    [
      'a fallback loader for another machine',
      gptDisk({ esp: esp({ 'EFI/BOOT/BOOTX64.EFI': buildPe({ machine: MACHINE.arm64 }) }) }),
      ['not-a-loader', 'needs-nvram'],
    ],
    ['an empty fallback loader', gptDisk({ esp: esp({ 'EFI/BOOT/BOOTX64.EFI': Buffer.alloc(0) }) }), ['not-a-loader']],
    [
      'a fallback loader that is a driver of Windows',
      gptDisk({ esp: esp({ 'EFI/BOOT/BOOTX64.EFI': buildPe({ subsystem: 2 }) }) }),
      ['not-a-loader'],
    ],
    ['a 32-bit fallback loader', gptDisk({ esp: disks.IA32 }), ['ia32-loader']],
    ['an ESP that is not FAT', gptDisk({ esp: Buffer.from('nothing') }), ['esp-unreadable']],
    ['a BIOS boot partition without code', gptDisk({ biosBoot: true }), ['bios-boot-unused']],
    ['boot code that leads nowhere', mbrDisk({ code: windowsCode(), active: true }), ['boot-code-without-target']],
    ['a LUKS partition', gptDisk({ other: [TYPE.linux, Buffer.from('LUKS\xba\xbe\0\x02', 'latin1')] }), ['encrypted']],
    [
      'a BitLocker partition',
      gptDisk({ other: [TYPE.basicData, Buffer.from('\xeb\x58\x90-FVE-FS-', 'latin1')] }),
      ['encrypted'],
    ],
    [
      'an LVM partition',
      gptDisk({
        other: [TYPE.linux, Buffer.concat([Buffer.alloc(512), Buffer.from('LABELONE................LVM2 001')])],
      }),
      ['composed-volume'],
    ],
  ])('%s', async (_title, bytes, expected) => {
    expect(codes(await read(bytes))).toEqual(expected);
  });
});

describe('what is read of a disk', () => {
  it('is little: the whole identity costs at most 15 reads and 200 KiB', async () => {
    const many = Array.from({ length: 60 }, (_, index) => ({
      type: TYPE.linux,
      first: 3000 + index * 200,
      last: 3199 + index * 200,
    }));
    const reading = await read(buildDisk({ sectors: 16384, gpt: many }));
    expect(reading.partitions).toHaveLength(60);
  });

  it('is listed with loaders, their machine, signature and kind', async () => {
    const uki = buildPe({ sections: ['.text', '.osrel', '.linux', '.initrd'] });
    const volume = esp({
      'EFI/Linux/debian-6.1.0-cloud.efi': uki,
      'EFI/debian/shimx64.efi': buildPe({ signed: true }),
    });
    const { details } = await read(gptDisk({ esp: volume }));
    expect(details.loaders).toEqual([
      {
        partition: 1,
        path: 'EFI/Linux/debian-6.1.0-cloud.efi',
        architecture: 'x86_64',
        efi: true,
        signed: false,
        uki: true,
        fallback: false,
      },
      {
        partition: 1,
        path: 'EFI/debian/shimx64.efi',
        architecture: 'x86_64',
        efi: true,
        signed: true,
        uki: false,
        fallback: false,
      },
    ]);
  });
});
