import { u8, u16, u32 } from '../peek.ts';

/** Geometry of a FAT volume; all of it checked against the size of what holds it. Offsets in bytes. */
export interface FatVolume {
  readonly type: 12 | 16 | 32;
  readonly clusterBytes: number;
  /** Of the first FAT. */
  readonly fatAt: number;
  readonly fatBytes: number;
  readonly dataAt: number;
  /** Data clusters, numbered 2 to count + 1. */
  readonly clusters: number;
  /** FAT12 and 16: where the fixed root directory lies. FAT32: its first cluster. */
  readonly root: { readonly at: number; readonly bytes: number } | { readonly cluster: number };
}

const MAX_CLUSTER = 256 * 1024;

/**
 * Reads the BIOS parameter block (Microsoft FAT specification, section 3). The type follows from the count of
 * clusters alone, as the specification demands; FAT32 is told from its own fields first, because small FAT32 volumes
 * that break the rule exist and all drivers read them. Null when the fields do not fit each other or `size`.
 */
export function parseVolume(sector: Buffer, size: number): FatVolume | null {
  const bytesPerSector = u16(sector, 11) ?? 0;
  const sectorsPerCluster = u8(sector, 13) ?? 0;
  const reserved = u16(sector, 14) ?? 0;
  const fats = u8(sector, 16) ?? 0;
  const rootEntries = u16(sector, 17) ?? 0;
  const total = (u16(sector, 19) ?? 0) || (u32(sector, 32) ?? 0);
  const shortFat = u16(sector, 22) ?? 0;
  const fatSectors = shortFat || (u32(sector, 36) ?? 0);
  const clusterBytes = bytesPerSector * sectorsPerCluster;
  const power = (number: number): boolean => number > 0 && (number & (number - 1)) === 0;
  if (!power(bytesPerSector) || bytesPerSector < 512 || bytesPerSector > 4096) return null;
  if (!power(sectorsPerCluster) || clusterBytes > MAX_CLUSTER) return null;
  if (reserved === 0 || fats === 0 || fatSectors === 0) return null;
  const fatAt = reserved * bytesPerSector;
  const fatBytes = fatSectors * bytesPerSector;
  const rootAt = fatAt + fats * fatBytes;
  const rootBytes = rootEntries * 32;
  const dataAt = rootAt + Math.ceil(rootBytes / bytesPerSector) * bytesPerSector;
  // a volume that claims more than its partition has is cut off: only the clusters that are there count
  const end = Math.min(total * bytesPerSector, size);
  if (dataAt >= end) return null;
  const clusters = Math.floor((end - dataAt) / clusterBytes);
  if (shortFat === 0 && rootEntries === 0) {
    const cluster = u32(sector, 44) ?? 0;
    return { type: 32, clusterBytes, fatAt, fatBytes, dataAt, clusters, root: { cluster } };
  }
  const claimed = Math.floor((total * bytesPerSector - dataAt) / clusterBytes);
  const type = claimed < 4085 ? 12 : 16;
  return { type, clusterBytes, fatAt, fatBytes, dataAt, clusters, root: { at: rootAt, bytes: rootBytes } };
}
