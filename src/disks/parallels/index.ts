import type { DiskFormat } from '../format.ts';
import { variantOf } from './signature.ts';

/** Parallels and ploop expandable images (qemu docs/interop/parallels.txt), in both variants. */
export const format: DiskFormat = {
  id: 'parallels',
  probe: ({ head }) => variantOf(head) !== null,
  load: async () => (await import('./reader.ts')).reader,
};
