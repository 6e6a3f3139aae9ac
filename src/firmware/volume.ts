import { guidAt, VOLUME_GUIDS } from './guids.ts';

/** EFI_FIRMWARE_VOLUME_HEADER (UEFI PI, volume 3, 3.2.1) up to its block map. */
const FIXED = 56;
const SIGNATURE = Buffer.from('_FVH', 'latin1');
/** A block map is a few pairs of numbers; edk2's header has 72 bytes. */
const MAX_HEADER = 4096;

export interface Volume {
  /** Bytes of the volume; the file may be padded behind it. */
  readonly length: number;
  /** Where the variable store begins. */
  readonly body: number;
}

function isVolume(head: Buffer): boolean {
  return head.length >= FIXED && head.subarray(40, 44).equals(SIGNATURE);
}

/** The header of a volume that holds variables, checked against the size of the file; else what is wrong with it. */
export function readVolume(
  head: Buffer,
  size: number,
): Volume | { readonly problem: string; readonly damaged: boolean } {
  if (!isVolume(head)) return { problem: 'it does not begin with an EFI firmware volume', damaged: false };
  if (guidAt(head, 16) !== VOLUME_GUIDS.variables) {
    return { problem: 'its firmware volume holds something else than variables', damaged: false };
  }
  const length = head.readBigUInt64LE(32);
  const body = head.readUInt16LE(48);
  if (length > BigInt(size)) {
    return { problem: `the volume has ${length} bytes and the file ${size}`, damaged: true };
  }
  if (body < FIXED || body > MAX_HEADER || body % 2 !== 0 || body > head.length || BigInt(body) > length) {
    return { problem: `its header claims to have ${body} bytes`, damaged: true };
  }
  let sum = 0;
  for (let at = 0; at < body; at += 2) sum = (sum + head.readUInt16LE(at)) & 0xffff;
  if (sum !== 0) return { problem: 'the checksum of its header is wrong', damaged: true };
  return { length: Number(length), body };
}
