import type { DiskFormat } from '../format.ts';
import { kindOf } from './signature.ts';

/**
 * VMDK: hosted sparse extents with their descriptor inside (monolithicSparse, streamOptimized), read in full; text
 * descriptors and the redo logs of ESX, recognised and refused because their data are in other files. Follows VMware's
 * "Virtual Disk Format 5.0" and, where they differ, qemu's block/vmdk.c.
 */
export const format: DiskFormat = {
  id: 'vmdk',
  probe: ({ head }) => kindOf(head) !== null,
  load: async () => (await import('./reader.ts')).reader,
};
