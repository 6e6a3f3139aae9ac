import { defineDiagnostics } from '../diagnostics/index.ts';

/** Findings about containers that no single format raises. */
export const diagnostics = defineDiagnostics('container', {
  'unsafe-name': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The container has an entry whose name {name} is not a plain relative path ({problem}).',
    remedy: 'Do not use the file if you did not make it; if you did, pack it again with names below its own directory.',
    explain:
      'Absolute names, names with "..", drive letters, NUL or control characters are how an archive writes outside the directory it is unpacked to (CVE-2001-1267 and many after it). Nothing is unpacked here, but the names end up in plans and commands, so such an entry is not offered at all.',
  },
  'duplicate-member': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The container has the entry {name} twice: at {first} and at {second}.',
    remedy: 'Pack it again with each file once; do not use it if you did not make it.',
    explain:
      'Programs that unpack an archive end with the last entry of a name, programs that look for one file take the first: the one that checks sees another file than the one that runs it. Only the first is offered, and the contradiction is reported.',
  },
  'too-many-entries': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The container has more entries than the limit allows ({limit} {unit}).',
    remedy: 'Name the file inside it directly, or unpack it and name the disk.',
    explain:
      'An archive of a machine holds a descriptor and some disks. A bound on entries and on the length of their names keeps a hostile archive from filling the memory.',
  },
  'beyond-head': {
    severity: 'error',
    exit: 3,
    message: '{name} is compressed: only its first {head} bytes were unpacked, and byte {offset} was asked for.',
    remedy: 'Unpack the file and name what is inside; then all of it can be looked at.',
    explain:
      'A compressed stream can only be read from its start. Of large files just the first bytes are unpacked to look at the headers, so that nothing is written to a disk and memory stays bounded.',
  },
  'member-passed': {
    severity: 'error',
    exit: 3,
    message: 'The bytes of {name} in a compressed container have already gone by.',
    remedy: 'Unpack the container and name the file inside; then it can be read in any order.',
    explain:
      'A compressed stream can only be read forwards. The data of an entry is there until the next entry is asked for.',
  },
  'too-much-kept': {
    severity: 'error',
    exit: 3,
    message: 'The compressed container holds more documents and disks than can be looked at in memory ({limit} bytes).',
    remedy: 'Unpack it and name the descriptor or the disks inside.',
    explain:
      'What is looked at inside a compressed container is kept in memory, since it cannot be read again. The sum is bounded.',
  },
  'document-too-large': {
    severity: 'error',
    exit: 3,
    message: '{name} is {size} bytes long; such a document may have {limit}.',
    remedy: 'The file is damaged or was made to harm its reader: do not use it.',
    explain: 'Documents are read whole, so their length is checked before memory is set aside for them.',
  },
  'unpack-limit': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'Looking through the {compression} stream was given up after {limit} bytes {side}.',
    remedy: 'Unpack it yourself ({tool}), if you trust it to end, and name what is inside.',
    explain:
      'A small compressed file can unpack to any number of bytes, on purpose (a bomb) or because it holds a large disk in front of what is looked for. The work is bounded by a number of bytes, not by a ratio: an honest empty disk packs as well as a bomb.',
  },
  'bad-compression': {
    severity: 'error',
    exit: 3,
    message: 'The {compression} stream is damaged or cut off: {problem}.',
    remedy: "Fetch the file again and compare its checksum with the publisher's.",
    explain:
      'The decompressor met bytes that are not of its format, or the end of the file before the end of the stream. What was unpacked until then was used, what follows is unknown.',
  },
  'too-deep': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The file is compressed more than {limit} times over.',
    remedy: 'Unpack it until the archive or the disk itself is left, and name that.',
    explain: 'A compressed file inside a compressed file is a habit of bombs, not of publishers; two levels are read.',
  },
  'wrong-kind': {
    severity: 'error',
    exit: 3,
    message: 'The file was named as {wanted}, but it is none: {problem}.',
    remedy: 'Leave the prefix away to have the kind found out, or name the right file.',
    explain:
      'A transport such as oci: or docker-archive: says what the path should hold. What is found there has no such marker file at its top.',
  },
  'outside-root': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The entry {name} of the directory leads outside of it.',
    remedy: 'Replace the link by the file itself, or name that file directly.',
    explain:
      'Only what lies below the directory that was named is read, after all symbolic links are resolved; a directory that somebody else filled could otherwise show any file of the host.',
  },
  'bad-directory': {
    severity: 'error',
    exit: 3,
    message: 'The directory {path} cannot be read ({reason}).',
    remedy: 'Check the path and its permissions.',
    explain: 'The operating system refused to list the directory; the reason is its error name.',
  },
  'layer-rest-unseen': {
    severity: 'info',
    exit: 3,
    message: 'The disk {name} was found; what follows it in its compressed layer was not looked at.',
    remedy: 'Name the disk with --member if the image holds more than one.',
    explain:
      'A compressed layer has no table of contents: to see what comes after the disk, all of the disk would have to be unpacked. KubeVirt takes the one file under disk/, and so does the search.',
  },
  'several-disks': {
    severity: 'error',
    exit: 3,
    message: 'The image holds several files that could be the disk: {names}.',
    remedy: 'Choose one with --member NAME.',
    explain:
      'A container disk holds one disk image under disk/. Where there are more, which one is meant is not guessed: KubeVirt itself takes whichever it sees first.',
  },
  'no-disk': {
    severity: 'error',
    exit: 3,
    message: 'The image holds no file {where}.',
    remedy: 'Choose one of its files with --member NAME; a container disk is made by copying the disk to /disk/.',
    explain:
      'KubeVirt and CDI look for one file in the directory /disk of a container image. An ordinary application image has none and is no disk of a machine.',
  },
  'disk-is-a-file': {
    severity: 'warning',
    exit: 3,
    message: '/disk of the image is a file, not a directory with one in it: KubeVirt will not find the disk.',
    remedy: 'Build the image again with a slash at the end: ADD disk.qcow2 /disk/.',
    explain:
      'A Dockerfile that says "ADD x.qcow2 /disk" without a slash at the end makes /disk the file itself. KubeVirt and CDI look into the directory /disk and fail. It can be read here all the same.',
  },
  'disk-unreadable': {
    severity: 'warning',
    exit: 3,
    message: 'The disk {name} belongs to {owner} with mode {mode}: KubeVirt, which runs as user 107, cannot read it.',
    remedy: 'Build the image again with ADD --chown=107:107, or make the file readable for all (chmod a+r).',
    explain:
      'virt-launcher opens the disk of a container disk as user and group 107 (qemu). A file that neither belongs to 107 nor is readable for others makes the machine fail to start with "permission denied". It can be read here all the same.',
  },
});
