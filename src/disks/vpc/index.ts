import type { DiskFormat } from '../format.ts';
import { footerLengthAtEnd, hasHeaderCopy } from './signature.ts';

/**
 * VHD, called vpc by qemu: fixed (its only mark is the footer at the end), dynamic and differencing disks, as in
 * Microsoft's "Virtual Hard Disk Image Format Specification", with the extensions of XenServer.
 */
export const format: DiskFormat = {
  id: 'vpc',
  probe: ({ head }) => hasHeaderCopy(head),
  probeTail: (tail) => footerLengthAtEnd(tail) !== null,
  load: async () => (await import('./reader.ts')).reader,
};
