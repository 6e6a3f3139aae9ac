import type { ImageFormat } from '../container.ts';

/** What `docker save`, `podman save` and skopeo's docker-archive write (moby image/spec/v1.2). */
export const container: ImageFormat = {
  kind: 'image',
  id: 'docker-archive',
  marker: 'manifest.json',
  rank: 1,
  // many a directory has a manifest.json
  inDirectories: false,
  announces: (name) => /^(sha256:)?[0-9a-f]{64}([./]|$)/.test(name),
  load: async () => (await import('./reader.ts')).reader,
};
