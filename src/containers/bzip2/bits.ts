/** Bytes that a block of 900 kB takes at most: 20 bits a symbol, selectors and tables. */
const STAGE = 3 * 1024 * 1024;

/** Bits from a stream, the highest of each byte first. `stage` waits for input, `read` does not. */
export class Bits {
  readonly #chunks: AsyncIterator<Buffer>;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Bits that were taken from the bytes and not yet read: the lowest `#held` of it. */
  #hold = 0;
  #held = 0;

  constructor(packed: AsyncIterable<Buffer>) {
    this.#chunks = packed[Symbol.asyncIterator]();
  }

  /** Makes sure that a whole block can be read, as far as the input goes. */
  async stage(): Promise<void> {
    const parts = [this.#bytes.subarray(this.#at)];
    let there = parts[0]?.length ?? 0;
    if (there >= STAGE / 2) return;
    while (there < STAGE) {
      const next = await this.#chunks.next();
      if (next.done === true) break;
      parts.push(next.value);
      there += next.value.length;
    }
    this.#bytes = Buffer.concat(parts);
    this.#at = 0;
  }

  /** Whole bytes that are left, after `align`. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** The next `count` bits, 24 at most. */
  read(count: number): number {
    while (this.#held < count) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new Error('it ends too early');
      this.#hold = ((this.#hold << 8) | byte) & 0x7fffffff;
      this.#held += 8;
    }
    this.#held -= count;
    return (this.#hold >>> this.#held) & ((1 << count) - 1);
  }

  bit(): boolean {
    return this.read(1) === 1;
  }

  /** Drops the rest of the current byte. */
  align(): void {
    this.#held -= this.#held % 8;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
