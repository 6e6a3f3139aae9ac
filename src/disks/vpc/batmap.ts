import type { ByteSource } from '../../bytes/index.ts';
import type { DynamicHeader } from './dynamic-header.ts';
import type { Footer } from './footer.ts';

/**
 * The batmap is an extension of Xen: one bit for each block that is written completely. It follows the block
 * allocation table and is looked for only in dynamic disks whose creator is `tap` (blktap, vhd/lib/libvhd.c,
 * `vhd_has_batmap`): always from creator version 1.2 on, never up to 0.1, and between the two where it is there.
 */
export interface Batmap {
  readonly expected: 'required' | 'optional' | 'never';
  readonly state: 'absent' | 'valid' | 'damaged';
  /** What is wrong with a damaged one; empty else. */
  readonly problem: string;
}

const SECTOR = 512;
const HEADER_LENGTH = 32;
/** 2040 GiB in blocks of 2 MiB, a bit each, is 128 KiB; blktap writes no other block size. */
const MAX_SECTORS = 256;
/** Version 1.1 summed its bytes as signed numbers; 1.2 is the newest (`VHD_BATMAP_CURRENT_VERSION`). */
const SIGNED_VERSION = 0x00010001;
const CURRENT_VERSION = 0x00010002;

export function isTap(footer: Footer): boolean {
  // `vhd_creator_tapdisk` compares the first three bytes.
  return footer.creatorApplication.startsWith('tap');
}

export async function readBatmap(source: ByteSource, footer: Footer, header: DynamicHeader): Promise<Batmap> {
  const expected = expectation(footer);
  const offset = header.batOffset + Math.ceil((header.batEntries * 4) / SECTOR) * SECTOR;
  if (offset + HEADER_LENGTH > source.size) return { expected, state: 'absent', problem: '' };
  const bytes = await source.read(offset, HEADER_LENGTH);
  if (bytes.toString('latin1', 0, 8) !== 'tdbatmap') return { expected, state: 'absent', problem: '' };
  const damaged = (problem: string): Batmap => ({ expected, state: 'damaged', problem });

  const version = bytes.readUInt32BE(20);
  if (version > CURRENT_VERSION) return damaged(`its version 0x${version.toString(16)} is newer than any known`);
  const mapOffset = bytes.readBigUInt64BE(8);
  const sectors = bytes.readUInt32BE(16);
  if (sectors > MAX_SECTORS) return damaged(`its ${sectors} sectors are more than any disk needs`);
  if (sectors * SECTOR * 8 < header.batEntries) return damaged('it has fewer bits than the disk has blocks');
  if (mapOffset + BigInt(sectors * SECTOR) > BigInt(source.size)) return damaged('it does not lie inside the file');
  const map = await source.read(Number(mapOffset), sectors * SECTOR);
  let sum = 0;
  for (const byte of map) sum += version === SIGNED_VERSION && byte > 127 ? byte - 256 : byte;
  if (~sum >>> 0 !== bytes.readUInt32BE(24)) return damaged('its checksum is wrong');
  return { expected, state: 'valid', problem: '' };
}

function expectation(footer: Footer): Batmap['expected'] {
  const { major, minor } = footer.creatorVersion;
  const version = major * 65536 + minor;
  if (footer.type === 'fixed' || !isTap(footer) || version <= 0x00000001) return 'never';
  return version >= 0x00010002 ? 'required' : 'optional';
}
