import type { Finding } from '../../diagnostics/index.ts';
import type { Plan, PlanDisk } from '../../facts/index.ts';
import { textOf } from '../values.ts';
import { bootParts } from './boot.ts';
import { diagnostics } from './diagnostics.ts';
import { bootImage, type Image, refusalOf } from './images.ts';
import { isNovaArchitecture } from './properties.ts';
import { isGlanceText, isPlainLine, propertyFindings } from './rules.ts';

const MAX_NAME = 255;

function isImageName(name: string): boolean {
  return name !== '' && [...name].length <= MAX_NAME && !name.startsWith('-') && isGlanceText(name);
}

/** What is wrong with a disk whoever uploads it. */
function contentFindings(disk: PlanDisk): readonly Finding[] {
  const args = { disk: disk.id, path: disk.path };
  return [
    ...(disk.backing.length > 0 ? [diagnostics['backing-file'](args)] : []),
    ...(disk.encrypted ? [diagnostics.encrypted(args)] : []),
  ];
}

/** What keeps the file of a disk from being uploaded, when the plan makes no copy of it. */
function uploadFindings(disk: PlanDisk): readonly Finding[] {
  const refusal = refusalOf(disk);
  if (refusal === null || disk.copy !== null) return [];
  return [diagnostics[refusal]({ disk: disk.id, path: disk.path, format: disk.format })];
}

/** A kernel and a RAM disk are uploaded as they are, and start a raw disk only. */
function partFindings(plan: Plan, images: readonly Image[]): readonly Finding[] {
  const wrapped = bootParts(plan).flatMap(({ part, disk }) =>
    disk === null || (disk.format === 'raw' && refusalOf(disk) === null)
      ? []
      : [diagnostics['wrapped-part']({ disk: disk.id, part, path: disk.path })],
  );
  const boot = bootImage(images);
  if (boot === undefined || boot.startsWith.length === 0 || boot.diskFormat === 'ami') return wrapped;
  return [...wrapped, diagnostics['kernel-boot']({ path: boot.file, format: boot.diskFormat })];
}

function discFindings({ disks, cdroms }: Plan): readonly Finding[] {
  const uploaded = disks.length === 0 ? cdroms.slice(0, 1) : [];
  return uploaded.flatMap(({ id, path, slice }) =>
    slice === null ? [] : [diagnostics['inside-archive']({ disk: id, path })],
  );
}

function pathFindings(images: readonly Image[]): readonly Finding[] {
  const paths = images.flatMap(({ file, convert }) => (convert === null ? [file] : [file, ...convert]));
  return images
    .filter(({ file }) => !file.startsWith('/'))
    .map(({ file }) => diagnostics['relative-path']({ path: file }))
    .concat([...new Set(paths)].filter((path) => !isPlainLine(path)).map((path) => diagnostics.path({ path })));
}

/** What Nova makes of the machine, wherever its image comes from. */
function machineFindings(plan: Plan, images: readonly Image[]): readonly Finding[] {
  const boot = bootImage(images);
  const architecture = textOf(plan, 'architecture');
  return [
    ...(boot === undefined ? [diagnostics['no-disk']({})] : propertyFindings(boot.properties, boot.startsWith)),
    ...(architecture === undefined || isNovaArchitecture(architecture)
      ? []
      : [diagnostics.architecture({ architecture })]),
    ...(plan.disks.length === 0 ? plan.cdroms.slice(1) : plan.cdroms).map(({ id, path }) =>
      diagnostics['cdrom-left-out']({ cdrom: id, path }),
    ),
  ];
}

const nameFindings = (images: readonly Image[]): readonly Finding[] =>
  images.filter((image) => !isImageName(image.name)).map(({ name }) => diagnostics.name({ name }));

/** Everything that Glance, its clients or Nova would refuse, found before anything is uploaded. */
export function uploadable(plan: Plan, images: readonly Image[]): readonly Finding[] {
  return [
    ...plan.disks.flatMap(contentFindings),
    ...plan.disks.flatMap(uploadFindings),
    ...discFindings(plan),
    ...partFindings(plan, images),
    ...nameFindings(images),
    ...pathFindings(images),
    ...machineFindings(plan, images),
  ];
}

/** The same for an image that is in Glance already: how its file got there is not our business. */
export function settable(plan: Plan, images: readonly Image[]): readonly Finding[] {
  return [...plan.disks.flatMap(contentFindings), ...nameFindings(images), ...machineFindings(plan, images)];
}
