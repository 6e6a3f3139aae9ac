/** At the start of a field of 32 bytes (qemu block/bochs.c, HEADER_MAGIC). */
const MAGIC = 'Bochs Virtual HD Image\0';

export function isBochs(head: Buffer): boolean {
  return head.toString('latin1', 0, MAGIC.length) === MAGIC;
}
