import type { CompressionFormat } from '../container.ts';
import { startsFrame } from './frames.ts';

/** Zstandard (RFC 8878): frames one after the other, skippable ones between them. */
export const container: CompressionFormat = {
  kind: 'compression',
  id: 'zstd',
  probe: startsFrame,
  load: async () => (await import('./unpack.ts')).unpack,
};
