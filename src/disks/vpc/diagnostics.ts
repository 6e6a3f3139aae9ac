import { defineDiagnostics } from '../../diagnostics/index.ts';

const DAMAGED =
  "The file is damaged or was made to harm its reader: fetch it again and compare it with the publisher's checksum.";

/** Findings about a VHD file as such. Advice about where it can be taken is in `advice-diagnostics.ts`. */
export const diagnostics = defineDiagnostics('vpc', {
  'truncated-footer': {
    severity: 'error',
    exit: 3,
    message: 'The file of {size} bytes ends before a VHD footer is complete.',
    remedy: 'Fetch or copy the image again: only a part of it arrived.',
    explain:
      'The signature of a VHD is there, but neither the copy of the footer at the start of the file nor the footer at its end is complete: each is 512 bytes long, in very old files 511 at the end.',
  },
  'wrong-checksum': {
    severity: 'error',
    exit: 3,
    message: 'The checksum of the {structure} is wrong.',
    remedy: DAMAGED,
    explain:
      'Footer and dynamic disk header of a VHD carry the complement of the sum of their bytes. Hyper-V and XenServer open no disk whose sum is wrong; whatever such a structure says about sizes and places cannot be trusted.',
  },
  'bad-footer': {
    severity: 'error',
    exit: 3,
    message: 'The footer field {field} holds {value}, but {rule}.',
    remedy: DAMAGED,
    explain:
      'The checksum of the footer is right, so it was written like this. A footer with one impossible field cannot be trusted in its others.',
  },
  'bad-header': {
    severity: 'error',
    exit: 3,
    message: 'The field {field} of the dynamic disk header holds {value}, but {rule}.',
    remedy: DAMAGED,
    explain:
      'A dynamic or differencing VHD has a second header that says how large its blocks are and where its table of blocks lies. qemu makes the same checks when it opens the disk and refuses it too.',
  },
  'outside-file': {
    severity: 'error',
    exit: 3,
    message: 'The {structure} ({length} bytes at offset {offset}) does not lie inside the file of {size} bytes.',
    remedy: "The file is truncated: fetch or copy it again, and compare its size and checksum with the publisher's.",
    explain:
      'The footer or header points to something that is not in the file. Reading zeros in its place would show the guest a disk with a hole where data should be.',
  },
  'copies-differ': {
    severity: 'error',
    exit: 3,
    safety: true,
    message:
      'The footer and its copy at the start of the file are both intact and describe different disks ({fields}).',
    remedy: 'Do not use the image; if it is yours, convert it with the program that wrote it and import the result.',
    explain:
      'qemu reads the copy at the start of a dynamic VHD, XenServer the footer at the end. Where both have a right checksum but do not agree, a checker can be shown one disk and the hypervisor another. An honest writer always writes both.',
  },
  'copies-out-of-step': {
    severity: 'warning',
    exit: 3,
    message: 'The footer and its copy at the start of the file differ, though not in anything that decides the disk.',
    remedy: 'Nothing needs to be done for an import; the program that wrote the disk may have been interrupted.',
    explain:
      'Time, identifier or a state flag were changed in one copy of the footer and not in the other. Type, sizes and places are the same in both, so every program sees the same disk.',
  },
  'copy-damaged': {
    severity: 'error',
    exit: 3,
    message: 'The copy of the footer at the {place} of the file has a wrong checksum; the other one is intact.',
    remedy:
      'If the disk is yours, let its hypervisor repair it, or convert it with qemu-img convert -f vpc and check the result; else fetch it again.',
    explain:
      'A VHD has its footer twice so that one survives an interrupted write. qemu opens a dynamic disk by the copy at the start and does not look at the other; XenServer takes the one at the end. A broken one means that the file was damaged or not written to its end.',
  },
  'no-footer': {
    severity: 'error',
    exit: 3,
    message: 'The file has no VHD footer at its end.',
    remedy: "The file is probably truncated: compare its size and checksum with the publisher's and fetch it again.",
    explain:
      'The footer is the last thing in every VHD. A dynamic disk can be opened by the copy at its start, as qemu does, but a file that does not end in its footer has nearly always lost blocks of data as well, or had something appended to it.',
  },
  'no-header-copy': {
    severity: 'error',
    exit: 3,
    message: 'The footer says that the disk is not fixed, but its copy is missing at the start of the file.',
    remedy: DAMAGED,
    explain:
      'A dynamic or differencing VHD starts with a copy of its footer. Without it qemu takes the file for a raw disk or refuses it, while XenServer, which reads the end first, sees a disk.',
  },
  'footer-over-guest': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'A fixed disk has a VHD footer as the first sector of its guest data, which makes qemu read another disk.',
    remedy: 'Do not use the image as VHD. If it is trusted, cut the last 512 bytes off and import the rest as raw.',
    explain:
      'A fixed VHD is known by its footer at the end alone; its first sector belongs to the guest. A guest that writes a footer there turns its disk into a dynamic one in the eyes of qemu, with tables that the guest made.',
  },
  differencing: {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The disk is a differencing VHD: what it does not hold is in its parent, {parent}.',
    remedy: 'Merge it into its parent where it was made (Merge-VHD, or vhd-util coalesce) and import the merged disk.',
    explain:
      'A differencing disk holds only the sectors that were written since it was made on top of another file. qemu opens it without its parent and shows zeros for all the rest: the guest would find a ruined file system. The names come from the file and are only shown; vm-import opens none of them.',
  },
  'bad-block': {
    severity: 'error',
    exit: 3,
    message: 'The block for guest offset {offset} is wrong: {problem}.',
    remedy: "The file is truncated or damaged: fetch it again and compare its checksum with the publisher's.",
    explain:
      'While looking for the guest data at that offset, an entry of the block allocation table was found that points outside the file or into the tables of the disk itself. qemu refuses the whole disk as truncated.',
  },
});
