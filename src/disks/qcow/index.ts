import type { DiskFormat } from '../format.ts';
import { isQcow } from './signature.ts';

/** qcow, version 1 (qemu 0.8): the predecessor of qcow2, without reference counts, snapshots or extensions. */
export const format: DiskFormat = {
  id: 'qcow',
  probe: ({ head }) => isQcow(head),
  load: async () => (await import('./reader.ts')).reader,
};
