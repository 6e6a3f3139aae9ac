/** `QFI\xfb`, at offset 0 of every qcow file (qemu docs/interop/qcow2.txt, "Header"). */
const MAGIC = 0x514649fb;

/** Whether a file that starts with these bytes is qcow2. Version 1 has the same magic and is another format, qcow. */
export function isQcow2(head: Buffer): boolean {
  if (head.length < 8 || head.readUInt32BE(0) !== MAGIC) return false;
  const version = head.readUInt32BE(4);
  return version === 2 || version === 3;
}
