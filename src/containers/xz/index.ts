import type { CompressionFormat } from '../container.ts';

/** The .xz format of the XZ Utils, version 1.2.1. */
export const container: CompressionFormat = {
  kind: 'compression',
  id: 'xz',
  probe: (head) => head.length >= 6 && head.readUIntBE(0, 6) === 0xfd377a585a00,
  load: async () => (await import('./unpack.ts')).unpack,
};
