import type { DiskFormat } from '../format.ts';
import { isQcow2 } from './signature.ts';

/** qcow2, versions 2 (qemu 0.10) and 3 (qemu 1.1), as in qemu's docs/interop/qcow2.txt. */
export const format: DiskFormat = {
  id: 'qcow2',
  probe: ({ head }) => isQcow2(head),
  load: async () => (await import('./reader.ts')).reader,
  writeHints: async (path, document) => (await import('./write-hints.ts')).writeHints(path, document),
};
