import type { ByteSource } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';
import { SECTOR, type SparseHeader } from './header.ts';

/** Guest sector u64, size of the packed data u32 (Virtual Disk Format 5.0, `SparseGrainLBAHeader`). */
const MARKER_LENGTH = 12;

/** Reads and unpacks one compressed grain: `offset` is its place in the file, `guestOffset` that of its first byte. */
export function unpacker(
  file: ByteSource,
  header: SparseHeader,
): (offset: number, guestOffset: number) => Promise<Buffer> {
  const grain = header.grainSectors * SECTOR;
  const capacity = header.capacitySectors * SECTOR;

  return async (offset, guestOffset) => {
    const refuse = (problem: string): never => {
      throw new VmImportError(
        diagnostics['bad-compressed-grain']({ offset: guestOffset, problem }, [
          { origin: 'content', uri: file.uri, pointer: `0x${offset.toString(16)}` },
        ]),
      );
    };
    // As qemu: marker and packed data together are at most two grains.
    const most = Math.min(2 * grain, file.size - offset);
    if (most < MARKER_LENGTH) refuse('its marker is cut off by the end of the file');
    const marker = await file.read(offset, MARKER_LENGTH);
    const lba = marker.readBigUInt64LE(0);
    // A program that reads the file front to back goes by the marker, one that reads at random by the tables.
    if (lba !== BigInt(guestOffset / SECTOR)) {
      refuse(`its marker says guest sector ${lba}, the grain table ${guestOffset / SECTOR}`);
    }
    const length = marker.readUInt32LE(8);
    if (length === 0 || length > most - MARKER_LENGTH) {
      refuse(`it is said to have ${length} bytes of at most ${most - MARKER_LENGTH}`);
    }
    const bytes = await inflate(await file.read(offset + MARKER_LENGTH, length), grain);
    // The last grain of a disk may be cut off where the disk ends.
    const needed = Math.min(grain, capacity - guestOffset);
    if (bytes === null || bytes.length < needed)
      return refuse(`it is not a zlib stream of ${needed} to ${grain} bytes`);
    return bytes;
  };
}

/** The code that unpacks is loaded when the first grain is met. */
async function inflate(packed: Buffer, most: number): Promise<Buffer | null> {
  const { inflateSync } = await import('node:zlib');
  try {
    return inflateSync(packed, { maxOutputLength: most });
  } catch {
    // Not zlib, or more than a grain.
    return null;
  }
}
