/** The last sector of the file, "koly block" by its signature. */
export const TRAILER_LENGTH = 512;

/** `koly`, version 4, and its own length: more than the four letters, since any disk can end in those. */
const START = Buffer.from('6b6f6c790000000400000200', 'hex');

export function isTrailer(bytes: Buffer): boolean {
  return bytes.subarray(0, START.length).equals(START);
}
