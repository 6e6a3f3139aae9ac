import type { DiskFormat } from '../format.ts';
import { isVhdx } from './signature.ts';

/** VHDX, version 1, as in Microsoft's [MS-VHDX]: fixed and dynamic disks; differencing ones are recognised. */
export const format: DiskFormat = {
  id: 'vhdx',
  probe: ({ head }) => isVhdx(head),
  load: async () => (await import('./reader.ts')).reader,
};
