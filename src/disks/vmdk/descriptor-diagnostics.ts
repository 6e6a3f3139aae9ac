import { defineDiagnostics } from '../../diagnostics/index.ts';

const COPY =
  'Make a self-contained copy where the disk and all its files are: qemu-img convert -f vmdk -O qcow2 DISK.vmdk NEW.qcow2.';

/** Findings about the text descriptor, wherever it stands. */
export const diagnostics = defineDiagnostics('vmdk', {
  'descriptor-too-large': {
    severity: 'error',
    exit: 3,
    message: 'The descriptor is said to take {size} bytes; the most that is read is {limit}.',
    remedy: 'Look at the file: a descriptor is a few hundred bytes of text, nothing needs more.',
    explain:
      'qemu and oslo.utils read at most 1 MiB less one byte of a descriptor, so what comes behind is seen by one program and not by another. vm-import refuses instead of reading a part.',
  },
  'misplaced-descriptor': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The embedded descriptor is said to be at offset {offset}, but qemu looks for it at 512.',
    remedy: 'Do not use the image; if it is yours, convert it to qcow2.',
    explain:
      'qemu takes the header field for the place of the descriptor in some cases and the fixed offset 512 in others, and oslo.utils refuses anything but 512. With two places there can be two descriptors: one for the checker and one for the hypervisor.',
  },
  'no-descriptor': {
    severity: 'error',
    exit: 3,
    message: 'The file has no descriptor inside: it is one extent of a split disk (-s001.vmdk), not a disk.',
    remedy: COPY,
    explain:
      'A twoGbMaxExtentSparse disk is a small text file and a number of sparse files of up to 2 GB, each looking like a disk of its own. The text file says which belong together and in which order; one extent is a piece of the disk. qemu and oslo.utils (Glance, Nova, Cinder) refuse it too.',
  },
  'bad-descriptor': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The descriptor is wrong at offset {offset}: {problem}.',
    remedy: 'Do not use the image; if it is yours, convert it to qcow2 or raw where it was made.',
    explain:
      'A descriptor has comments, name=value lines, ddb lines and extent lines and nothing else. Programs that look for words in it (qemu) and programs that read it line by line (VMware, oslo.utils) only agree about text that keeps to this form, so vm-import accepts no other.',
  },
  'duplicate-key': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The descriptor has {key} more than once, or in an unusual spelling, at offset {offset}.',
    remedy: 'Do not use the image.',
    explain:
      'createType, CID, parentCID and parentFileNameHint decide what a VMDK is made of. qemu takes the first occurrence of the word, in exactly this spelling, even inside a comment; VMware ignores case; others take the last line. A file that has it twice can be one thing to a checker and another to the hypervisor.',
  },
  parent: {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The disk is a delta on top of another file: the descriptor has {what}.',
    remedy: COPY,
    explain:
      'parentFileNameHint, anywhere in the text, makes qemu open the file that it names, any path on the host, as the backing file; a parentCID other than ffffffff says the same. An import must not open what an image chooses (CVE-2022-47951), and without its parent the disk is incomplete.',
  },
  'unsupported-create-type': {
    severity: 'error',
    exit: 3,
    safety: true,
    message:
      'The descriptor inside the file says createType {createType}; monolithicSparse and streamOptimized are self-contained.',
    remedy: COPY,
    explain:
      'A sparse file with its descriptor inside is a whole disk only as monolithicSparse or streamOptimized. With any other type the data, or a part of them, are elsewhere. Glance, Nova and Cinder allow the same two types.',
  },
  'foreign-extent': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The descriptor inside the file describes more than the file itself: {problem}.',
    remedy: 'Do not use the image.',
    explain:
      'A self-contained VMDK has exactly one extent line, of type SPARSE, for itself, with a plain file name. A flat, second or absolute extent names another file of the host (CVE-2022-47951). The name itself may differ from the present name of the file, which changes with every copy and is not used.',
  },
  'not-self-contained': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The file is only the descriptor of a {createType} disk; its data are in {count} other files: {names}.',
    remedy: COPY,
    explain:
      'The text says which files hold the disk. A file from somewhere else must not choose what is opened on the host (CVE-2022-47951), so vm-import never opens them. Convert the disk where all its files are, or export the machine as OVF, which holds one stream-optimised file per disk.',
  },
  'host-device': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The descriptor gives a device of the host to the guest: createType {createType}, {names}.',
    remedy: 'Do not use the file. To move such a disk, copy the device to an image where it is attached.',
    explain:
      'fullDevice, partitionedDevice and raw device mappings stand for a physical disk of the machine that they were made on. On another host the same names are other disks, so opening them reads or destroys data of the host.',
  },
  'extent-path': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'An extent line of the descriptor has a path in it, not a plain file name: {line}.',
    remedy: 'Do not use the image.',
    explain:
      'Extents are named by plain file names beside the descriptor. A slash or backslash in the line reaches another directory or a device: the attack of CVE-2022-47951, which oslo.utils refuses by the same rule.',
  },
  'size-differs': {
    severity: 'warning',
    exit: 3,
    message: 'The header says {capacity} sectors, the descriptor {sectors}; the guest sees {capacity}.',
    remedy: 'If the disk is yours and the difference is more than rounding, write it again: qemu-img convert.',
    explain:
      'The header is what qemu goes by. VirtualBox rounds it up to a whole number of grains and leaves the exact size in the descriptor, which is harmless. A larger difference has no honest reason known.',
  },
  'non-ascii-descriptor': {
    severity: 'warning',
    exit: 3,
    message: 'The descriptor has bytes in it that are not ASCII, first at offset {offset}.',
    remedy: 'Rename the virtual machine in plain letters, or convert the disk to qcow2, if OpenStack has to take it.',
    explain:
      'VMware writes names in the encoding of its host. They do not matter for the disk, but oslo.utils decodes descriptors as ASCII, so Glance, Nova and Cinder refuse the file.',
  },
});
