import { has, u8, u16 } from '../peek.ts';

export interface Ramdisk {
  /** `cpio`, or the compressor: what is compressed is taken for a ram disk, since no disk is compressed as a whole. */
  readonly kind: string;
  readonly length: number;
}

const MAGICS: readonly (readonly [kind: string, magic: string])[] = [
  ['cpio', '070701'],
  ['cpio', '070702'],
  ['cpio', '070707'],
  ['gzip', '\x1f\x8b\x08'],
  ['xz', '\xfd7zXZ\0'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  ['lz4-legacy', '\x02\x21\x4c\x18'],
  ['bzip2', 'BZh'],
  ['lzop', '\x89LZO\0\r\n\x1a\n'],
];

/**
 * An initramfs by its first bytes (Documentation/driver-api/early-userspace/buffer-format.rst). An uncompressed cpio
 * with microcode often comes before the compressed part; the first part is enough to know it.
 */
export function identifyRamdisk(head: Buffer): Ramdisk | null {
  const known = MAGICS.find(([, magic]) => has(head, 0, magic));
  if (known !== undefined) return { kind: known[0], length: known[1].length };
  // binary cpio, in either byte order; with the length of the name sane, since two bytes prove little
  const nameLength = u16(head, 20) ?? 0;
  if (u16(head, 0) === 0x71c7 && nameLength > 0 && nameLength < 4096) return { kind: 'cpio', length: 2 };
  // lzma has no magic: properties byte 0x5d, a dictionary size that is a power of two, and the unknown size -1
  if (u8(head, 0) === 0x5d && has(head, 1, '\0\0') && has(head, 5, '\xff\xff\xff\xff\xff\xff\xff\xff')) {
    return { kind: 'lzma', length: 13 };
  }
  return null;
}
