/** VDI_IMAGE_SIGNATURE of VirtualBox (src/VBox/Storage/VDICore.h), little endian, behind 64 bytes of text. */
const SIGNATURE = 0xbeda107f;
const OFFSET = 64;

export function isVdi(head: Buffer): boolean {
  return head.length >= OFFSET + 4 && head.readUInt32LE(OFFSET) === SIGNATURE;
}
