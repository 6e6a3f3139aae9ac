/** In the second, sizes have 64 bits and table entries count clusters (qemu docs/interop/parallels.txt). */
const MAGICS = ['WithoutFreeSpace', 'WithouFreSpacExt'] as const;
export type Variant = (typeof MAGICS)[number];

/** Which of the two variants starts with these bytes. */
export function variantOf(head: Buffer): Variant | null {
  const start = head.toString('latin1', 0, 16);
  return MAGICS.find((magic) => magic === start) ?? null;
}
