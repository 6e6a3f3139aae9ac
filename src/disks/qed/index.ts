import type { DiskFormat } from '../format.ts';
import { isQed } from './signature.ts';

/** QED, the "QEMU enhanced disk" of 2010, as in qemu's docs/interop/qed_spec.txt. Superseded by qcow2 version 3. */
export const format: DiskFormat = {
  id: 'qed',
  probe: ({ head }) => isQed(head),
  load: async () => (await import('./reader.ts')).reader,
};
