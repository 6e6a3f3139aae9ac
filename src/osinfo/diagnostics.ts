import { defineDiagnostics } from '../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('osinfo', {
  'firmware-not-supported': {
    severity: 'warning',
    exit: 1,
    message: 'The knowledge base says that {name} does not start with {firmware} firmware, and it was decided so.',
    remedy: 'Leave the firmware to the knowledge base, or check that the guest really starts.',
    explain:
      'Some systems support one kind of firmware only: Windows 11 needs UEFI. A flag, a policy or the image wanted the other kind, and ranks above the knowledge base.',
  },
  'other-architecture': {
    severity: 'warning',
    exit: 1,
    message: 'The knowledge base knows {name} on {known} only, and the machine is {architecture}.',
    remedy: 'Check --os and the architecture: one of them is most likely wrong.',
    explain:
      'The firmware and resource records of a system name the architectures it exists for. A machine of another one will not run it, if the database is complete.',
  },
  'unknown-os': {
    severity: 'warning',
    exit: 1,
    message: 'The operating system {name} is not in the knowledge base; it says nothing about its devices and needs.',
    remedy: 'Pass --os with {suggestion}.',
    explain:
      'Systems are named as libosinfo names them, by short-id (debian12) or id (http://debian.org/debian/12). Without an entry nothing is known about drivers, memory or firmware of the system, so portable defaults are used and nothing is ruled out. A related system is often close enough: an older release of the same line, or linux2022 for any recent Linux.',
  },
  'no-database': {
    severity: 'warning',
    exit: 1,
    message: 'There is no OS knowledge base: {problem}. Nothing is known about any operating system.',
    remedy: 'Install osinfo-db, or pass --osinfo-db with a tree of it or a snapshot that `vm-import os compile` made.',
    explain:
      'What systems support and need comes from osinfo-db: from the snapshot that comes with vm-import, from the database installed on this machine, or from the one that --osinfo-db names. Without any, plans are made of what the image, the policy and the flags say.',
  },
  'unreadable-database': {
    severity: 'error',
    exit: 2,
    message: 'The OS database {path} cannot be read: {problem}.',
    remedy:
      'Name a directory that holds os/ and device/ as osinfo-db has them, or a snapshot made by `vm-import os compile`.',
    explain:
      'An osinfo-db tree is a directory such as /usr/share/osinfo. The number of its files, their size and depth are limited far above what any release has.',
  },
  'empty-database': {
    severity: 'error',
    exit: 2,
    message: 'There is no operating system in {path}.',
    remedy: 'Name a directory that holds os/ and device/ as osinfo-db has them.',
    explain: 'A database without systems would make every operating system unknown, which is never what was meant.',
  },
  'bad-snapshot': {
    severity: 'error',
    exit: 2,
    message: 'The OS snapshot {path} cannot be used: {problem}.',
    remedy:
      'Make it again with `vm-import os compile`, or install vm-import again if it is the one that comes with it.',
    explain:
      'A snapshot is one file with the resolved entries of osinfo-db, in the format vm-import/osinfo-snapshot@1. Every part has a digest, so that a cut or changed file is refused instead of answering wrongly.',
  },
  'bad-file': {
    severity: 'warning',
    exit: 1,
    message: 'This file of the OS database is left out: {problem}.',
    remedy: 'Repair it, or hide it with an empty file of the same name in a later directory.',
    explain:
      'Files of osinfo-db are small XML documents without document types and entities. One that cannot be read leaves out its entry and nothing else; libosinfo itself would stop there and leave out all that follows.',
  },
  'wrong-path': {
    severity: 'warning',
    exit: 1,
    message: 'The entry {id} is left out: it has to be in {expected}.',
    remedy: 'Move it there, or correct its id.',
    explain:
      'libosinfo finds overrides by path, so the path of a file must follow from the id of its entry: without http://, with the first slash kept and other odd characters turned into dashes. Entries elsewhere are ignored, as libosinfo ignores them.',
  },
  'duplicate-id': {
    severity: 'warning',
    exit: 1,
    message: 'The entry {id} is there twice; both are read as one, and the later one wins.',
    remedy: 'Keep one of them.',
    explain: 'Two entries of one id in one file are merged, as libosinfo merges them.',
  },
  'shared-name': {
    severity: 'warning',
    exit: 1,
    message: 'The short-id {name} of {id} belongs to {owner} already, which it keeps on naming.',
    remedy: 'Give one of the two another short-id.',
    explain: 'A short-id names one system. Where two entries claim it, it names the one whose id sorts first.',
  },
  incomplete: {
    severity: 'warning',
    exit: 1,
    message: 'An element {element} without {attribute} is left out.',
    remedy: 'Add the attribute, or take the element away.',
    explain: 'The schema of osinfo-db demands this attribute, and without it the element says nothing.',
  },
  'missing-target': {
    severity: 'warning',
    exit: 1,
    message: 'The system {id} refers to {target}, which the database does not have.',
    remedy: 'Add the entry, or correct the reference.',
    explain:
      'A system inherits from those it derives from or clones, and names its devices by their records. What is missing adds nothing; a device without a record goes by its id.',
  },
  cycle: {
    severity: 'warning',
    exit: 1,
    message: 'The system {id} derives from itself, last by way of {last}.',
    remedy: 'Take one of the relations away.',
    explain:
      'derives-from and clones must not lead back to where they started; libosinfo would follow them for ever. Here each system on the way counts once.',
  },
  'too-many-ancestors': {
    severity: 'warning',
    exit: 1,
    message: 'The system {id} is left out: it has more than {limit} ancestors.',
    remedy: 'Shorten the chain of derives-from and clones.',
    explain:
      'Systems of osinfo-db have at most a few dozen ancestors. The limit keeps a broken database from taking for ever.',
  },
  'bad-pattern': {
    severity: 'warning',
    exit: 1,
    message: 'A medium of {os} is left out: its pattern {pattern} cannot be used ({problem}).',
    remedy: 'Write the pattern in the common subset of regular expressions, without references back.',
    explain:
      'Media are told apart by regular expressions on the names that a disc gives itself. Anybody can write such names, so a pattern is only used where it takes a bounded time on every text.',
  },
  'no-disc': {
    severity: 'error',
    exit: 3,
    message: 'This is no image of a CD or DVD with ISO 9660: it is {format}.',
    remedy: 'Name the disc image itself; of other disks, `vm-import inspect` shows what is on them.',
    explain:
      'Media are told apart by the names in the primary volume descriptor of ISO 9660. A disc inside another image format, a disk, and a disc with UDF alone have none that could be compared.',
  },
  'unknown-medium': {
    severity: 'warning',
    exit: 1,
    message: 'No medium of the knowledge base ({database}) is named as this disc is: {reason}.',
    remedy: 'Name the system with --os where it is needed.',
    explain:
      'Installation and live media are recognised by what their primary volume descriptor says: volume, system, publisher and application id, in upper and lower case as the vendor writes them, and sometimes the exact size. A disc that was made anew, or is newer than the knowledge base, has other names; nothing near is guessed.',
  },
  'ambiguous-medium': {
    severity: 'warning',
    exit: 1,
    message: 'The names of this disc fit {system}, and as well {others}.',
    remedy: 'Name the system with --os if it is another one.',
    explain:
      'Some vendors give the media of several releases the same names. Then a released system goes before an unreleased one, and the newest first.',
  },
});
