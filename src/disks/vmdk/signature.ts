export type Kind = 'sparse' | 'cowd' | 'sesparse' | 'descriptor';

/** `KDMV`, the sparse extent of hosted products and of OVF packages (VMware Virtual Disk Format 5.0, "Hosted Sparse"). */
const SPARSE = 'KDMV';
/** `COWD`, the sparse extent of ESX, used for redo logs (same document, "ESX Server Sparse Extents"). */
const COWD = 'COWD';
/** 0x00000000cafebabe, little endian: qemu block/vmdk.c, SESPARSE_CONST_HEADER_MAGIC. The format is not published. */
const SESPARSE = '\xbe\xba\xfe\xca\0\0\0\0';

/** How a text descriptor customarily starts, and what qemu goes by instead: its first line that says something. */
const CUSTOMARY = /^# disk descriptorfile/i;
const FIRST_LINE = /^version=[123]$/;

/** Which of the files that are called VMDK starts with these bytes; null for anything else. */
export function kindOf(head: Buffer): Kind | null {
  const start = head.toString('latin1', 0, 8);
  if (start.startsWith(SPARSE)) return 'sparse';
  if (start.startsWith(COWD)) return 'cowd';
  if (start === SESPARSE) return 'sesparse';
  return isDescriptor(head) ? 'descriptor' : null;
}

/** As `vmdk_probe` in qemu: blank lines and comments, then `version=1`, 2 or 3. */
function isDescriptor(head: Buffer): boolean {
  if (CUSTOMARY.test(head.toString('latin1', 0, 32))) return true;
  let at = 0;
  while (at < head.length) {
    const newline = head.indexOf(0x0a, at);
    const end = newline < 0 ? head.length : newline;
    const first = head[at];
    if (first === 0x23) {
      at = end + 1;
      continue;
    }
    // the longest line of interest is `version=1`; blanks before it are few in any file that a tool wrote
    const line = head.toString('latin1', at, Math.min(end, at + 64)).trim();
    if (line !== '') return FIRST_LINE.test(line);
    at = end + 1;
  }
  return false;
}
