/** Budgets of one container. They bound work and memory by counts, never by a clock: the same input, the same answer. */
export interface Limits {
  /** Entries over all; an appliance has ten, a layer of a whole system some 100 000. */
  readonly entries: number;
  /** Bytes of all names together. */
  readonly nameBytes: number;
  /** First bytes of a member in a compressed container that can be read when nothing else is asked for. */
  readonly headBytes: number;
  /** Bytes of all heads together that are kept from a compressed container. */
  readonly keptBytes: number;
  /** Bytes that one walk may unpack. No ratio is limited: a sparse disk packs thousands to one as any bomb does. */
  readonly unpackedBytes: number;
  /** Packed bytes that one walk may read. */
  readonly packedBytes: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: Limits = {
  entries: 200_000,
  nameBytes: 32 * MIB,
  headBytes: 2 * MIB,
  keptBytes: 64 * MIB,
  unpackedBytes: 8192 * MIB,
  packedBytes: 8192 * MIB,
};
