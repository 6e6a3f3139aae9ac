import type { CompressionFormat } from '../container.ts';

const BLOCK = 0x314159265359;
const END = 0x177245385090;

/** bzip2 1.0: `BZh`, the block size, then a block or the end of the stream. */
export const container: CompressionFormat = {
  kind: 'compression',
  id: 'bzip2',
  probe: (head) =>
    /^BZh[1-9]/.test(head.toString('latin1', 0, 4)) && head.length >= 10 && isNext(head.readUIntBE(4, 6)),
  load: async () => (await import('./unpack.ts')).unpack,
};

const isNext = (magic: number) => magic === BLOCK || magic === END;
