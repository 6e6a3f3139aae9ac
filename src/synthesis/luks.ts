/** LUKS1 On-Disk Format Specification 1.2.3: figures 1 and 2; big endian. */
const SECTOR = 512;
const SLOTS = 8;
const ACTIVE = 0x00ac71f3;
const FREE = 0x0000dead;
const KEY_BYTES = 64;
const STRIPES = 4000;
/** Key material starts at multiples of 4096 bytes. */
const ALIGNMENT = 8;
const SLOT_SECTORS = Math.ceil((KEY_BYTES * STRIPES) / SECTOR / ALIGNMENT) * ALIGNMENT;
/** In sectors, behind the header and all key material. */
const PAYLOAD = ALIGNMENT + SLOTS * SLOT_SECTORS;

/** Bytes from the start of the header to the encrypted data. */
export const LUKS_LENGTH = PAYLOAD * SECTOR;

export interface Luks1HeaderOptions {
  /** Where the data start, in sectors. */
  readonly payload?: number;
  /** States of the eight key slots. */
  readonly slots?: readonly number[];
}

/** A LUKS1 header as cryptsetup lays it out, with one key slot that no passphrase opens. */
export function luks1Header({ payload = PAYLOAD, slots = [ACTIVE] }: Luks1HeaderOptions = {}): Buffer {
  const header = Buffer.alloc(592);
  header.write('4c554b53babe0001', 0, 'hex');
  header.write('aes', 8, 'latin1');
  header.write('xts-plain64', 40, 'latin1');
  header.write('sha256', 72, 'latin1');
  header.writeUInt32BE(payload, 104);
  header.writeUInt32BE(KEY_BYTES, 108);
  header.writeUInt32BE(1000, 164);
  header.write('01234567-89ab-cdef-0123-456789abcdef', 168, 'latin1');
  for (let slot = 0; slot < SLOTS; slot++) {
    const at = 208 + slot * 48;
    header.writeUInt32BE(slots[slot] ?? FREE, at);
    header.writeUInt32BE(1000, at + 4);
    header.writeUInt32BE(ALIGNMENT + slot * SLOT_SECTORS, at + 40);
    header.writeUInt32BE(STRIPES, at + 44);
  }
  return header;
}
