import { defineDiagnostics } from '../../diagnostics/index.ts';

const DAMAGED =
  "The file is damaged or was made to harm its reader: fetch it again and compare it with the publisher's checksum.";

export const diagnostics = defineDiagnostics('parallels', {
  'truncated-header': {
    severity: 'error',
    exit: 3,
    message: 'The file ends inside its Parallels header: {needed} bytes are needed, {size} are there.',
    remedy: 'Fetch or copy the image again: only its first bytes arrived.',
    explain: 'The signature is there but the header that has to follow it, 64 bytes, is not complete.',
  },
  'unsupported-version': {
    severity: 'error',
    exit: 3,
    message: 'The header says Parallels version {version}; only version 2 exists.',
    remedy: 'Convert the image with the tool that wrote it.',
    explain:
      'All expandable images of Parallels and Virtuozzo have version 2 in their header. The layout behind any other number is not known, and qemu does not open such a file.',
  },
  'bad-header': {
    severity: 'error',
    exit: 3,
    message: 'The header field {field} holds {value}, but {rule}.',
    remedy: DAMAGED,
    explain:
      'The disk is found by dividing by the cluster size and looking up the block allocation table. Zero, or a table that is too short or not in the file, made qemu divide by zero or read out of bounds (CVE-2014-0142, CVE-2014-0143).',
  },
  'in-use': {
    severity: 'warning',
    exit: 3,
    message: 'The image was not closed cleanly, or is in use.',
    remedy: 'Make sure that nobody uses it, then run qemu-img check -f parallels -r all IMAGE.',
    explain:
      'The field inuse is set while the image is open for writing and cleared when it is closed. If it stays behind, the last clusters may not be in the allocation table; qemu refuses to open such an image for writing.',
  },
  'bad-cluster': {
    severity: 'error',
    exit: 3,
    message: 'The allocation table entry for guest offset {offset} is wrong: {problem}.',
    remedy: DAMAGED,
    explain:
      'The entry points to no place in the file where guest data can be. Showing zeros instead would give a guest with silently missing data.',
  },
});
