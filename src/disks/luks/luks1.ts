import { type ByteSource, readUpTo } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';
import { fieldText, luksAt, type Volume } from './volume.ts';

/** LUKS1 On-Disk Format Specification 1.2.3, figure 1; big endian. */
const HEADER_LENGTH = 592;
const SECTOR = 512;
const SLOTS = 8;
const SLOT_LENGTH = 48;
const SLOT_ACTIVE = 0x00ac71f3;
const SLOT_FREE = 0x0000dead;

export async function readLuks1(source: ByteSource): Promise<Volume> {
  const header = await readUpTo(source, 0, HEADER_LENGTH);
  if (header.length < HEADER_LENGTH) {
    const args = { needed: HEADER_LENGTH, size: source.size };
    throw new VmImportError(diagnostics.truncated(args, luksAt(source.uri, 0)));
  }
  const activeSlots: number[] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    const at = 208 + slot * SLOT_LENGTH;
    const state = header.readUInt32BE(at);
    if (state === SLOT_ACTIVE) activeSlots.push(slot);
    else if (state !== SLOT_FREE) {
      const rule = 'it has to be in use or free';
      const value = `0x${state.toString(16)}`;
      throw new VmImportError(
        diagnostics['bad-header']({ field: `state of key slot ${slot}`, value, rule }, luksAt(source.uri, at)),
      );
    }
  }
  const payloadOffset = header.readUInt32BE(104) * SECTOR;
  if (payloadOffset > source.size) {
    const args = { offset: payloadOffset, size: source.size };
    throw new VmImportError(diagnostics['data-outside-file'](args, luksAt(source.uri, 104)));
  }
  // cryptsetup writes 0 when the header is a file of its own.
  const detached = payloadOffset === 0;
  return {
    virtualSize: detached ? null : source.size - payloadOffset,
    details: {
      version: 1,
      cipher: `${fieldText(header, 8, 32) ?? ''}-${fieldText(header, 40, 32) ?? ''}`,
      hash: fieldText(header, 72, 32),
      keyBits: header.readUInt32BE(108) * 8,
      uuid: fieldText(header, 168, 40),
      label: null,
      subsystem: null,
      payloadOffset,
      sectorSize: SECTOR,
      activeKeySlots: activeSlots,
    },
    findings: detached ? [diagnostics['detached-header']({}, luksAt(source.uri, 104))] : [],
  };
}
