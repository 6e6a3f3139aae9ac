import { defineDiagnostics, EXIT } from '../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('bundle', {
  'only-source': {
    severity: 'error',
    exit: EXIT.usage,
    message: '{path} describes a whole machine, so it cannot be one disk among several.',
    remedy: 'Import it alone, or unpack it and name its disks.',
    explain:
      'Several SOURCES are the disks of one machine. An OVA, a descriptor or another bundle brings a machine of its own, with its own disks; two of them are two machines.',
  },
  'several-machines': {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The descriptor describes several machines: {ids}.',
    remedy: 'Choose one with --vm ID, and import them one after the other.',
    explain:
      'A VirtualSystemCollection (a vApp) holds several machines in one descriptor. One run of vm-import makes one machine.',
  },
  'no-such-machine': {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The descriptor has no machine {wanted}.',
    remedy: 'Choose one of these with --vm: {ids}.',
    explain: 'Machines are named by their id in the descriptor (ovf:id), or by their name where it is unique.',
  },
  'no-machine': {
    severity: 'error',
    exit: EXIT.input,
    message: 'The descriptor {name} describes no machine.',
    remedy: 'Name the disk itself as SOURCE.',
    explain: 'The document is a descriptor by its form, but holds no virtual system that could be planned.',
  },
  'no-bundle': {
    severity: 'error',
    exit: EXIT.usage,
    message: '{path} is no bundle, so there is no manifest for it.',
    remedy: 'Name an OVA, an OVF descriptor or the directory of one.',
    explain: 'A manifest lists the files of a bundle. For a disk alone, sha256sum says the same.',
  },
  'no-manifest': {
    severity: 'error',
    exit: EXIT.input,
    message: 'No manifest can be written for {path}: its files are not there, or would have to be unpacked.',
    remedy: 'Unpack it, and name the descriptor or the directory as SOURCE.',
    explain:
      'A manifest holds the digest of every file of a bundle. Files inside a compressed archive are not unpacked for it.',
  },
  'several-descriptors': {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The bundle holds several descriptors: {names}.',
    remedy: 'Choose one with --member NAME.',
    explain:
      'Each descriptor may describe another machine. Which one is meant is not guessed from the order in the archive.',
  },
  'several-disks': {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The bundle holds several files that could be the disk, and no descriptor: {names}.',
    remedy: 'Choose one with --member NAME.',
    explain: 'Without a descriptor nothing says whether the files are disks of one machine, and in which order.',
  },
  'no-disk': {
    severity: 'error',
    exit: EXIT.input,
    message: 'The bundle {path} holds neither a descriptor nor a disk.',
    remedy:
      'Check that this is the right file: vm-import reads OVA, Vagrant boxes, container disks and tar archives of disks.',
    explain: 'No member of the bundle is a descriptor that is known here or looks like a disk image.',
  },
  'no-such-member': {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The bundle has no member {wanted}.',
    remedy: 'Choose one of these with --member: {names}.',
    explain: 'Members are named by their path inside the bundle, as inspect and the other findings print it.',
  },
  'no-effect': {
    severity: 'warning',
    exit: EXIT.usage,
    message: '{option} has no effect: {reason}.',
    remedy: 'Leave it out.',
    explain: 'The option chooses inside a bundle or a descriptor, and this source offers nothing to choose from.',
  },
  'not-a-file': {
    severity: 'error',
    exit: EXIT.input,
    message: 'The descriptor names the file {href}, which is {kind} in the bundle and is not followed.',
    remedy: 'Pack the file itself in place of it.',
    explain:
      'A link in an archive can lead to any file of the host on which it is unpacked. This program reads regular files only.',
  },
  'missing-piece': {
    severity: 'error',
    exit: EXIT.input,
    message: 'Pieces of {href} are missing or cut: {found} bytes are there, of {said}.',
    remedy: 'Get the whole bundle again.',
    explain:
      'The descriptor says that the file was cut into pieces of one size (ovf:chunkSize), numbered from 000000000. Without each of them in full the disk would end early.',
  },
  'descriptor-too-large': {
    severity: 'error',
    exit: EXIT.input,
    message: 'The descriptor {name} is {size} bytes long, more than the {limit} that are read.',
    remedy: 'Do not import this bundle, or name its disk as SOURCE: no honest descriptor is that long.',
    explain:
      'A descriptor that is passed over because of its length would leave the machine with defaults in place of what it needs.',
  },
  diskless: {
    severity: 'error',
    exit: EXIT.input,
    message: 'The machine that {name} describes has no disk.',
    remedy: 'Name a disk as SOURCE, if there is one elsewhere.',
    explain:
      'A plan starts from a disk or a disc. A machine that has neither boots from the network or from a device that cannot be carried over.',
  },
  'not-a-disc': {
    severity: 'warning',
    exit: EXIT.denied,
    message: 'The file {name} stands in a CD-ROM drive of the machine and is no disc image: it is left out.',
    remedy: 'Add a disc with --cdrom FILE, if the guest needs one.',
    explain:
      'The descriptor puts the file into a drive for removable media. Something else than an ISO image there would reach the guest as a hard disk that it can write to.',
  },
  'needs-unpacking': {
    severity: 'error',
    exit: EXIT.input,
    message: 'What {disk} is can only be told from bytes far behind the start, and it is compressed.',
    remedy: 'Unpack it, and import the disk itself.',
    explain:
      'Of a compressed disk only the first bytes are looked at. Formats that keep a copy of their header at the end, or their tables far back, cannot be checked that way.',
  },
  'nothing-to-verify': {
    severity: 'warning',
    exit: EXIT.denied,
    message: 'The bundle {path} has no manifest that its files could be held against.',
    remedy: 'Compare the digest of the bundle itself with what its publisher says: --verify all prints it.',
    explain:
      'With --verify the digests that a bundle lists are compared with its files. Without a manifest (.mf) beside the descriptor there is nothing to compare.',
  },
  verified: {
    severity: 'info',
    exit: EXIT.denied,
    message: '{count} files have the digests that {manifest} lists.',
    remedy: 'Nothing has to be done.',
    explain:
      'Every file of the bundle was read and held against the manifest. Who wrote the manifest is another question: certificates are not verified.',
  },
  'missing-file': {
    severity: 'error',
    exit: EXIT.input,
    message: 'The descriptor names the file {href}, which is not there.',
    remedy: 'Get the whole bundle again, or put the file beside the descriptor.',
    explain:
      'A disk of the machine lies in a file that the bundle does not hold. Without it the machine would start without that disk, or not at all.',
  },
  'not-compressed': {
    severity: 'error',
    exit: EXIT.input,
    message: 'The descriptor says that {href} is compressed ({compression}), and it is not.',
    remedy: 'Get the whole bundle again: file and descriptor do not belong together.',
    explain:
      'The attribute ovf:compression says how a file is packed. A file that is packed otherwise than said is most likely another file.',
  },
  'remote-file': {
    severity: 'error',
    exit: EXIT.input,
    message: 'The descriptor names {href}, which is on another machine.',
    remedy: 'Download the file yourself, put it beside the descriptor, and name it there.',
    explain: 'A descriptor is hostile input: it does not decide which hosts this program talks to.',
  },
  outside: {
    severity: 'error',
    exit: EXIT.input,
    message: 'The descriptor names the file {href}, which leads out of the bundle.',
    remedy: 'Do not import this bundle: no honest descriptor names files elsewhere.',
    explain: 'Absolute names and names with ".." would make this program read, and a plan use, any file of the host.',
  },
  'delta-disk': {
    severity: 'error',
    exit: EXIT.input,
    message: '{disk} is only the difference to another disk ({parent}).',
    remedy: 'Export the machine again without snapshots, as one whole disk.',
    explain:
      'The descriptor says that the file holds changes on top of a parent disk (ovf:parentRef). Alone it is no disk.',
  },
  'backing-inside': {
    severity: 'error',
    exit: EXIT.input,
    message: '{disk} has a backing file, and lies in an archive: nothing can follow the name from there.',
    remedy: 'Flatten the disk (qemu-img convert) before it is packed.',
    explain:
      'QEMU resolves the name of a backing file from the directory of the overlay. Inside an archive there is none; libvirt would give the guest zeros instead of the missing part.',
  },
  'capacity-differs': {
    severity: 'warning',
    exit: EXIT.denied,
    message: 'The descriptor gives {disk} {said}, its file {found}.',
    remedy: 'The size in the file is what the guest gets. Check that the file belongs to the descriptor.',
    explain:
      'Some exporters write the size of the file instead of the size of the disk, or miscount units. The image itself knows best.',
  },
  'format-differs': {
    severity: 'info',
    exit: EXIT.denied,
    message: 'The descriptor calls {disk} {said}; it is {found}.',
    remedy: 'Nothing has to be done: what the file shows is used.',
    explain: 'Format URIs of descriptors are wrong so often that no reader can trust them.',
  },
  'out-of-reach': {
    severity: 'warning',
    exit: EXIT.denied,
    message:
      'Only the first {head} bytes of {disk} were looked at, because it is compressed: what it holds is unknown.',
    remedy: 'Unpack the bundle and import the disk itself, if its content should decide.',
    explain:
      'Nothing is unpacked for a look. Where partitions or boot loaders lie further back in a compressed disk, they decide nothing, and defaults and the descriptor do.',
  },
  'search-ended': {
    severity: 'warning',
    exit: EXIT.denied,
    message: 'The compressed bundle was looked through up to the first disk; a descriptor may lie behind it.',
    remedy: 'Unpack the bundle to be sure, or pack the descriptor first.',
    explain:
      'A compressed archive has no index: to see what lies behind a disk, the whole disk would have to be unpacked.',
  },
  'state-dropped': {
    severity: 'warning',
    exit: EXIT.denied,
    message: 'The {kind} of the machine ({name}) is not carried over.',
    remedy: '{remedy}',
    explain:
      'A TPM seals its secrets to itself: a new one starts empty, and BitLocker asks for its recovery key. A variable store of VMware is in a format of its own; boot entries are lost, and a loader that has no fallback path needs a new one.',
  },
  'drive-dropped': {
    severity: 'info',
    exit: EXIT.denied,
    message: 'The {kind} drive of the machine is not carried over ({reason}).',
    remedy: 'Add a disc with --cdrom FILE, if the guest needs one.',
    explain: 'Empty drives and floppies are left out of the plan: a guest misses neither of them at its first start.',
  },
  'other-descriptor': {
    severity: 'info',
    exit: EXIT.denied,
    message: '{name} is a descriptor too; {chosen} speaks for the machine.',
    remedy: 'Choose the other one with --member {name}.',
    explain: 'Some bundles describe one machine twice, for several hypervisors. The richer kind of document is taken.',
  },
  'os-not-named': {
    severity: 'info',
    exit: EXIT.denied,
    message: 'The descriptor calls the system {name}: {reason}.',
    remedy: '{remedy}',
    explain:
      'Names of operating systems on other hypervisors are often of a family only, or were reused for later releases. What is no exact name is not guessed.',
  },
});
