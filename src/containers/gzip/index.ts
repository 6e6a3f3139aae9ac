import type { CompressionFormat } from '../container.ts';

/** gzip (RFC 1952), one member or several. */
export const container: CompressionFormat = {
  kind: 'compression',
  id: 'gzip',
  // the two bytes of the signature, deflate as the only method there is, and no reserved flag
  probe: (head) =>
    head.length >= 4 && head.readUInt16BE(0) === 0x1f8b && head[2] === 8 && (head.readUInt8(3) & 0xe0) === 0,
  load: async () => (await import('./unpack.ts')).unpack,
};
