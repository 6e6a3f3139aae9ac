import { defineDiagnostics } from '../../diagnostics/index.ts';

const DAMAGED =
  "The file is damaged or was made to harm its reader: fetch it again and compare it with the publisher's checksum.";
const COPY =
  'Make a self-contained copy where the disk and all its files are: qemu-img convert -f vmdk -O qcow2 DISK.vmdk NEW.qcow2.';

/** Findings about the binary parts of a VMDK file. Those about descriptors are in `descriptor-diagnostics.ts`. */
export const diagnostics = defineDiagnostics('vmdk', {
  'truncated-header': {
    severity: 'error',
    exit: 3,
    message: 'The file ends inside its VMDK header: {needed} bytes are needed, {size} are there.',
    remedy: 'Fetch or copy the image again: only its first bytes arrived.',
    explain: 'The signature is there but the header that has to follow it, one sector, is not complete.',
  },
  'unsupported-version': {
    severity: 'error',
    exit: 3,
    message: 'The header says VMDK version {version}; versions 1 to 3 exist.',
    remedy: 'Convert the image with the tool that wrote it, to a monolithicSparse or streamOptimized VMDK.',
    explain:
      'Sparse extents have had version 1 since VMware Workstation 4, version 2 with zeroed grains and version 3 with changed block tracking or stream-optimised. qemu and oslo.utils refuse other versions as well.',
  },
  'bad-header': {
    severity: 'error',
    exit: 3,
    message: 'The header field {field} holds {value}, but {rule}.',
    remedy: DAMAGED,
    explain:
      'A sparse extent is read by arithmetic on a few header fields. A field that no writer would write makes readers differ in what they show of the disk, or makes them compute with zero; qemu refuses most of these too.',
  },
  'capacity-zero': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The header says that the disk has no sectors, so that its descriptor is taken for a list of other files.',
    remedy: 'Do not use the image.',
    explain:
      'qemu reads a sparse extent of capacity 0 as an embedded text descriptor and opens whatever files the extent lines in it name, such as /etc/shadow of the host. This is the way around checks that look at the createType of a sparse file only (CVE-2022-47951). No tool writes such a file.',
  },
  'text-mode-damage': {
    severity: 'error',
    exit: 3,
    message: 'The file went through a transfer in text mode: its line-end test bytes are {found}, not 0a 20 0d 0a.',
    remedy: 'Fetch the image again in binary mode.',
    explain:
      'Bytes 73 to 76 of the header hold a line feed, a blank, a carriage return and a line feed, only to show whether a file transfer has translated line ends. Where it has, every such byte in the guest data is changed or moved as well and the disk is destroyed.',
  },
  'truncated-file': {
    severity: 'error',
    exit: 3,
    message: 'The metadata alone are said to take {needed} bytes, but the file has {size}.',
    remedy: 'The file is truncated: fetch or copy it again, and compare size and checksum.',
    explain:
      'The header says how many sectors come before the first grain of guest data. A file that ends before that point has lost tables, and qemu refuses it in the same way.',
  },
  'directory-outside-file': {
    severity: 'error',
    exit: 3,
    message:
      'The grain directory ({length} bytes at offset {offset}) does not lie inside the file of {size} bytes behind its header.',
    remedy: DAMAGED,
    explain:
      'The grain directory is the root of the map from guest sectors to the file. It is as long as the capacity demands, so a capacity made up to be huge is caught here too, before anything is allocated.',
  },
  'bad-footer': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The header refers to a footer at the end of the file, and it is wrong: {problem}.',
    remedy:
      'If the file was cut, fetch it again; if the tool that wrote it is yours, export with a directory in the header.',
    explain:
      'A stream-optimised file is written in one pass, so the place of its grain directory is only known at its end, in a footer: a footer marker, a copy of the header and an end marker, 1536 bytes in all. Readers take one or the other, so a copy that disagrees shows different disks to different programs.',
  },
  'unclean-shutdown': {
    severity: 'warning',
    exit: 3,
    message: 'The image was not closed cleanly, or is in use.',
    remedy: 'Make sure that nobody uses it, and let the product that wrote it open and close it once.',
    explain:
      'Byte 72 of the header is set while a VMware product has the file open and cleared when it is closed. If it stays behind, the last grains may be written but not yet entered in the tables: guest writes shortly before the crash can be missing.',
  },
  'redo-log': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The file is a {kind} redo log, which holds only what was changed since a snapshot of another disk.',
    remedy: COPY,
    explain:
      'COWD (vmfsSparse) and seSparse files are what ESX writes beside a disk when a snapshot is taken. Alone they are not a disk: the sectors that they do not hold are in the parent, which a descriptor elsewhere names. Consolidate the snapshots, or export the machine as OVF.',
  },
  'bad-grain': {
    severity: 'error',
    exit: 3,
    message: 'The {entry} for guest offset {offset} is wrong: {problem}.',
    remedy: DAMAGED,
    explain:
      'Guest sectors are found through the grain directory and a grain table. The entry points to no place in the file where guest data can be. Showing zeros instead would give a guest with silently missing data.',
  },
  'bad-compressed-grain': {
    severity: 'error',
    exit: 3,
    message: 'The compressed grain for guest offset {offset} cannot be unpacked: {problem}.',
    remedy: DAMAGED,
    explain:
      'Each grain of a stream-optimised file is a marker (guest sector, size of the packed data) and a zlib stream that unpacks to at most one grain. The size comes from the file and is bounded before anything is read: qemu up to 10.2.1 read beyond its buffer here (CVE-2026-2243).',
  },
});
