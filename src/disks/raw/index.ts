import type { DiskFormat } from '../format.ts';

/** Raw: the guest's bytes as they are. It has no signature, so it answers no probe and is the fallback of all. */
export const format: DiskFormat = {
  id: 'raw',
  probe: () => false,
  load: async () => (await import('./reader.ts')).reader,
};
