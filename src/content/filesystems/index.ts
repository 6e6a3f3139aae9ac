import { allZero, has, u8, u16, u32, u32be } from '../peek.ts';

/** What a signature belongs to: a file system, or a layer that keeps what is inside from being read here. */
export type VolumeKind = 'filesystem' | 'swap' | 'encrypted' | 'composed';

export interface Volume {
  readonly id: string;
  readonly kind: VolumeKind;
  /** Where the signature stands, for proofs. */
  readonly offset: number;
  readonly length: number;
}

/** Bytes that show all but the signatures of `FAR_SIGNATURES`. */
export const NEAR = 8192;
/** Where the superblocks of btrfs and UFS2 are, 64 KiB in. */
export const FAR = { offset: 65536, length: 4096 } as const;

interface Rule {
  readonly id: string | ((bytes: Buffer) => string);
  readonly kind: VolumeKind;
  readonly offset: number;
  readonly length: number;
  readonly matches: (bytes: Buffer) => boolean;
}

const text = (id: string, kind: VolumeKind, offset: number, magic: string): Rule => ({
  id,
  kind,
  offset,
  length: magic.length,
  matches: (bytes) => has(bytes, offset, magic),
});

const word = (id: string, offset: number, magic: number): Rule => ({
  id,
  kind: 'filesystem',
  offset,
  length: 4,
  matches: (bytes) => u32(bytes, offset) === magic,
});

/** Swap areas end their first page with the signature; the page can be 4 to 64 KiB (mkswap -p). */
const SWAP_PAGES = [4096, 8192, 16384, 65536] as const;

/**
 * In the order in which they are tried: containers before what they could contain, signatures of many bytes before
 * short ones. Offsets as in disk-format documentation of each system (ext4: "The Super Block", 0x38 past 1024; xfs:
 * xfs_dsb; LVM2: label in one of the first four sectors; md: superblock 1.1 at 0 and 1.2 at 4 KiB).
 */
const RULES: readonly Rule[] = [
  { id: luks, kind: 'encrypted', offset: 0, length: 8, matches: (bytes) => has(bytes, 0, 'LUKS\xba\xbe') },
  text('bitlocker', 'encrypted', 3, '-FVE-FS-'),
  ...[0, 1, 2, 3].map(
    (sector): Rule => ({
      id: 'lvm2-pv',
      kind: 'composed',
      offset: sector * 512,
      length: 32,
      matches: (bytes) => has(bytes, sector * 512, 'LABELONE') && has(bytes, sector * 512 + 24, 'LVM2 001'),
    }),
  ),
  ...[0, 4096].map(
    (offset): Rule => ({
      id: 'linux-raid',
      kind: 'composed',
      offset,
      length: 8,
      // the major version beside the magic is always 1 in these two places (mdp_superblock_1)
      matches: (bytes) => u32(bytes, offset) === 0xa92b4efc && u32(bytes, offset + 4) === 1,
    }),
  ),
  text('ntfs', 'filesystem', 3, 'NTFS    '),
  text('exfat', 'filesystem', 3, 'EXFAT   '),
  text('refs', 'filesystem', 3, 'ReFS\0\0\0\0'),
  { id: fat, kind: 'filesystem', offset: 0, length: 62, matches: looksLikeFat },
  text('xfs', 'filesystem', 0, 'XFSB'),
  { id: ext, kind: 'filesystem', offset: 0x438, length: 2, matches: looksLikeExt },
  text('squashfs', 'filesystem', 0, 'hsqs'),
  word('cramfs', 0, 0x28cd3d45),
  text('romfs', 'filesystem', 0, '-rom1fs-'),
  word('erofs', 1024, 0xe0f5e1e2),
  word('f2fs', 1024, 0xf2f52010),
  {
    id: 'bcachefs',
    kind: 'filesystem',
    offset: 4096 + 24,
    length: 16,
    matches: (bytes) => bytes.toString('hex', 4096 + 24, 4096 + 40) === 'c68573f66ce490a9d96a60cf803df7ef',
  },
  text('hfsplus', 'filesystem', 1024, 'H+\0\x04'),
  text('hfsplus', 'filesystem', 1024, 'HX\0\x05'),
  text('apfs', 'filesystem', 32, 'NXSB'),
  ...SWAP_PAGES.map((page) => text('swap', 'swap', page - 10, 'SWAPSPACE2')),
  // the label's name-value list: XDR, one byte order flag, then its first pair, which is always "version"
  {
    id: 'zfs',
    kind: 'composed',
    offset: 0x4000,
    length: 32,
    matches: (bytes) => u8(bytes, 0x4000) === 1 && u32be(bytes, 0x4014) === 7 && has(bytes, 0x4018, 'version'),
  },
  text('btrfs', 'filesystem', 0x10040, '_BHRfS_M'),
  word('ufs2', 65536 + 1372, 0x19540119),
];

/** Rules whose bytes lie in the part at `FAR`. */
const FAR_RULES = RULES.filter((rule) => rule.offset >= FAR.offset);

/** What the first bytes of a volume say it is. The more bytes, the more is seen: 68 KiB are enough for every rule. */
export function identifyVolume(head: Buffer): Volume | null {
  return firstMatch(RULES, head);
}

/** The same for the bytes at `FAR` alone. */
export function identifyFar(bytes: Buffer): Volume | null {
  const padded = Buffer.concat([Buffer.alloc(FAR.offset), bytes]);
  return firstMatch(FAR_RULES, padded);
}

function firstMatch(rules: readonly Rule[], bytes: Buffer): Volume | null {
  const rule = rules.find(({ matches }) => matches(bytes));
  if (rule === undefined) return null;
  const id = typeof rule.id === 'string' ? rule.id : rule.id(bytes);
  return { id, kind: rule.kind, offset: rule.offset, length: rule.length };
}

function luks(bytes: Buffer): string {
  return bytes.readUInt16BE(6) === 1 ? 'luks1' : 'luks2';
}

/**
 * A FAT boot sector by its BIOS parameter block. The texts `FAT16   ` and `FAT32   ` are only informational
 * (Microsoft's FAT specification, section 3.2), so that the fields decide and the texts merely help.
 */
function looksLikeFat(bytes: Buffer): boolean {
  const jump = u8(bytes, 0);
  const sector = u16(bytes, 11) ?? 0;
  const cluster = u8(bytes, 13) ?? 0;
  const fats = u8(bytes, 16) ?? 0;
  const media = u8(bytes, 21) ?? 0;
  const power = (number: number): boolean => number > 0 && (number & (number - 1)) === 0;
  return (
    u16(bytes, 510) === 0xaa55 &&
    (jump === 0xeb || jump === 0xe9) &&
    sector >= 512 &&
    sector <= 4096 &&
    power(sector) &&
    power(cluster) &&
    (u16(bytes, 14) ?? 0) > 0 &&
    (fats === 1 || fats === 2) &&
    (media === 0xf0 || media >= 0xf8) &&
    ((u16(bytes, 19) ?? 0) > 0 || (u32(bytes, 32) ?? 0) > 0)
  );
}

/** FAT32 has no 16-bit count of sectors per FAT and no fixed root directory; 12 and 16 differ by cluster count. */
function fat(bytes: Buffer): string {
  const sectorsPerFat = u16(bytes, 22) ?? 0;
  const rootEntries = u16(bytes, 17) ?? 0;
  if (sectorsPerFat === 0 && rootEntries === 0) return 'fat32';
  const sector = u16(bytes, 11) ?? 512;
  const total = (u16(bytes, 19) ?? 0) || (u32(bytes, 32) ?? 0);
  const used = (u16(bytes, 14) ?? 0) + (u8(bytes, 16) ?? 0) * sectorsPerFat + Math.ceil((rootEntries * 32) / sector);
  return (total - used) / (u8(bytes, 13) ?? 1) < 4085 ? 'fat12' : 'fat16';
}

/** The 16-bit magic alone is weak: revision and block size must be ones that exist, and there must be blocks. */
function looksLikeExt(bytes: Buffer): boolean {
  return (
    u16(bytes, 0x438) === 0xef53 &&
    (u32(bytes, 0x44c) ?? 2) <= 1 &&
    (u32(bytes, 0x418) ?? 99) <= 6 &&
    (u32(bytes, 0x400) ?? 0) > 0 &&
    !allZero(bytes, 0x404, 0x408)
  );
}

/** Journal without extents is ext3, neither is ext2 (as blkid decides, simplified); a journal device is its own. */
function ext(bytes: Buffer): string {
  const compatible = u32(bytes, 0x45c) ?? 0;
  const incompatible = u32(bytes, 0x460) ?? 0;
  const readOnly = u32(bytes, 0x464) ?? 0;
  if ((incompatible & 0x8) !== 0) return 'ext-journal';
  // ext3 knows filetype, recover, meta_bg; and sparse_super, large_file, btree_dir
  if ((incompatible & ~0x16) !== 0 || (readOnly & ~0x7) !== 0) return 'ext4';
  return (compatible & 0x4) !== 0 ? 'ext3' : 'ext2';
}
