import type { Extent } from '../bytes/sparse.ts';
import { grubCode, ntfsVolume, windowsCode } from './boot-code.ts';
import { buildFat } from './fat.ts';
import { type GptPartition, partitionTables } from './partition-tables.ts';
import { buildPe, MACHINE } from './pe.ts';

const SECTOR = 512;
/** Bytes of the smallest disk that has room for the partitions made here. */
export const SMALLEST_PARTITIONED = 8 * 1024 * 1024;

/** 512 TiB: more than the numbers of sectors that readers of partition tables take for honest. */
export const LARGEST_DISK = 2 ** 49;

/** Type GUIDs of the UEFI Specification, table 5.7, and of Microsoft and the Discoverable Partitions Specification. */
const TYPE = {
  esp: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
  msr: 'E3C9E316-0B5C-4DB8-817D-F92DF00215AE',
  basicData: 'EBD0A0A2-B9E5-4433-87C0-68B6B72699C7',
  linux: '0FC63DAF-8483-4772-8E79-3D69D8477DE4',
} as const;

/** First sectors of the partitions; the first two are 1 MiB long, the last one takes the rest. */
const FIRST = 2048;
const SECOND = 4096;
const LAST = 6144;
/** The backup of a GPT takes 33 sectors. */
const GPT_END = 34;

export interface GuestSpec {
  /** Virtual bytes, whole sectors, up to LARGEST_DISK; at least SMALLEST_PARTITIONED when there are partitions. */
  readonly size: number;
  /** How the disk starts. `none`: it cannot; without `windows` it is empty then. */
  readonly boot: 'bios' | 'uefi' | 'none';
  /** The marks of Windows: its reserved partition or boot code, and an NTFS volume. */
  readonly windows: boolean;
  /** Of the loader on an EFI system partition. */
  readonly architecture: keyof typeof FALLBACK;
}

const FALLBACK = {
  x86_64: { name: 'BOOTX64.EFI', machine: MACHINE.x64 },
  aarch64: { name: 'BOOTAA64.EFI', machine: MACHINE.arm64 },
  i686: { name: 'BOOTIA32.EFI', machine: MACHINE.ia32 },
  riscv64: { name: 'BOOTRISCV64.EFI', machine: MACHINE.riscv64 },
} as const;
export const LOADER_ARCHITECTURES = Object.keys(FALLBACK) as (keyof typeof FALLBACK)[];

/** What a guest would see on its disk, as far as it is not zero. There is no code in it that runs. */
export function guestDisk(spec: GuestSpec): readonly Extent[] {
  if (spec.boot === 'bios') return spec.windows ? windowsOnMbr(spec) : linuxOnMbr(spec);
  return spec.boot === 'uefi' || spec.windows ? onGpt(spec) : [];
}

const sectorsOf = ({ size }: GuestSpec) => Math.floor(size / SECTOR);

function linuxOnMbr(spec: GuestSpec): readonly Extent[] {
  return [
    // GRUB's first stage names the sector of the second one, in the gap behind the boot record
    ...partitionTables({ sectors: sectorsOf(spec), code: grubCode(1n), mbr: [wholeDisk(spec, 0x83)] }),
    { offset: SECTOR, bytes: Buffer.from('core image') },
  ];
}

function windowsOnMbr(spec: GuestSpec): readonly Extent[] {
  return [
    ...partitionTables({ sectors: sectorsOf(spec), code: windowsCode(), mbr: [wholeDisk(spec, 0x07)] }),
    { offset: FIRST * SECTOR, bytes: ntfsVolume('BOOTMGR') },
  ];
}

/** An MBR counts 32 bits of sectors. */
function wholeDisk(spec: GuestSpec, type: number) {
  return { type, start: FIRST, sectors: Math.min(sectorsOf(spec) - FIRST, 0xffff_ffff - FIRST), active: true };
}

function onGpt(spec: GuestSpec): readonly Extent[] {
  const sectors = sectorsOf(spec);
  const rest = { first: LAST, last: sectors - 1 - GPT_END };
  const gpt: GptPartition[] = [];
  const content: Extent[] = [];
  if (spec.boot === 'uefi') {
    gpt.push({ type: TYPE.esp, first: FIRST, last: SECOND - 1, name: 'EFI System Partition' });
    content.push({ offset: FIRST * SECTOR, bytes: espVolume(spec) });
  }
  if (spec.windows) {
    gpt.push({ type: TYPE.msr, first: SECOND, last: LAST - 1, name: 'Microsoft reserved partition' });
    gpt.push({ type: TYPE.basicData, ...rest, name: 'Basic data partition' });
    content.push({ offset: LAST * SECTOR, bytes: ntfsVolume('BOOTMGR') });
  } else {
    gpt.push({ type: TYPE.linux, ...rest, name: 'root' });
  }
  return [...partitionTables({ sectors, gpt }), ...content];
}

function espVolume({ windows, architecture }: GuestSpec): Buffer {
  const { name, machine } = FALLBACK[architecture];
  const loader = buildPe({ machine });
  const own = windows ? { 'EFI/Microsoft/Boot/bootmgfw.efi': buildPe({ machine, signed: true }) } : {};
  return buildFat({ type: 12, files: { [`EFI/BOOT/${name}`]: loader, ...own } });
}
