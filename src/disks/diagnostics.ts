import { defineDiagnostics } from '../diagnostics/index.ts';

/** Findings about disks that no single format raises. */
export const diagnostics = defineDiagnostics('disk', {
  'backing-file': {
    severity: 'error',
    exit: 3,
    safety: true,
    objection: true,
    message: 'The image is an overlay: it keeps part of its data in the backing file {name}.',
    remedy:
      'Do not use it if you did not make it. If you did, flatten it where it was made (qemu-img convert -O qcow2), or allow a chain below its directory with --allow-backing or the policy setting backing-files: below-source under allow.',
    explain:
      "The header of the image names another file, and whoever opens the image reads that file too: an uploaded image that names /etc/shadow or another tenant's disk shows it to the guest (CVE-2015-5163, CVE-2024-32498). Backing files are therefore refused unless somebody who trusts the image allows them. Even then they must lie below the directory of the image, have their format in the header, and end somewhere.",
  },
  'backing-outside': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The backing file {name} lies outside {directory}, the directory of the image.',
    remedy:
      'Do not use the image if you did not make it. If you did, move the chain into one directory and rebase it (qemu-img rebase -u).',
    explain:
      'Backing files are followed only below the real directory of the image that names them, after all symbolic links are resolved. A chain that leaves it could reach any file of the host.',
  },
  'backing-protocol': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The backing file name {name} is not a plain file name but a protocol or a json: description.',
    remedy: 'Do not use the image if you did not make it. If you did, rebase it onto a plain file.',
    explain:
      'qemu reads names such as nbd://host/export or json:{...} as instructions to open something else than a file (CVE-2024-4467). Only plain file names are followed.',
  },
  'backing-format-missing': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The header does not say which format the backing file {name} has.',
    remedy: 'Write the format into the header: qemu-img rebase -u -b FILE -F FORMAT IMAGE.',
    explain:
      'A backing file whose format is not in the header would have to be probed, and a guest can make a raw disk look like any other format (CVE-2011-3147). libvirt and qemu refuse it too.',
  },
  'backing-format-unknown': {
    severity: 'error',
    exit: 3,
    message: 'The backing file {name} has the format {format}, which vm-import does not read.',
    remedy: 'Flatten the image: qemu-img convert -O qcow2.',
    explain: 'Every layer of a chain is read and checked; a layer that cannot be read cannot be trusted.',
  },
  'backing-loop': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The chain of backing files comes back to {name}.',
    remedy: 'The image is damaged or was made to hang its reader: do not use it.',
    explain: 'A file that is its own backing file, directly or through others, never ends.',
  },
  'backing-too-deep': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The chain of backing files is longer than {limit} files.',
    remedy: 'Flatten the image: qemu-img convert -O qcow2.',
    explain: 'A bound keeps hostile chains from keeping the reader busy; libvirt has one too (200).',
  },
  polyglot: {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The file looks like several formats at once: {formats}.',
    remedy: 'Do not use it unless you know why; convert it from the format that it really has and import the result.',
    explain:
      'Two signatures that disagree let two programs read two different disks from one file: the one that checks sees something harmless, the one that runs it does not.',
  },
  'format-mismatch': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The format was said to be {claimed}, but the file is {detected}.',
    remedy: 'Leave --format away, or find out why the file is not what it was said to be.',
    explain:
      'A caller and a file that disagree about the format are how a raw disk with a forged header makes a hypervisor open host files (CVE-2024-40767). What is claimed and what is found must agree.',
  },
  'no-hint-carrier': {
    severity: 'error',
    exit: 2,
    message: 'A {format} image has no place for a hint document.',
    remedy: 'Store the document beside the image as {path}.',
    explain:
      'Only formats whose header has room for foreign data can carry hints: qcow2 has header extensions. For all others the document lies beside the image, as a side-car.',
  },
  'unsupported-format': {
    severity: 'error',
    exit: 3,
    message: 'The file is not a disk that vm-import reads, but something else: {kind}.',
    remedy: 'Convert a disk with qemu-img convert -O qcow2, unpack an archive, and give a CD image with --cdrom.',
    explain:
      'The signature at the start of the file says that it is no raw disk. Taken for one, it would give the guest a disk that holds no system, so it is refused by name.',
  },
});
