import type { DiskFormat } from '../format.ts';
import { isTrailer, TRAILER_LENGTH } from './signature.ts';

/** Apple disk images (UDIF): recognised by the trailer at the end of the file and refused by name (qemu block/dmg.c). */
export const format: DiskFormat = {
  id: 'dmg',
  probe: () => false,
  probeTail: (tail) => tail.length >= TRAILER_LENGTH && isTrailer(tail.subarray(-TRAILER_LENGTH)),
  startsWithStream: true,
  load: async () => (await import('./reader.ts')).reader,
};
