import { buildDisk, type GptPartition } from '../../fixtures/generate/partition-tables.ts';
import { grubCode, ntfsVolume, windowsCode } from '../../src/synthesis/boot-code.ts';
import { buildFat } from '../../src/synthesis/fat.ts';
import { buildPe, MACHINE } from '../../src/synthesis/pe.ts';

/** Type GUIDs, as the specifications print them. */
export const TYPE = {
  esp: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
  biosBoot: '21686148-6449-6E6F-744E-656564454649',
  msr: 'E3C9E316-0B5C-4DB8-817D-F92DF00215AE',
  basicData: 'EBD0A0A2-B9E5-4433-87C0-68B6B72699C7',
  linux: '0FC63DAF-8483-4772-8E79-3D69D8477DE4',
  rootX64: '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709',
  rootArm64: 'B921B045-1DF0-41C3-AF44-4C6F280D3FAE',
  prep: '9E1A2D38-C612-4316-AA26-8B49521E5A8B',
} as const;

const ESP_AT = 2048;
const BIOS_AT = 1024;
const OTHER_AT = 12288;
const SECTORS = 16384;

/** An EFI system partition with these files, as FAT16. */
export const esp = (files: Readonly<Record<string, Buffer>>): Buffer => buildFat({ type: 16, files });

export const X64 = buildPe();
export const FALLBACK = esp({ 'EFI/BOOT/BOOTX64.EFI': X64 });
export const VENDOR = esp({ 'EFI/debian/shimx64.efi': buildPe({ signed: true }), 'EFI/debian/grubx64.efi': X64 });

export interface Parts {
  readonly esp?: Buffer;
  readonly biosBoot?: boolean;
  /** A core image at the place that GRUB's first stage names. */
  readonly core?: boolean;
  readonly code?: Buffer;
  /** Type GUID of a third partition, and its first bytes. */
  readonly other?: readonly [type: string, content?: Buffer];
  readonly others?: readonly GptPartition[];
  readonly sectorSize?: 512 | 4096;
}

/** A GPT disk of 8 MiB put together from parts. */
export function gptDisk({ esp: volume, biosBoot, core, code, other, others = [], sectorSize = 512 }: Parts): Buffer {
  const gpt: GptPartition[] = [];
  const content: Record<number, Buffer> = {};
  if (biosBoot === true) gpt.push({ type: TYPE.biosBoot, first: BIOS_AT, last: ESP_AT - 1 });
  if (core === true) content[BIOS_AT] = Buffer.from('core image');
  if (volume !== undefined) {
    gpt.push({ type: TYPE.esp, first: ESP_AT, last: OTHER_AT - 1, name: 'EFI System Partition' });
    content[ESP_AT] = volume;
  }
  if (other !== undefined) {
    gpt.push({ type: other[0], first: OTHER_AT, last: SECTORS - 100, name: 'other' });
    if (other[1] !== undefined) content[OTHER_AT] = other[1];
  }
  gpt.push(...others);
  return buildDisk({ sectors: SECTORS, sectorSize, gpt, content, ...(code === undefined ? {} : { code }) });
}

export interface MbrParts {
  readonly code?: Buffer;
  readonly type?: number;
  readonly active?: boolean;
  readonly content?: Buffer;
}

/** An MBR disk with one partition. */
export function mbrDisk({ code, type = 0x83, active = false, content }: MbrParts): Buffer {
  return buildDisk({
    sectors: SECTORS,
    mbr: [{ type, start: ESP_AT, sectors: SECTORS - ESP_AT, active }],
    ...(code === undefined ? {} : { code }),
    ...(content === undefined ? {} : { content: { [ESP_AT]: content } }),
  });
}

/** Boot code of GRUB with its core image in the gap behind the first sector. */
export const GRUB_MBR = Buffer.concat([grubCode(1n), Buffer.alloc(72), Buffer.from('core image')]);

export const WINDOWS_XP = mbrDisk({ code: windowsCode(), type: 7, active: true, content: ntfsVolume('NTLDR') });
export const WINDOWS_7 = mbrDisk({ code: windowsCode(), type: 7, active: true, content: ntfsVolume('BOOTMGR') });
export const WINDOWS_11 = gptDisk({
  esp: esp({ 'EFI/Microsoft/Boot/bootmgfw.efi': buildPe({ signed: true }), 'EFI/Boot/bootx64.efi': X64 }),
  code: windowsCode(),
  other: [TYPE.basicData, ntfsVolume('BOOTMGR')],
  others: [{ type: TYPE.msr, first: 64, last: 1000 }],
});
export const ARM64 = esp({ 'EFI/BOOT/BOOTAA64.EFI': buildPe({ machine: MACHINE.arm64 }) });
export const IA32 = esp({ 'EFI/BOOT/BOOTIA32.EFI': buildPe({ machine: MACHINE.ia32 }) });
