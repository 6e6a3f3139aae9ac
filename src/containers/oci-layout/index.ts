import type { ImageFormat } from '../container.ts';

/** An OCI image layout (image specification 1.1, image-layout.md), as a directory or packed with tar. */
export const container: ImageFormat = {
  kind: 'image',
  id: 'oci-layout',
  marker: 'oci-layout',
  // an archive of docker save is both; this one has digests
  rank: 0,
  inDirectories: true,
  announces: (name) => /^(oci-layout$|index\.json$|blobs(\/|$))/.test(name),
  load: async () => (await import('./reader.ts')).reader,
};
