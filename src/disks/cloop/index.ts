import type { DiskFormat } from '../format.ts';
import { isCloop } from './signature.ts';

/** Compressed loop images, version 2: recognised and refused by name (qemu block/cloop.c). */
export const format: DiskFormat = {
  id: 'cloop',
  probe: ({ head }) => isCloop(head),
  load: async () => (await import('./reader.ts')).reader,
};
