import { BLANK, type Plan, type PlanCdrom, type PlanDisk } from '../../facts/index.ts';
import { type BootPart, bootDisk, bootParts, type Part } from './boot.ts';
import { imageProperties } from './properties.ts';
import type { Properties } from './rules.ts';

/** One image to create. Sizes as Glance counts them: min_disk in GiB, min_ram in MiB. */
export interface Image {
  readonly name: string;
  readonly file: string;
  /** The command that makes `file`, word by word; null: the file is there. */
  readonly convert: readonly string[] | null;
  readonly diskFormat: string;
  readonly containerFormat: string;
  readonly minDisk: number;
  readonly minRam: number;
  readonly properties: Properties;
  /** null: a disk or a disc. */
  readonly part: Part | null;
  /** Images before this one whose ids it has as kernel_id and ramdisk_id. */
  readonly startsWith: readonly Part[];
}

/** Our format names and Glance's `disk_formats`; qcow version 1, qed and the rest have none. */
const DISK_FORMAT: { readonly [format: string]: string } = {
  raw: 'raw',
  // Glance has no name for it and takes LUKS1 as raw
  luks: 'raw',
  qcow2: 'qcow2',
  vmdk: 'vmdk',
  vdi: 'vdi',
  vhd: 'vhd',
  vpc: 'vhd',
  vhdx: 'vhdx',
  iso: 'iso',
};

const diskFormat = (format: string): string | undefined =>
  Object.hasOwn(DISK_FORMAT, format) ? DISK_FORMAT[format] : undefined;

/** The three formats that say what an image IS, not how it is packed: kernel, ram disk, bare file system. */
const AMAZON: { readonly [payload: string]: string } = { kernel: 'aki', ramdisk: 'ari', filesystem: 'ami' };

const VHD_FOOTER = 512;

/** Why Glance or Nova would refuse the file of a disk as it lies there. */
type Refusal = 'inside-archive' | 'disk-format' | 'fixed-vhd' | 'extended-l2';

/** The first reason that stands against uploading the file itself; null: nothing does. */
export function refusalOf(disk: PlanDisk): Refusal | null {
  if (disk.slice !== null || disk.wrapping.length > 0 || disk.format === BLANK) return 'inside-archive';
  if (hasExtendedL2(disk)) return 'extended-l2';
  const format = diskFormat(disk.format);
  if (format === undefined) return 'disk-format';
  return format === 'vhd' && disk.virtualSize !== null && disk.fileSize === disk.virtualSize + VHD_FOOTER
    ? 'fixed-vhd'
    : null;
}

function hasExtendedL2({ details }: PlanDisk): boolean {
  const features = details['features'];
  const incompatible =
    typeof features === 'object' && features !== null && 'incompatible' in features ? features['incompatible'] : null;
  return Array.isArray(incompatible) && incompatible.includes('extended-l2');
}

type Upload = Pick<Image, 'file' | 'convert' | 'diskFormat' | 'containerFormat'>;

/** The file itself, or the copy that the plan makes of one that Glance or Nova refuses. */
function uploadOf(disk: PlanDisk, startsWith: readonly Part[]): Upload {
  if (disk.copy !== null && refusalOf(disk) !== null) {
    const { path: file, format, command: convert } = disk.copy;
    return { file, convert, diskFormat: diskFormat(format) ?? '', containerFormat: 'bare' };
  }
  const amazon = startsWith.length > 0 ? 'ami' : AMAZON[disk.payload];
  const named = disk.format === 'raw' ? amazon : undefined;
  const formats = { diskFormat: named ?? diskFormat(disk.format) ?? '', containerFormat: named ?? 'bare' };
  return { file: disk.path, convert: null, ...formats };
}

const GIB = 1024 ** 3;

/** Nova wants a root disk of this size, and one that is not smaller than the file either. */
function minDisk(disk: PlanDisk, { convert }: Upload): number {
  return Math.ceil(Math.max(disk.virtualSize ?? 0, convert === null ? disk.fileSize : 0) / GIB);
}

/** The least memory anybody asked for. The value decided is the flavor's business. */
export function minRam(plan: Plan): number {
  return plan.decisions.find(({ key, subject }) => key === 'memory-mib' && subject === null)?.minimum ?? 0;
}

const BARE = { convert: null, minDisk: 0, minRam: 0, properties: {}, part: null, startsWith: [] } as const;

/** A machine without a disk boots from its first disc. */
function discImage(plan: Plan, { path }: PlanCdrom): Image {
  return {
    ...BARE,
    name: plan.name,
    file: path,
    diskFormat: 'iso',
    containerFormat: 'bare',
    minRam: minRam(plan),
    properties: imageProperties(plan),
  };
}

function partImage(plan: Plan, { part, file }: BootPart): Image {
  const format = AMAZON[part] ?? '';
  return { ...BARE, name: `${plan.name}-${part}`, file, diskFormat: format, containerFormat: format, part };
}

/**
 * The images in the order they are created: what a disk is started with, the disk to boot from, the other disks. The
 * boot disk alone has properties: Nova reads those of no other.
 */
export function imagesOf(plan: Plan): readonly Image[] {
  const boot = bootDisk(plan);
  if (boot === undefined) return plan.cdroms.slice(0, 1).map((disc) => discImage(plan, disc));
  const parts = bootParts(plan);
  const others = plan.disks.filter((disk) => disk !== boot && !parts.some((part) => part.disk === disk));
  const startsWith = parts.map(({ part }) => part);
  const bootUpload = uploadOf(boot, startsWith);
  return [
    ...parts.map((part) => partImage(plan, part)),
    {
      ...BARE,
      ...bootUpload,
      name: plan.name,
      minDisk: minDisk(boot, bootUpload),
      minRam: minRam(plan),
      properties: imageProperties(plan),
      startsWith,
    },
    ...others.map((disk) => {
      const upload = uploadOf(disk, []);
      return { ...BARE, ...upload, name: `${plan.name}-${disk.id}`, minDisk: minDisk(disk, upload) };
    }),
  ];
}

/** The image a server is started from, which carries the properties of the machine. */
export function bootImage(images: readonly Image[]): Image | undefined {
  return images.find(({ part }) => part === null);
}
