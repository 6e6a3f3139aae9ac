import type { Finding } from '../../diagnostics/index.ts';
import { BLANK, type Plan, type PlanCdrom, type PlanDisk, type PlanFile } from '../../facts/index.ts';
import { diagnostics } from './diagnostics.ts';
import { bootDisk, imageProperties } from './properties.ts';
import { isGlanceText, type Properties, propertyFindings } from './rules.ts';

/** One image to create. Sizes as Glance counts them: min_disk in GiB, min_ram in MiB. */
export interface Image {
  readonly name: string;
  readonly file: string;
  readonly diskFormat: string;
  readonly containerFormat: string;
  readonly minDisk: number;
  readonly minRam: number;
  readonly properties: Properties;
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

/** Glance takes a whole file: what is wrapped, or does not exist yet, is uploaded as the copy that the plan makes of it. */
function fileOf(disk: PlanDisk): Pick<PlanFile, 'path' | 'format'> {
  return disk.copy !== null && isWrapped(disk) ? disk.copy : disk;
}

const isWrapped = ({ slice, wrapping, format }: PlanDisk): boolean =>
  slice !== null || wrapping.length > 0 || format === BLANK;

function formatsOf({ payload }: PlanDisk, format: string): Pick<Image, 'diskFormat' | 'containerFormat'> {
  const amazon = format === 'raw' ? AMAZON[payload] : undefined;
  if (amazon !== undefined) return { diskFormat: amazon, containerFormat: amazon };
  return { diskFormat: diskFormat(format) ?? '', containerFormat: 'bare' };
}

/** A machine without a disk boots from its first disc. */
function discImage(plan: Plan, { path }: PlanCdrom): Image {
  const properties = imageProperties(plan);
  return {
    name: plan.name,
    file: path,
    diskFormat: 'iso',
    containerFormat: 'bare',
    minDisk: 0,
    minRam: minRam(plan),
    properties,
  };
}

const GIB = 1024 ** 3;
const VHD_FOOTER = 512;
const MAX_NAME = 255;

/** Nova compares the root disk of a flavor with this only, not with the virtual size of the image. */
function minDisk(disk: PlanDisk): number {
  return disk.virtualSize === null ? 0 : Math.ceil(disk.virtualSize / GIB);
}

/** The least memory anybody asked for. The value decided is the flavor's business. */
export function minRam(plan: Plan): number {
  return plan.decisions.find(({ key, subject }) => key === 'memory-mib' && subject === null)?.minimum ?? 0;
}

/** One image per disk, the one to boot from first. It alone has properties: Nova reads those of no other. */
export function imagesOf(plan: Plan): readonly Image[] {
  const boot = bootDisk(plan);
  if (boot === undefined) return plan.cdroms.slice(0, 1).map((disc) => discImage(plan, disc));
  return [boot, ...plan.disks.filter((disk) => disk !== boot)].map((disk) => {
    const { path, format } = fileOf(disk);
    return {
      name: disk === boot ? plan.name : `${plan.name}-${disk.id}`,
      file: path,
      ...formatsOf(disk, format),
      minDisk: minDisk(disk),
      minRam: disk === boot ? minRam(plan) : 0,
      properties: disk === boot ? imageProperties(plan) : {},
    };
  });
}

function hasExtendedL2({ details }: PlanDisk): boolean {
  const features = details['features'];
  const incompatible =
    typeof features === 'object' && features !== null && 'incompatible' in features ? features['incompatible'] : null;
  return Array.isArray(incompatible) && incompatible.includes('extended-l2');
}

function diskFindings(disk: PlanDisk): readonly Finding[] {
  const findings: Finding[] = [];
  const args = { disk: disk.id, path: disk.path };
  if (disk.backing.length > 0) findings.push(diagnostics['backing-file'](args));
  if (disk.encrypted) findings.push(diagnostics.encrypted(args));
  if (hasExtendedL2(disk)) findings.push(diagnostics['extended-l2'](args));
  if (isWrapped(disk) && disk.copy === null) findings.push(diagnostics['inside-archive'](args));
  const format = diskFormat(fileOf(disk).format);
  if (format === undefined) findings.push(diagnostics['disk-format']({ ...args, format: disk.format }));
  if (format === 'vhd' && disk.virtualSize !== null && disk.fileSize === disk.virtualSize + VHD_FOOTER) {
    findings.push(diagnostics['fixed-vhd'](args));
  }
  return findings;
}

function isImageName(name: string): boolean {
  return name !== '' && [...name].length <= MAX_NAME && !name.startsWith('-') && isGlanceText(name);
}

/** Everything that Glance, its client or Nova would refuse, found before anything is uploaded. */
export function findingsOf(plan: Plan, images: readonly Image[]): readonly Finding[] {
  return [
    ...(images.length === 0 ? [diagnostics['no-disk']({})] : []),
    ...plan.disks.flatMap(diskFindings),
    ...(plan.disks.length === 0 ? plan.cdroms.slice(0, 1) : []).flatMap(({ id, path, slice }) =>
      slice === null ? [] : [diagnostics['inside-archive']({ disk: id, path })],
    ),
    ...(plan.kernel === null ? [] : [diagnostics['kernel-boot']({})]),
    ...images.filter((image) => !isImageName(image.name)).map(({ name }) => diagnostics.name({ name })),
    ...images.filter(({ file }) => /\p{Cc}/u.test(file)).map(({ file }) => diagnostics.path({ path: file })),
    ...images.flatMap((image) => propertyFindings(image.properties)),
    ...(plan.disks.length === 0 ? plan.cdroms.slice(1) : plan.cdroms).map(({ id, path }) =>
      diagnostics['cdrom-left-out']({ cdrom: id, path }),
    ),
  ];
}
