import { defineDiagnostics } from '../../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('raw', {
  empty: {
    severity: 'error',
    exit: 3,
    message: 'The file is empty: there is no disk in it.',
    remedy: 'Fetch or copy the image again; an interrupted download or a full disk often leaves an empty file behind.',
    explain:
      'A file without a format signature is taken for a raw disk, whose size is the size of the file. A disk of zero bytes can hold no system and no hypervisor can attach it.',
  },
  'partial-sector': {
    severity: 'warning',
    exit: 3,
    message: 'The size of {size} bytes is not a whole number of 512-byte sectors ({rest} bytes over).',
    remedy:
      "Compare size and checksum with the publisher's; if the file is right, pad it with zeros: truncate -s %512 FILE.",
    explain:
      'A disk is made of sectors, so a raw image whose size is not a multiple of 512 is nearly always cut off or is not a disk at all. qemu rounds the size up and shows zeros for the missing bytes; other hypervisors refuse the file.',
  },
});
