import type { DiskFormat } from '../format.ts';
import { isVdi } from './signature.ts';

/** VDI, the disk image of VirtualBox, version 1.1: dynamic and static ones; differencing ones are recognised. */
export const format: DiskFormat = {
  id: 'vdi',
  probe: ({ head }) => isVdi(head),
  load: async () => (await import('./reader.ts')).reader,
};
