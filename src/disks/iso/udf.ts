import type { ByteSource } from '../../bytes/index.ts';
import { SECTOR } from './signature.ts';

/** Names of a UDF volume (ECMA-167, 3/10.1 and 3/10.6). */
export interface UdfNames {
  readonly volumeId: string | null;
  readonly logicalVolumeId: string | null;
}

/** The anchor is at sector 256 (3/8.4.2.1), and the sequence that it points to has at least 16 sectors (3/8.4.2.2). */
const ANCHOR = 256;
const MAX_DESCRIPTORS = 16;
const TAG = { primary: 1, anchor: 2, logicalVolume: 6, terminator: 8 } as const;

/** Reads the names, as far as they can be found: they are shown and decide nothing. */
export async function readUdfNames(source: ByteSource): Promise<UdfNames> {
  const names: { volumeId: string | null; logicalVolumeId: string | null } = { volumeId: null, logicalVolumeId: null };
  const anchor = await sectorAt(source, ANCHOR);
  if (anchor === null || tagOf(anchor) !== TAG.anchor) return names;
  const count = Math.min(MAX_DESCRIPTORS, Math.floor(anchor.readUInt32LE(16) / SECTOR));
  const start = anchor.readUInt32LE(20);
  for (let index = 0; index < count; index++) {
    const descriptor = await sectorAt(source, start + index);
    const tag = descriptor === null ? TAG.terminator : tagOf(descriptor);
    if (descriptor === null || tag === TAG.terminator) break;
    if (tag === TAG.primary) names.volumeId = dstring(descriptor.subarray(24, 56));
    if (tag === TAG.logicalVolume) names.logicalVolumeId = dstring(descriptor.subarray(84, 212));
  }
  return names;
}

async function sectorAt(source: ByteSource, sector: number): Promise<Buffer | null> {
  return (sector + 1) * SECTOR > source.size ? null : source.read(sector * SECTOR, SECTOR);
}

/** Identifier of a descriptor tag (3/7.2); null when the checksum of the tag is wrong. */
function tagOf(descriptor: Buffer): number | null {
  let sum = 0;
  for (let at = 0; at < 16; at++) sum += at === 4 ? 0 : descriptor.readUInt8(at);
  return (sum & 0xff) === descriptor.readUInt8(4) ? descriptor.readUInt16LE(0) : null;
}

/** OSTA compressed unicode in a field of fixed size: 8 or 16 bits, the text, and in the last byte its length. */
function dstring(field: Buffer): string | null {
  const length = field.readUInt8(field.length - 1);
  const bits = field.readUInt8(0);
  if (length < 1 || length >= field.length || (bits !== 8 && bits !== 16)) return null;
  const text = Buffer.from(field.subarray(1, length));
  if (bits === 8) return text.toString('latin1');
  return text.length % 2 === 0 ? text.swap16().toString('utf16le') : null;
}
