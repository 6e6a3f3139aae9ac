import { defineDiagnostics } from '../../diagnostics/index.ts';

const DAMAGED =
  "The file is damaged or was made to harm its reader: fetch it again and compare it with the publisher's checksum.";

/** Findings about a qcow2 file as such. Those about hint documents in it are in `hint-diagnostics.ts`. */
export const diagnostics = defineDiagnostics('qcow2', {
  'unsupported-version': {
    severity: 'error',
    exit: 3,
    message: 'The header says qcow2 version {version}; versions 2 and 3 exist.',
    remedy: 'Convert the image with the tool that wrote it, to qcow2 or raw.',
    explain:
      'Version 1 is the long retired qcow format, whose header differs from offset 8 on; no version above 3 has been defined. Reading such a file as qcow2 would take one field for another.',
  },
  'truncated-header': {
    severity: 'error',
    exit: 3,
    message: 'The file ends inside its qcow2 header: {needed} bytes are needed, {size} are there.',
    remedy: 'Fetch or copy the image again: only its first bytes arrived.',
    explain: 'The signature is there but the header that has to follow it is not complete.',
  },
  'bad-header': {
    severity: 'error',
    exit: 3,
    message: 'The header field {field} holds {value}, but {rule}.',
    remedy: DAMAGED,
    explain:
      'qemu makes the same check when it opens the image and would refuse it too. A header with one impossible field cannot be trusted in its others.',
  },
  'table-too-large': {
    severity: 'error',
    exit: 3,
    message: 'The {table} is said to have {entries} entries; the most that qemu opens is {limit}.',
    remedy: DAMAGED,
    explain:
      'Sizes of tables come from the header and decide how much memory a reader allocates. qemu caps the L1 table at 32 MiB, the refcount table at 8 MiB and the snapshot table at 65536 entries; so does vm-import.',
  },
  'table-misplaced': {
    severity: 'error',
    exit: 3,
    message: 'The {table} is said to be at offset {offset}, but {rule}.',
    remedy: DAMAGED,
    explain:
      'Every table of a qcow2 file starts on a cluster boundary behind the first cluster, which belongs to the header. A table elsewhere overlaps other data.',
  },
  'table-outside-file': {
    severity: 'error',
    exit: 3,
    message: 'The {table} ({length} bytes at offset {offset}) does not lie inside the file of {size} bytes.',
    remedy: "The file is truncated: fetch or copy it again, and compare its size and checksum with the publisher's.",
    explain:
      'The header points to a table that is not in the file. qemu would read the missing part as zeros, that is, show the guest an empty disk where data should be; vm-import refuses instead.',
  },
  'unknown-feature': {
    severity: 'error',
    exit: 3,
    message: 'The image uses incompatible features that are not known: {features}.',
    remedy: 'Convert the image to plain qcow2 with the tool that wrote it, or update vm-import.',
    explain:
      'A bit in the field incompatible_features says that a program which does not know the feature must not open the image. Bits 0 to 4 are defined (dirty, corrupt, external data file, compression type, extended L2 entries). The names, where given, come from the feature name table of the image itself.',
  },
  'bad-extension': {
    severity: 'error',
    exit: 3,
    message: 'The header extension {type} at offset {offset} is wrong: {problem}.',
    remedy: DAMAGED,
    explain:
      'Header extensions follow the header in the first cluster: type, length, data, each padded to 8 bytes. qemu refuses the image over the same fault, so no guest could start from it.',
  },
  'duplicate-extension': {
    severity: 'error',
    exit: 3,
    message: 'The header extension {type} is there twice, the second time at offset {offset}.',
    remedy: DAMAGED,
    explain:
      'The specification allows each type of header extension once. Programs differ in whether the first or the last one counts, so such an image can show one backing format or data file to a checker and another to the hypervisor.',
  },
  'too-many-extensions': {
    severity: 'error',
    exit: 3,
    message: 'The header has more than {limit} extensions.',
    remedy: DAMAGED,
    explain: 'Five types of header extension are defined. Hundreds of them serve only to keep a reader busy.',
  },
  'bad-name': {
    severity: 'error',
    exit: 3,
    message: 'The name of the {what} in the header is not usable: {problem}.',
    remedy: DAMAGED,
    explain:
      'File names in a qcow2 header have a length and no terminator. A name with a NUL byte reads differently in C programs (qemu, libvirt), which stop there, than in others, and a name that is not UTF-8 cannot be written into libvirt XML or JSON.',
  },
  'bad-snapshot-table': {
    severity: 'error',
    exit: 3,
    message: 'Entry {entry} of the snapshot table is wrong: {problem}.',
    remedy: 'If the image is yours, qemu-img check -r all may repair it; else do not use it.',
    explain:
      'qemu reads the whole table of internal snapshots when it opens an image and refuses the image if the table cannot be read, even when no snapshot is ever used.',
  },
  'size-not-sectors': {
    severity: 'warning',
    exit: 3,
    message: 'The virtual size of {size} bytes is not a whole number of 512-byte sectors; the guest sees {seen} bytes.',
    remedy: 'Resize the image to a multiple of 512 bytes: qemu-img resize IMAGE SIZE.',
    explain:
      'qemu counts a disk in sectors and rounds the header field down, so the last bytes cannot be reached by the guest. qemu-img never writes such a size.',
  },
  'backing-protocol': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The backing file is not a plain file name but a {kind}: {name}.',
    remedy:
      'Do not use the image, or flatten it where that backing store is trusted: qemu-img convert -O qcow2 IMAGE NEW.',
    explain:
      'qemu reads a backing name with a protocol before the first slash (nbd:, http:, ...) or in its json: form as instructions of what to open, with any driver and any option. An image from somewhere else must not choose that. Also a plain relative name with a colon in it is read in this way.',
  },
  'backing-name-beyond-libvirt': {
    severity: 'error',
    exit: 3,
    safety: true,
    message:
      'The backing file name ends at offset {end}; libvirt reads only the first {limit} bytes and will not see it.',
    remedy: 'Flatten the image (qemu-img convert -O qcow2 IMAGE NEW), or shorten its header extensions.',
    explain:
      'libvirt reads the first 33280 bytes of an image to learn its backing chain. Where the name lies further back, libvirt believes that the image stands alone, silently: no security label is set for the base and no rule of the administrator sees it, while qemu opens it all the same.',
  },
  'external-data-file': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The guest data are not in this file but in an external data file: {name}.',
    remedy: 'Do not use the image; if it is yours, make a self-contained copy: qemu-img convert -O qcow2 IMAGE NEW.',
    explain:
      'The header of a qcow2 image can name another file, anywhere on the host, that holds all guest data. A hostile image names /etc/shadow or a disk of another guest and so has it shown to the new guest (CVE-2024-32498). vm-import never opens that file.',
  },
  'external-data-file-protocol': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The guest data are said to be in an external data file that is a {kind}: {name}.',
    remedy: 'Do not use the image.',
    explain:
      'The name of the external data file carries a protocol or is a json: description. In qemu before 7.2.13 and 9.0.2 even qemu-img info opened it, with any driver and option the image chose (CVE-2024-4467). No honest tool writes such a name.',
  },
  'encrypted-luks': {
    severity: 'warning',
    exit: 3,
    message: 'The image is encrypted with LUKS; what is inside cannot be read.',
    remedy: 'Give the hypervisor its passphrase as a secret, and say with flags or hints what the image needs.',
    explain:
      'Only the header of the image is in clear. Partitions, boot loaders and the operating system stay unknown, so everything that is usually concluded from them has to be said by a descriptor, a hint or a flag.',
  },
  'encrypted-aes': {
    severity: 'error',
    exit: 3,
    message: 'The image uses the legacy AES encryption of qcow2, which system emulators refuse.',
    remedy: 'Decrypt it with qemu-img convert and its encrypt.key-secret option, into a plain or LUKS image.',
    explain:
      'Encryption method 1 (AES-CBC with a key taken straight from the passphrase) is weak and has been refused by qemu system emulators since 2.9; qemu-img can still read it, to liberate the data.',
  },
  corrupt: {
    severity: 'error',
    exit: 3,
    message: 'qemu has marked the image as corrupt.',
    remedy: 'Work on a copy: qemu-img check -r all IMAGE, then inspect what is left; or use another copy of the image.',
    explain:
      'Incompatible feature bit 1 is set by qemu when it finds that metadata overlap or point nowhere. It will not open the image for writing any more, so no guest can start from it.',
  },
  dirty: {
    severity: 'warning',
    exit: 3,
    message: 'The image was not closed cleanly, or is in use.',
    remedy:
      'Make sure that nobody uses it, then run qemu-img check -r leaks IMAGE (or start the guest: qemu repairs it).',
    explain:
      'Incompatible feature bit 0 is set while an image with lazy refcounts is open for writing. If it stays behind, reference counts may be out of date; qemu rebuilds them on the next open for writing. Guest data are not affected.',
  },
  'internal-snapshots': {
    severity: 'info',
    exit: 3,
    message: 'The image holds {count} internal snapshots, which take no part in the import.',
    remedy: 'Delete them with qemu-img snapshot -d if they are not wanted; copying the disk drops them.',
    explain:
      'Internal snapshots are older states of the disk inside the same file. The guest sees the current state. They can contain data that were deleted since.',
  },
  'saved-vm-state': {
    severity: 'info',
    exit: 3,
    message: 'The internal snapshot {name} carries {bytes} bytes of saved machine state.',
    remedy: 'Ignore it, or delete it with qemu-img snapshot -d: it can only be resumed on the machine it was made on.',
    explain:
      'A snapshot of a running guest stores memory and device state beside the disk. The guest is imported as if it were switched on anew; memory of the old guest, with its secrets, stays in the file.',
  },
  'bad-cluster': {
    severity: 'error',
    exit: 3,
    message: 'The {entry} for guest offset {offset} is wrong: {problem}.',
    remedy: 'If the image is yours, qemu-img check tells more; else fetch it again and compare checksums.',
    explain:
      'While looking for the guest data at that offset, an entry of the L1 or L2 table was found that points outside the file, into the header, between two clusters, or that contradicts itself. qemu would report an I/O error to the guest and mark the image as corrupt.',
  },
  'bad-compressed-cluster': {
    severity: 'error',
    exit: 3,
    message: 'The compressed cluster for guest offset {offset} cannot be unpacked: {problem}.',
    remedy: 'If the image is yours, qemu-img check tells more; else fetch it again and compare checksums.',
    explain:
      'A compressed cluster has to unpack to exactly one cluster. More or less, or a stream that is not valid deflate or zstd, means that the image is damaged or was made to use up memory and time.',
  },
});
