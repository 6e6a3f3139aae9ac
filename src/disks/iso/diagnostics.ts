import { defineDiagnostics } from '../../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('iso', {
  truncated: {
    severity: 'error',
    exit: 3,
    message: 'The file ends before its first volume descriptor: {needed} bytes are needed, {size} are there.',
    remedy: 'Fetch or copy the image again: only its first bytes arrived.',
    explain:
      'A disc begins with 16 sectors for boot programs, and then a sequence of volume descriptors says what is on it. The signature of the first one is there, but not all of its sector.',
  },
  'no-volume': {
    severity: 'error',
    exit: 3,
    message: 'The disc has neither a primary volume descriptor of ISO 9660 nor a UDF volume.',
    remedy: "Compare the file's checksum with the publisher's; a disc like this can be read by no system.",
    explain:
      'Every ISO 9660 disc has a primary volume descriptor, and a UDF disc says NSR02 or NSR03 in its recognition sequence. With neither of them no guest finds a file on it.',
  },
  'bad-descriptor': {
    severity: 'error',
    exit: 3,
    message: 'The field {field} of the primary volume descriptor holds {value}, but {rule}.',
    remedy: "The file is damaged: fetch it again and compare it with the publisher's checksum.",
    explain:
      'The primary volume descriptor says how the disc is divided into blocks. With a wrong block size every place on the disc is counted wrongly.',
  },
  'byte-orders-differ': {
    severity: 'warning',
    exit: 3,
    message: 'The size of the volume is not the same in its two byte orders; the little-endian one is taken.',
    remedy:
      'Make the disc again with a current xorriso or genisoimage if guests on big-endian machines are to read it.',
    explain:
      'ISO 9660 stores each number twice, once for each byte order. x86 and ARM systems read the little-endian half; a system that reads the other one sees another size.',
  },
  'bad-boot-catalog': {
    severity: 'warning',
    exit: 3,
    message: 'The El Torito boot catalog cannot be used: {problem}.',
    remedy: "Compare the file's checksum with the publisher's; the disc may still be read, but probably does not boot.",
    explain:
      'A boot record says that the disc can be started from and where the list of its boot images lies. Firmware checks the first entry of that list and ignores the disc if it is wrong.',
  },
  'volume-cut': {
    severity: 'warning',
    exit: 3,
    message: 'The volume is said to have {volume} bytes, but the file has only {size}.',
    remedy: "The file is probably truncated: compare its size and checksum with the publisher's and fetch it again.",
    explain:
      'The files of a disc lie in the order in which they were added, so the last ones are missing. An installer starts from such a disc and fails in the middle.',
  },
  'partial-sector': {
    severity: 'warning',
    exit: 3,
    message: 'The size of {size} bytes is not a whole number of 2048-byte sectors ({rest} bytes over).',
    remedy: "Compare size and checksum with the publisher's.",
    explain:
      'A CD or DVD is made of sectors of 2048 bytes; a file of another size is often cut off or has something appended. Virtual drives hide the incomplete sector or fill it with zeros.',
  },
});
