import { createHash } from 'node:crypto';

/**
 * The hint document in a qcow2 header extension. The bytes are specified, for any language, in
 * docs/hint-extension.md; this file is their one implementation.
 */

/** `VMH1` */
export const HINT_EXTENSION_TYPE = 0x564d4831;

const MAGIC = Buffer.from('VMHINTS\0', 'latin1');
const LAYOUT_VERSION = 1;
const SLOT_COUNT = 2;
/** Magic, layout version, slot count, slot size. */
const PREFIX = 16;
/** Sequence, length, reserved, SHA-256. */
const SLOT_HEADER = 48;
const DIGEST = 16;

/** libvirt reads 33280 bytes of a header and more than the hints has to fit, so their part is bounded. */
export const MAX_PAYLOAD = 16384;
/** Below this a slot has no room for a useful document (the smallest possible one, `{"vmHints":1}`, has 13 bytes). */
export const MIN_SLOT_SIZE = 128;

type Slot =
  | { readonly state: 'empty' }
  | { readonly state: 'damaged' }
  /** A document of length 0 says that the hints were removed. */
  | { readonly state: 'valid'; readonly sequence: bigint; readonly document: Buffer };

interface HintSlots {
  readonly slotSize: number;
  readonly slots: readonly [Slot, Slot];
  /** Index of the slot in force; null when neither is valid. */
  readonly current: 0 | 1 | null;
}

/** Offset of a slot inside the payload. */
export function slotOffset(slotSize: number, index: 0 | 1): number {
  return PREFIX + index * slotSize;
}

/** Offset of a slot's document inside the payload. */
export function documentOffset(slotSize: number, index: 0 | 1): number {
  return slotOffset(slotSize, index) + SLOT_HEADER;
}

/** Longest document a slot can hold. */
export function slotCapacity(slotSize: number): number {
  return slotSize - SLOT_HEADER;
}

/** The largest slot size for which the payload has at most `room` bytes. */
export function slotSizeFor(room: number): number {
  const each = (Math.min(room, MAX_PAYLOAD) - PREFIX) / SLOT_COUNT;
  return Math.max(0, Math.floor(each / 8) * 8);
}

/** The payload of a new extension: the document in slot 0, slot 1 empty. */
export function encodePayload(document: Uint8Array, slotSize: number): Buffer {
  const payload = Buffer.alloc(PREFIX + SLOT_COUNT * slotSize);
  MAGIC.copy(payload, 0);
  payload.writeUInt16BE(LAYOUT_VERSION, 8);
  payload.writeUInt16BE(SLOT_COUNT, 10);
  payload.writeUInt32BE(slotSize, 12);
  encodeSlot(document, 1n, slotSize).copy(payload, PREFIX);
  return payload;
}

/** One whole slot, zero padded. */
export function encodeSlot(document: Uint8Array, sequence: bigint, slotSize: number): Buffer {
  const slot = Buffer.alloc(slotSize);
  slot.writeBigUInt64BE(sequence, 0);
  slot.writeUInt32BE(document.length, 8);
  slot.set(document, SLOT_HEADER);
  slotDigest(slot, document.length).copy(slot, DIGEST);
  return slot;
}

/** Takes a payload apart; a string says in a few words why it cannot be used at all. */
export function decodePayload(payload: Buffer): HintSlots | string {
  if (payload.length > MAX_PAYLOAD) return `it has ${payload.length} bytes, more than ${MAX_PAYLOAD}`;
  if (payload.length < PREFIX) return `it has only ${payload.length} bytes`;
  if (!payload.subarray(0, MAGIC.length).equals(MAGIC)) return 'its magic is wrong';
  const version = payload.readUInt16BE(8);
  if (version !== LAYOUT_VERSION) return `its layout version is ${version}, known is ${LAYOUT_VERSION}`;
  const count = payload.readUInt16BE(10);
  const slotSize = payload.readUInt32BE(12);
  if (count !== SLOT_COUNT) return `it has ${count} slots, not ${SLOT_COUNT}`;
  if (slotSize < SLOT_HEADER || slotSize % 8 !== 0 || payload.length !== PREFIX + SLOT_COUNT * slotSize) {
    return `its slot size ${slotSize} does not agree with its ${payload.length} bytes`;
  }
  const slots = [decodeSlot(payload, slotSize, 0), decodeSlot(payload, slotSize, 1)] as const;
  return { slotSize, slots, current: currentOf(slots) };
}

function decodeSlot(payload: Buffer, slotSize: number, index: 0 | 1): Slot {
  const start = slotOffset(slotSize, index);
  const slot = payload.subarray(start, start + slotSize);
  const sequence = slot.readBigUInt64BE(0);
  const length = slot.readUInt32BE(8);
  if (sequence === 0n) return slot.every((byte) => byte === 0) ? { state: 'empty' } : { state: 'damaged' };
  if (length > slotCapacity(slotSize) || slot.readUInt32BE(12) !== 0) return { state: 'damaged' };
  const stored = slot.subarray(DIGEST, SLOT_HEADER);
  if (!stored.equals(slotDigest(slot, length))) return { state: 'damaged' };
  return { state: 'valid', sequence, document: slot.subarray(SLOT_HEADER, SLOT_HEADER + length) };
}

function currentOf([first, second]: readonly [Slot, Slot]): 0 | 1 | null {
  if (first.state === 'valid' && second.state === 'valid') return second.sequence > first.sequence ? 1 : 0;
  if (first.state === 'valid') return 0;
  return second.state === 'valid' ? 1 : null;
}

/** SHA-256 over sequence, length, reserved (the first 16 bytes) and the document. */
function slotDigest(slot: Buffer, length: number): Buffer {
  return createHash('sha256')
    .update(slot.subarray(0, DIGEST))
    .update(slot.subarray(SLOT_HEADER, SLOT_HEADER + length))
    .digest();
}
