import { defineDiagnostics } from '../../diagnostics/index.ts';

const DAMAGED =
  "The file is damaged or was made to harm its reader: fetch it again and compare it with the publisher's checksum.";

export const diagnostics = defineDiagnostics('vdi', {
  'truncated-header': {
    severity: 'error',
    exit: 3,
    message: 'The file ends inside its VDI header: {needed} bytes are needed, {size} are there.',
    remedy: 'Fetch or copy the image again: only its first bytes arrived.',
    explain: 'The signature is there but the header of 512 bytes that it belongs to is not complete.',
  },
  'unsupported-version': {
    severity: 'error',
    exit: 3,
    message: 'The header says VDI version {version}; only version 1.1 is read.',
    remedy:
      'Open the image once with a current VirtualBox, or convert it: VBoxManage clonemedium FILE NEW --format RAW.',
    explain:
      'Version 0.0 was written by the first releases of VirtualBox and has another layout; no version above 1.1 is known. qemu reads 1.1 only.',
  },
  'bad-header': {
    severity: 'error',
    exit: 3,
    message: 'The header field {field} holds {value}, but {rule}.',
    remedy: DAMAGED,
    explain:
      'qemu makes nearly the same checks when it opens the image and would refuse it too. A header with one impossible field cannot be trusted in its others.',
  },
  'outside-file': {
    severity: 'error',
    exit: 3,
    message: 'The {structure} ({length} bytes at offset {offset}) does not lie inside the file of {size} bytes.',
    remedy: "The file is truncated: fetch or copy it again, and compare its size and checksum with the publisher's.",
    explain:
      'The block map says where each MiB of the disk lies in the file. Without all of it there are parts of the disk that cannot be found.',
  },
  differencing: {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The image ({type}) is only the difference to another one, with the identifier {parent}.',
    remedy: 'Merge the snapshots in VirtualBox, or clone the disk: VBoxManage clonemedium FILE NEW --format VDI.',
    explain:
      'VirtualBox keeps each snapshot in a file of its own that holds what was written since. Such a file names the identifier of its parent and not its file, so the parent cannot be found from here, and without it most of the disk is missing. qemu refuses it as well.',
  },
  'size-not-sectors': {
    severity: 'warning',
    exit: 3,
    message: 'The size of {size} bytes is not a whole number of 512-byte sectors; the guest sees {seen} bytes.',
    remedy: 'Resize the image to a multiple of 512 bytes where it was made.',
    explain:
      'A disk is made of sectors, so the size is rounded up, as qemu does. Some old converters wrote such sizes; the guest data are not affected.',
  },
  'bad-block': {
    severity: 'error',
    exit: 3,
    message: 'The block for guest offset {offset} is wrong: {problem}.',
    remedy: "The file is truncated or damaged: fetch it again and compare its checksum with the publisher's.",
    explain:
      'While looking for the guest data at that offset, an entry of the block map was found that points behind the end of the file. Reading zeros in its place would hide that data are missing.',
  },
});
