/** `QFI\xfb` and version 1: the magic is that of qcow2, the version makes it another format (qemu block/qcow.c). */
const MAGIC_AND_VERSION = Buffer.from('514649fb00000001', 'hex');

export function isQcow(head: Buffer): boolean {
  return head.subarray(0, MAGIC_AND_VERSION.length).equals(MAGIC_AND_VERSION);
}
