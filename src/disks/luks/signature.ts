/** `LUKS\xba\xbe`, at offset 0 of version 1 and 2. */
const MAGIC = Buffer.from('4c554b53babe', 'hex');

/** Whether a file starts with a LUKS header; the version is the reader's to judge. */
export function isLuks(head: Buffer): boolean {
  return head.subarray(0, MAGIC.length).equals(MAGIC);
}

/** The version field behind the magic; 0 when the file ends before it. */
export function versionOf(head: Buffer): number {
  return head.length < 8 ? 0 : head.readUInt16BE(6);
}
