import { defineDiagnostics } from '../../diagnostics/index.ts';

const DAMAGED =
  "The file is damaged or was made to harm its reader: fetch it again and compare it with the publisher's checksum.";

export const diagnostics = defineDiagnostics('luks', {
  encrypted: {
    severity: 'warning',
    exit: 3,
    message: 'The disk is encrypted as a whole with LUKS{version}; its content cannot be read.',
    remedy: 'Give the hypervisor its passphrase as a secret, and say with flags or hints what the image needs.',
    explain:
      'Only the header is in clear. Partitions, boot loaders and the operating system stay unknown, so everything that is usually concluded from them has to be said by a descriptor, a hint or a flag. vm-import never asks for a passphrase.',
  },
  'luks2-in-qemu': {
    severity: 'warning',
    exit: 3,
    message: 'The header is of version 2, which qemu cannot unlock: its luks driver knows version 1 only.',
    remedy:
      'Unlock it on the host with cryptsetup and attach the mapped device, or attach the file as raw to a guest that unlocks it itself.',
    explain:
      'qemu reads LUKS1 with its own code and takes a LUKS2 file for a raw disk. The guest then sees the encrypted bytes, header and all, which is right only for a data disk that the guest opens with cryptsetup.',
  },
  'unsupported-version': {
    severity: 'error',
    exit: 3,
    message: 'The header says LUKS version {version}; versions 1 and 2 exist.',
    remedy: DAMAGED,
    explain:
      'The signature of LUKS is there, but a version that was never defined follows it, or the file ends. Nothing that comes behind can be understood.',
  },
  truncated: {
    severity: 'error',
    exit: 3,
    message: 'The file ends inside its LUKS header: {needed} bytes are needed, {size} are there.',
    remedy: 'Fetch or copy the image again: only its first bytes arrived.',
    explain:
      'The signature is there but the header that has to follow it is not complete. Without a complete header the data cannot be decrypted by anybody.',
  },
  'bad-header': {
    severity: 'error',
    exit: 3,
    message: 'The header field {field} holds {value}, but {rule}.',
    remedy: DAMAGED,
    explain:
      'cryptsetup makes the same check when it opens the volume. A header with one impossible field cannot be trusted in its others.',
  },
  'wrong-checksum': {
    severity: 'error',
    exit: 3,
    message: 'The checksum of the LUKS2 header is wrong.',
    remedy: 'If the volume is yours, cryptsetup repair restores the header from its second copy; else fetch it again.',
    explain:
      'A LUKS2 header carries a hash of itself and of the metadata behind it, and is stored twice so that one copy survives an interrupted write. vm-import does not choose between the copies: that is a repair, which belongs to cryptsetup.',
  },
  'bad-metadata': {
    severity: 'error',
    exit: 3,
    message: 'The metadata of the LUKS2 header are not what the specification calls for.',
    remedy: DAMAGED,
    explain:
      'Behind the binary header there is a JSON document with key slots, segments and configuration. It could not be parsed, lacks one of the three, or lists more of them than cryptsetup allows (32).',
  },
  'data-outside-file': {
    severity: 'error',
    exit: 3,
    message:
      'The encrypted data are said to begin at offset {offset}, but they do not lie inside the file of {size} bytes.',
    remedy: "The file is truncated: fetch or copy it again, and compare its size and checksum with the publisher's.",
    explain:
      'The header says where the encrypted data begin and, in LUKS2, how long they are. A file that ends before that has lost some or all of them.',
  },
  'detached-header': {
    severity: 'error',
    exit: 3,
    message: 'The header says that the data are not in this file.',
    remedy: 'Give the file with the data, or join header and data with cryptsetup before the import.',
    explain:
      'LUKS allows a header of its own, kept apart from the encrypted disk. Its data offset is 0. There is no disk in such a file.',
  },
  'unusual-segments': {
    severity: 'error',
    exit: 3,
    message: 'The volume has {count} segments in use instead of one that is encrypted, so its size cannot be told.',
    remedy: 'Finish the change of its encryption first: cryptsetup reencrypt --resume-only FILE.',
    explain:
      'While LUKS2 encrypts, decrypts or re-encrypts a volume, parts of it are in the old state and parts in the new one. An interrupted change has to be finished by cryptsetup before the disk can be used elsewhere.',
  },
  requirements: {
    severity: 'warning',
    exit: 3,
    message: 'The volume must not be used by programs that do not know these features: {features}.',
    remedy: 'Unlock it with a version of cryptsetup that supports them.',
    explain:
      'The configuration of a LUKS2 volume can list mandatory requirements, such as online-reencrypt-v2 while its encryption is changed. A program that does not know one of them must not open the volume.',
  },
});
