import type { Plan, PlanDisk } from '../../facts/index.ts';

/** What a machine that is started with a kernel of its own has beside its disk. */
export type Part = 'kernel' | 'ramdisk';

/** The property that holds the id of a part. */
export const idProperty = (part: Part): string => `${part}_id`;

export interface BootPart {
  readonly part: Part;
  readonly file: string;
  /** The disk it was found as; null: it was named beside the disks. */
  readonly disk: PlanDisk | null;
}

const isPart = ({ payload }: PlanDisk): boolean => payload === 'kernel' || payload === 'ramdisk';

/** The disk a server boots from: it alone carries the properties of the machine. */
export function bootDisk({ disks }: Plan): PlanDisk | undefined {
  const bootable = disks.some((disk) => !isPart(disk)) ? disks.filter((disk) => !isPart(disk)) : disks;
  const ordered = bootable.filter((disk) => disk.bootOrder !== null);
  return ordered.sort((a, b) => (a.bootOrder ?? 0) - (b.bootOrder ?? 0))[0] ?? bootable[0];
}

function partOf(plan: Plan, part: Part): BootPart | undefined {
  const named = part === 'kernel' ? plan.kernel : plan.initrd;
  if (named !== null) return { part, file: named, disk: null };
  const disk = plan.disks.find(({ payload }) => payload === part);
  return disk === undefined ? undefined : { part, file: disk.path, disk };
}

/** The kernel and the RAM disk that start the boot disk; Nova reads a RAM disk beside a kernel only. */
export function bootParts(plan: Plan): readonly BootPart[] {
  const boot = bootDisk(plan);
  const kernel = partOf(plan, 'kernel');
  if (boot === undefined || kernel === undefined || kernel.disk === boot) return [];
  const ramdisk = partOf(plan, 'ramdisk');
  return ramdisk === undefined ? [kernel] : [kernel, ramdisk];
}
