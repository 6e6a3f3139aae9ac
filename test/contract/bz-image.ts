/** The least that loaders and readers take for a Linux kernel: boot protocol 2.12, one setup sector, initrd_addr_max. */
export function bzImage(): Buffer {
  const image = Buffer.alloc(8192);
  image.writeUInt8(1, 0x1f1);
  image.writeUInt16LE(0xaa55, 0x1fe);
  image.write('HdrS', 0x202, 'latin1');
  image.writeUInt16LE(0x020c, 0x206);
  image.writeUInt8(1, 0x211);
  image.writeUInt32LE(0x7fffffff, 0x22c);
  return image;
}
