import type { ArchiveFormat } from '../container.ts';
import { isHeader } from './header.ts';

/** tar: v7, ustar, pax and GNU, sparse files of all kinds (POSIX.1-2017 pax, GNU tar manual, tar(5) of libarchive). */
export const container: ArchiveFormat = {
  kind: 'archive',
  id: 'tar',
  probe: isHeader,
  load: async () => (await import('./reader.ts')).reader,
};
