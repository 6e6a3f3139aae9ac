import type { ByteSource } from '../src/bytes/index.ts';
import type { DiskImage } from '../src/disks/format.ts';

/** All bytes of a guest disk, read in pieces of that many bytes. */
export async function guestBytes(
  image: DiskImage | null,
  piece: number,
  base: ByteSource | null = null,
): Promise<Buffer> {
  const guest = image?.guest(base) ?? null;
  if (guest === null) throw new Error('no guest bytes');
  const parts: Buffer[] = [];
  for (let at = 0; at < guest.size; at += piece) parts.push(await guest.read(at, Math.min(piece, guest.size - at)));
  return Buffer.concat(parts);
}
