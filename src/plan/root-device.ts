import type { Finding } from '../diagnostics/index.ts';
import { keyPath, type Plan, type Value, type Vote, vote } from '../facts/index.ts';
import type { Constraint } from './constraint.ts';
import { diagnostics } from './diagnostics.ts';

/** A disk as far as its use as a root file system goes. */
export interface RootDisk {
  readonly id: string;
  readonly payload?: string;
  readonly content?: { readonly filesystem: string | null } | null;
}

/** File systems that Linux has its root on; a bare volume of another kind (swap, LVM, FAT) is something else. */
const ROOTS: readonly string[] = [
  ...['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'f2fs', 'bcachefs'],
  ...['squashfs', 'erofs', 'cramfs', 'romfs'],
];

/** How Linux names the first disk of a bus; all but virtio share the names of SCSI. */
const FIRST = { virtio: '/dev/vda', other: '/dev/sda' } as const;
const argsFor = (device: string): string => `root=${device}`;

function isBareRoot({ payload, content }: RootDisk): boolean {
  return payload === 'filesystem' && ROOTS.includes(content?.filesystem ?? '');
}

/**
 * Without a partition table the root file system is the whole disk, and its name follows from the bus. It is voted
 * for where nobody speaks of kernel arguments, and only for the first disk: names of others depend on all of them.
 */
export function rootDefaults(disks: readonly RootDisk[], bootDisk: string | null, votes: readonly Vote[]): Vote[] {
  const [first] = disks;
  const isRoot = first !== undefined && isBareRoot(first) && (bootDisk ?? first.id) === first.id;
  if (!isRoot || votes.some(({ key }) => key === 'kernel-args')) return [];
  const values = [argsFor(FIRST.virtio), argsFor(FIRST.other)];
  return [vote({ key: 'kernel-args', strength: 'recommended', values, origin: 'default' })];
}

/** Which of the two defaults fits the bus; arguments that somebody gave are nobody's business here. */
export function rootConstraints(disks: readonly RootDisk[], votes: readonly Vote[]): Constraint[] {
  const [first] = disks;
  const asDefault = votes.some(({ key, origin }) => key === 'kernel-args' && origin === 'default');
  if (first === undefined || !asDefault) return [];
  return [
    {
      id: 'root-device-of-bus',
      why: 'incompatible',
      slots: ['kernel-args', keyPath('disk-bus', first.id)],
      reason: `Linux calls the first disk ${FIRST.virtio} on bus virtio and ${FIRST.other} on the others`,
      holds: (args?: Value, bus?: Value) =>
        args === undefined || bus === undefined || args === argsFor(bus === 'virtio' ? FIRST.virtio : FIRST.other),
    },
  ];
}

/** A kernel that is started directly and not told where its root file system is ends in a panic or a rescue shell. */
export function rootFindings(plan: Pick<Plan, 'kernel' | 'values' | 'disks'>, disks: readonly RootDisk[]): Finding[] {
  if (plan.kernel === null || /(^|\s)root=/.test(String(plan.values['kernel-args'] ?? ''))) return [];
  const first = plan.disks.find(({ bootOrder }) => bootOrder === 1)?.id;
  const root = disks.find((disk) => disk.id === first && isBareRoot(disk));
  if (root === undefined) return [];
  const device = plan.values[keyPath('disk-bus', root.id)] === 'virtio' ? FIRST.virtio : FIRST.other;
  return [diagnostics['root-missing']({ disk: root.id, filesystem: root.content?.filesystem ?? '', device })];
}
