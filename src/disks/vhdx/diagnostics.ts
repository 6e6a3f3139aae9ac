import { defineDiagnostics } from '../../diagnostics/index.ts';

const DAMAGED =
  "The file is damaged or was made to harm its reader: fetch it again and compare it with the publisher's checksum.";

export const diagnostics = defineDiagnostics('vhdx', {
  truncated: {
    severity: 'error',
    exit: 3,
    message: 'The file ends inside its VHDX header section: {needed} bytes are needed, {size} are there.',
    remedy: 'Fetch or copy the image again: only a part of it arrived.',
    explain:
      'The first MiB of a VHDX holds its signature, two headers and two region tables. The signature is there, but what has to follow it is not complete.',
  },
  'no-valid-copy': {
    severity: 'error',
    exit: 3,
    message: 'Neither copy of the {structure} has a right signature and checksum.',
    remedy: DAMAGED,
    explain:
      'Header and region table of a VHDX are stored twice and carry a CRC-32C, so that one copy survives an interrupted write. With both broken nothing in the file can be found or trusted; Hyper-V and qemu refuse it too.',
  },
  'copies-differ': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The two {structure} are both valid and contradict each other.',
    remedy: 'Do not use the image; if it is yours, convert it with the program that wrote it and import the result.',
    explain:
      'Of two headers the one with the higher sequence number counts, and both region tables are the same. Two copies that claim to count equally and differ let one program see another disk than the next: qemu, for instance, reads only the first region table.',
  },
  'bad-field': {
    severity: 'error',
    exit: 3,
    message: 'The field {field} of the {structure} holds {value}, but {rule}.',
    remedy: DAMAGED,
    explain:
      'The specification of VHDX allows only certain values here, and qemu refuses the others too. A structure with one impossible field cannot be trusted in its others.',
  },
  'outside-file': {
    severity: 'error',
    exit: 3,
    message: 'The {structure} ({length} bytes at offset {offset}) does not lie inside the file of {size} bytes.',
    remedy: "The file is truncated: fetch or copy it again, and compare its size and checksum with the publisher's.",
    explain:
      'The region table or the header points to something that is not in the file. Reading zeros in its place would show the guest a disk with a hole where data should be.',
  },
  overlap: {
    severity: 'error',
    exit: 3,
    message: 'The {first} and the {second} lie over each other in the file.',
    remedy: DAMAGED,
    explain:
      'Every region of a VHDX has a place of its own. Where two share bytes, one of them is read as something that it is not.',
  },
  missing: {
    severity: 'error',
    exit: 3,
    message: 'The file has no {what}.',
    remedy: DAMAGED,
    explain:
      'Each VHDX has a block allocation table and a metadata region with block size, virtual size and sector size. Without one of them there is no way to find the data.',
  },
  duplicate: {
    severity: 'error',
    exit: 3,
    message: 'The {what} is there twice.',
    remedy: DAMAGED,
    explain:
      'Each region and each metadata item may be listed once. Programs differ in whether the first or the last one counts, so the file could show one disk to a checker and another to the hypervisor.',
  },
  'unknown-required': {
    severity: 'error',
    exit: 3,
    message: 'The file needs a {what} that is not known: {guid}.',
    remedy: 'Convert the image to a plain VHDX with the program that wrote it, or update vm-import.',
    explain:
      'A flag says that a program which does not know this region or item must not open the file. Reading on could give wrong data; qemu refuses as well.',
  },
  'dirty-log': {
    severity: 'error',
    exit: 3,
    message: 'The log of the disk has not been replayed: it was not closed cleanly, or is in use.',
    remedy: 'Make sure that nobody uses it, then replay the log on a copy: qemu-img check -r all FILE.',
    explain:
      'A log identifier in the header says that changes to tables may still lie in the log. Until they are replayed the block allocation table can be out of date and point to wrong data, so vm-import does not look inside; qemu refuses to open such a file read-only while the log holds entries.',
  },
  differencing: {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The disk is a differencing VHDX: what it does not hold is in its parent ({parent}).',
    remedy: 'Merge it into its parent on Hyper-V (Merge-VHD) and import the merged disk.',
    explain:
      'A differencing disk holds only what was written since it was made on top of another file; Hyper-V checkpoints (.avhdx) are such disks. qemu does not support them. The name comes from the file and is only shown; vm-import does not open it.',
  },
  'sector-size': {
    severity: 'error',
    exit: 3,
    message: 'The disk has logical sectors of {bytes} bytes; qemu opens only VHDX files with 512.',
    remedy: 'Convert it on Hyper-V to a disk with 512-byte sectors, or to a raw image and attach that with 4096.',
    explain:
      'Partition tables count in logical sectors, so a guest installed on sectors of 4096 bytes finds nothing on a disk with 512. qemu refuses to open the VHDX at all.',
  },
  'bad-block': {
    severity: 'error',
    exit: 3,
    message: 'The block for guest offset {offset} is wrong: {problem}.',
    remedy: "The file is truncated or damaged: fetch it again and compare its checksum with the publisher's.",
    explain:
      'While looking for the guest data at that offset, an entry of the block allocation table was found that points outside the file or into its tables, or whose state makes no sense for a disk without a parent.',
  },
});
