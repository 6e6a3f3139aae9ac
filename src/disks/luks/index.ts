import type { DiskFormat } from '../format.ts';
import { isLuks } from './signature.ts';

/** LUKS, versions 1 and 2, on a whole disk: recognised and described, never opened. */
export const format: DiskFormat = {
  id: 'luks',
  probe: ({ head }) => isLuks(head),
  alsoInside: true,
  load: async () => (await import('./reader.ts')).reader,
};
