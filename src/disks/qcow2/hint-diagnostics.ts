import { defineDiagnostics } from '../../diagnostics/index.ts';

const SIDE_CAR = 'put the document beside the image as <image>.vm-hints.json';

/** Findings about the hint document in a qcow2 header: reading it and writing it. */
export const diagnostics = defineDiagnostics('qcow2', {
  'hint-extension-damaged': {
    severity: 'warning',
    exit: 3,
    message: 'The hint extension in the header is damaged and is ignored: {problem}.',
    remedy: `Write the hints anew where they came from, or ${SIDE_CAR}.`,
    explain:
      'Hints lie in a header extension of type VMH1, in two slots with a checksum each (docs/hint-extension.md). Neither slot could be used, so the import goes on as if the image had no hints. The image itself is not affected.',
  },
  'hint-slot-damaged': {
    severity: 'info',
    exit: 3,
    message: 'One of the two hint slots is damaged; the document in the other one is used.',
    remedy: 'Run vm-import hints set again if the last update was interrupted.',
    explain:
      'An update writes the slot that is not in use. If it is interrupted, that slot fails its checksum and the document from before the update stays in force. That is the normal outcome of a crash; it can also mean that the newest document was damaged later.',
  },
  'hints-not-regular-file': {
    severity: 'error',
    exit: 3,
    message: '{path} is not a regular file; hints are written into regular files only.',
    remedy: `Use an image file, or ${SIDE_CAR}.`,
    explain:
      'On a block device other programs may hold the image open in ways that cannot be seen, and a wrong write cannot be undone from a copy.',
  },
  'hints-not-qcow2': {
    severity: 'error',
    exit: 3,
    message: '{path} is not a qcow2 image; only qcow2 has room for hints in its header.',
    remedy: `For any other format, ${SIDE_CAR}.`,
    explain: 'The signature of qcow2 version 2 or 3 is not at the start of the file. Nothing was written.',
  },
  'hints-not-standalone': {
    severity: 'error',
    exit: 3,
    message: 'Hints are written only into images that stand alone, and this one has {what}.',
    remedy: `Flatten the image first (qemu-img convert -O qcow2 IMAGE NEW), or ${SIDE_CAR}.`,
    explain:
      'Where the header also names another file, that name lies behind the extensions and would have to move: two fields and a string in different sectors, which no order of writes makes safe against a power failure. An overlay also inherits the hints of its base as a whole.',
  },
  'hints-not-clean': {
    severity: 'error',
    exit: 3,
    message: 'Hints are written only into images that are in order, and this one is marked {state}.',
    remedy: 'Run qemu-img check -r all on a copy of the image first.',
    explain:
      'A dirty image may be open in a way that was not seen, and qemu rewrites its header when it repairs it. A corrupt image should not be written to at all.',
  },
  'hints-image-in-use': {
    severity: 'error',
    exit: 2,
    message: '{path} is in use by {holder}.',
    remedy: 'Shut the guest down (or detach the disk), then try again.',
    explain:
      'A program that has the image open keeps the header in memory and writes its own copy back when it closes: what we write now would silently disappear, or meet a write of its own half way. Locks are looked up in /proc/locks, open files in /proc/PID/fd, where only root sees the processes of other users; a program on another host that shares the storage cannot be seen.',
  },
  'hints-use-unknown': {
    severity: 'error',
    exit: 2,
    message: 'It cannot be told on this system whether another program has {path} open.',
    remedy: `Do it on a Linux host, or ${SIDE_CAR}.`,
    explain:
      'Writing into a header that a hypervisor has open loses the hints at best. Whether that is the case is read from /proc/locks, which this system does not have.',
  },
  'hints-do-not-fit': {
    severity: 'error',
    exit: 2,
    message: 'The document of {length} bytes does not fit into the header: {room} bytes can be had.',
    remedy: `Shorten the document, or ${SIDE_CAR}. Slots keep the size they were made with; a larger one needs a new image: qemu-img convert, then vm-import hints set.`,
    explain:
      'Hints share the first cluster with qemu: at least 1216 bytes are left for a backing file name, its format and the list of bitmaps, and all has to lie in the first 33280 bytes, which is what libvirt reads. Two slots are kept for safe updates, so half of the rest is the most a document can have: 8136 bytes in an image with 64 KiB clusters.',
  },
  'hints-extension-unknown': {
    severity: 'error',
    exit: 3,
    message: 'The image has a hint extension that this version cannot update: {problem}.',
    remedy: `Use the newer vm-import that wrote it; if it is damaged, make a copy without it (qemu-img convert -O qcow2 IMAGE NEW), or ${SIDE_CAR}.`,
    explain:
      'The fixed part of the extension (magic, layout version, slot count and size) is not what version 1 of the layout says. It is left as it is.',
  },
  'hints-not-writable': {
    severity: 'error',
    exit: 2,
    message: 'The hints could not be written to {path} ({reason}).',
    remedy: 'Check the rights on the file and the state of the storage, then try again: the image is still usable.',
    explain:
      'The operating system refused to open the file for writing, to write, or to flush. Writes are ordered so that at every moment the header is valid, with the hints from before or with the new ones.',
  },
  'hints-changed-meanwhile': {
    severity: 'error',
    exit: 2,
    message: 'The header of {path} changed while hints were written.',
    remedy: 'Find out who else writes to the image, run qemu-img check on it, then try again.',
    explain:
      'The header is read again before and after each write and has to be what it was, plus the bytes written. Another program wrote to it in between, without a lock that could be seen.',
  },
});
