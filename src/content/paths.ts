import type { Architecture, BootCodeKind, EspLoader, Partition } from '../facts/content.ts';

/**
 * `proven`: the bytes show every step. `likely`: a step is there that is not understood. `conditional`: only with
 * something that is not on the disk. `none`: a step is missing.
 */
export type PathState = 'proven' | 'likely' | 'conditional' | 'none';

/** Code of a partition that generic boot code could start. */
export interface StartableVolume {
  readonly partition: Partition;
  readonly code: BootCodeKind;
}

export interface BiosFacts {
  readonly code: BootCodeKind;
  /** Whether the sector that GRUB's first stage loads lies on the disk and is not empty. */
  readonly grubCore: boolean;
  /** Active partitions of the MBR, also of a hybrid one. */
  readonly active: readonly StartableVolume[];
  /** GPT partitions with the attribute "legacy BIOS bootable". */
  readonly legacy: readonly StartableVolume[];
  readonly partitions: readonly Partition[];
}

export interface BiosPath {
  readonly state: PathState;
  /** What is missing, when boot code is there but leads nowhere. */
  readonly problem: string | null;
  /** Through which volume, where the code only hands over. */
  readonly through: StartableVolume | null;
}

const NO_PATH: BiosPath = { state: 'none', problem: null, through: null };
const PROVEN: BiosPath = { state: 'proven', problem: null, through: null };

/** Whether a BIOS gets from the first sector to a system loader. */
export function biosPath(facts: BiosFacts): BiosPath {
  switch (facts.code) {
    case 'none':
    case 'zipl':
    case 'not-bootable':
      return NO_PATH;
    case 'grub':
      return facts.grubCore ? PROVEN : { ...NO_PATH, problem: 'the core image that it loads is not there' };
    // these load the rest from sectors that their installer has written into them
    case 'grub-legacy':
    case 'lilo':
    case 'isolinux':
      return PROVEN;
    case 'freebsd':
      if (facts.partitions.some(({ role }) => role === 'freebsd-boot')) return PROVEN;
      return handOver(facts.active);
    case 'syslinux':
      return handOver([...facts.active, ...facts.legacy]);
    case 'windows-mbr':
    case 'windows-ntldr':
    case 'windows-bootmgr':
    case 'parted':
      return handOver(facts.active);
    case 'unknown': {
      const path = handOver([...facts.active, ...facts.legacy]);
      return path.state === 'proven' ? path : { ...NO_PATH, state: 'likely' };
    }
  }
}

/** Generic code starts whatever is in the first sector of the active partition. */
function handOver(volumes: readonly StartableVolume[]): BiosPath {
  const [first] = volumes;
  if (first === undefined) return { ...NO_PATH, problem: 'no partition is marked for it to start' };
  const through = volumes.find(({ code }) => code !== 'none' && code !== 'not-bootable');
  if (through !== undefined) return { ...PROVEN, through };
  return { ...NO_PATH, problem: `partition ${first.partition.index} holds no boot code` };
}

export interface UefiFacts {
  /** Loaders of EFI system partitions, of a FAT volume without a table, or of the boot image of a disc. */
  readonly inEsp: readonly EspLoader[];
  /** Loaders of other FAT partitions: common firmware looks there too, the specification does not ask for it. */
  readonly elsewhere: readonly EspLoader[];
}

export interface UefiPath {
  readonly state: PathState;
  /** Machines that start with an empty variable store, in the order found; without 32-bit x86 beside 64-bit. */
  readonly architectures: readonly Architecture[];
  readonly need: 'nvram' | 'ia32-firmware' | null;
}

/** Whether UEFI firmware with an empty variable store finds a loader. */
export function uefiPath({ inEsp, elsewhere }: UefiFacts): UefiPath {
  const own = fallbacks(inEsp);
  const wide = own.filter((architecture) => architecture !== 'i686');
  if (wide.length > 0) return { state: 'proven', architectures: wide, need: null };
  const other = fallbacks(elsewhere).filter((architecture) => architecture !== 'i686');
  if (other.length > 0) return { state: 'likely', architectures: other, need: null };
  if (own.length > 0) return { state: 'conditional', architectures: own, need: 'ia32-firmware' };
  if (inEsp.some(({ efi }) => efi)) return { state: 'conditional', architectures: [], need: 'nvram' };
  return { state: 'none', architectures: [], need: null };
}

export function fallbacks(loaders: readonly EspLoader[]): readonly Architecture[] {
  const found = loaders.flatMap(({ fallback, architecture }) =>
    fallback && architecture !== null ? [architecture] : [],
  );
  return [...new Set(found)];
}
