import { type ByteSource, readUpTo } from '../../bytes/index.ts';
import { u16, u32 } from '../peek.ts';
import type { FatVolume } from './volume.ts';

/** The table is fetched in pieces of this size and kept, since the clusters of small files lie close together. */
const PIECE = 4096;

/** The file allocation table: which cluster comes after which. */
export class FatTable {
  readonly #source: ByteSource;
  readonly #volume: FatVolume;
  readonly #pieces = new Map<number, Buffer>();

  constructor(source: ByteSource, volume: FatVolume) {
    this.#source = source;
    this.#volume = volume;
  }

  /** The next cluster of a chain; null at its end, at a bad cluster, and where the table ends. */
  async next(cluster: number): Promise<number | null> {
    const { type, clusters } = this.#volume;
    const value = await this.#entry(cluster, type);
    // everything outside the data clusters ends a chain: free, reserved, bad, end of chain
    return value !== undefined && value >= 2 && value < clusters + 2 ? value : null;
  }

  async #entry(cluster: number, type: FatVolume['type']): Promise<number | undefined> {
    if (type === 32) {
      const value = u32(await this.#bytes(cluster * 4, 4), 0);
      // the upper four bits are reserved
      return value === undefined ? undefined : value & 0x0fffffff;
    }
    if (type === 16) return u16(await this.#bytes(cluster * 2, 2), 0);
    const pair = u16(await this.#bytes(cluster + (cluster >> 1), 2), 0);
    return pair === undefined ? undefined : cluster % 2 === 0 ? pair & 0xfff : pair >> 4;
  }

  /** Less than `length` bytes where the table ends. FAT12 entries can cross from one piece into the next. */
  async #bytes(offset: number, length: number): Promise<Buffer> {
    const { fatBytes } = this.#volume;
    if (offset + length > fatBytes) return Buffer.alloc(0);
    const index = Math.floor(offset / PIECE);
    const within = offset - index * PIECE;
    const piece = await this.#piece(index);
    if (within + length <= piece.length) return piece.subarray(within, within + length);
    return Buffer.concat([piece.subarray(within), await this.#piece(index + 1)]).subarray(0, length);
  }

  async #piece(index: number): Promise<Buffer> {
    const known = this.#pieces.get(index);
    if (known !== undefined) return known;
    const { fatAt, fatBytes } = this.#volume;
    const bytes = await readUpTo(this.#source, fatAt + index * PIECE, Math.min(PIECE, fatBytes - index * PIECE));
    this.#pieces.set(index, bytes);
    return bytes;
  }
}
