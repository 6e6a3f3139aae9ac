import type { DiskFormat } from '../format.ts';
import { isBochs } from './signature.ts';

/** Disks of the Bochs emulator: recognised and refused by name (bochs bochs/iodev/hdimage/hdimage.h). */
export const format: DiskFormat = {
  id: 'bochs',
  probe: ({ head }) => isBochs(head),
  load: async () => (await import('./reader.ts')).reader,
};
