import type { DiskFormat } from '../format.ts';
import { isDisc } from './signature.ts';

/** Images of CDs and DVDs: ISO 9660 (ECMA-119) with Joliet and El Torito, UDF (ECMA-167), and both on one disc. */
export const format: DiskFormat = {
  id: 'iso',
  probe: ({ head }) => isDisc(head),
  alsoInside: true,
  load: async () => (await import('./reader.ts')).reader,
};
