import { defineDiagnostics } from '../../diagnostics/index.ts';

const DAMAGED =
  "The file is damaged or was made to harm its reader: fetch it again and compare it with the publisher's checksum.";

export const diagnostics = defineDiagnostics('qcow', {
  deprecated: {
    severity: 'warning',
    exit: 3,
    message: 'qcow version 1 is a retired format that OpenStack refuses.',
    remedy: 'Convert the image: qemu-img convert -f qcow -O qcow2 IMAGE NEW.qcow2.',
    explain:
      'qcow2 replaced the format in 2008. qemu and libvirt still read it, but it does not support live migration or discard, its driver is left out of the hypervisors of some distributions, and oslo.utils takes it for a qcow2 of an unknown version, so Glance, Nova and Cinder refuse it.',
  },
  'truncated-header': {
    severity: 'error',
    exit: 3,
    message: 'The file ends inside its qcow header: {needed} bytes are needed, {size} are there.',
    remedy: 'Fetch or copy the image again: only its first bytes arrived.',
    explain: 'The signature is there but the header that has to follow it, 48 bytes, is not complete.',
  },
  'bad-header': {
    severity: 'error',
    exit: 3,
    message: 'The header field {field} holds {value}, but {rule}.',
    remedy: DAMAGED,
    explain:
      'Sizes of clusters and tables decide what a reader allocates and computes; oversized ones overflowed in qemu before 2.1 (CVE-2014-0222, CVE-2014-0223). qemu refuses the same values today.',
  },
  'table-outside-file': {
    severity: 'error',
    exit: 3,
    message: 'The L1 table ({length} bytes at offset {offset}) does not lie inside the file of {size} bytes.',
    remedy: "The file is truncated: fetch or copy it again, and compare its size and checksum with the publisher's.",
    explain:
      'The header points to a table that is not in the file, or needs one larger than the file for the size of disk it claims. qemu would read the missing part as zeros, that is, show the guest an empty disk; vm-import refuses instead.',
  },
  'bad-name': {
    severity: 'error',
    exit: 3,
    message: 'The name of the backing file in the header is not usable: {problem}.',
    remedy: DAMAGED,
    explain:
      'The name has a length and no terminator. A name with a NUL byte reads differently in C programs, which stop there, than in others, and a name that is not UTF-8 cannot be written into libvirt XML or JSON.',
  },
  'encrypted-aes': {
    severity: 'error',
    exit: 3,
    message: 'The image uses the legacy AES encryption of qcow, which system emulators refuse.',
    remedy: 'Decrypt it with qemu-img convert and its encrypt.key-secret option, into a plain or LUKS image.',
    explain:
      'Encryption method 1 (AES-CBC with a key taken straight from the passphrase) is weak and has been refused by qemu system emulators since 2.9; qemu-img can still read it, to liberate the data.',
  },
  'size-not-sectors': {
    severity: 'warning',
    exit: 3,
    message: 'The virtual size of {size} bytes is not a whole number of 512-byte sectors; the guest sees {seen} bytes.',
    remedy: 'Convert the image to qcow2, which settles its size: qemu-img convert -f qcow -O qcow2 IMAGE NEW.qcow2.',
    explain:
      'qemu counts a disk in sectors and rounds the header field down, so the last bytes cannot be reached by the guest. qemu-img never writes such a size.',
  },
  'bad-cluster': {
    severity: 'error',
    exit: 3,
    message: 'The {entry} for guest offset {offset} is wrong: {problem}.',
    remedy: DAMAGED,
    explain:
      'Guest clusters are found through the L1 and L2 tables. The entry points to no place in the file where a table or a cluster can be. Showing zeros instead would give a guest with silently missing data.',
  },
  'bad-compressed-cluster': {
    severity: 'error',
    exit: 3,
    message: 'The compressed cluster for guest offset {offset} cannot be unpacked: {problem}.',
    remedy: DAMAGED,
    explain:
      'A compressed cluster has to unpack to exactly one cluster. It is read and unpacked with that bound, so that a small file cannot ask for much memory; qemu gives an I/O error in the same place.',
  },
});
