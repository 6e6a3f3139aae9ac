import { defineDiagnostics } from '../../diagnostics/index.ts';

const AGAIN = 'Fetch the descriptor again, or export the machine again with the program that wrote it.';
const REPORT_IT =
  'Read on if the machine needs none of it; otherwise set up by hand what is listed here, after the import.';
const CORRECT = 'Correct the descriptor, or give the value yourself with --set.';

export const diagnostics = defineDiagnostics('ovf', {
  'too-large': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The descriptor has {size} bytes; more than {limit} are not read.',
    remedy: 'Check that this is an OVF descriptor and not a disk or an archive.',
    explain:
      'The largest OVF descriptors that products ship hold some hundred KiB. A file far beyond that is something else, or was made to exhaust its reader.',
  },
  'not-text': {
    severity: 'error',
    exit: 3,
    message: 'The descriptor is not text in UTF-8, UTF-16 or the encoding it declares.',
    remedy: AGAIN,
    explain:
      'The encoding is decided by the bytes: a byte-order mark, the zeros of UTF-16, valid UTF-8, and only then what the XML declaration says. None of them fits, so the file is damaged or is no XML.',
  },
  malformed: {
    severity: 'error',
    exit: 3,
    message: 'The descriptor is not well-formed XML: {problem} (at {place}).',
    remedy: AGAIN,
    explain:
      'What follows the first error of an XML document cannot be trusted: an element that is not closed may swallow a disk. The place is line and column.',
  },
  doctype: {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The descriptor has a DOCTYPE (at {place}).',
    remedy: 'Do not use the file; if it is yours, remove the DOCTYPE and every entity it declares.',
    explain:
      'No OVF needs a document type. With one, XML can include other files of this machine and grow without bound, which is what attacks on XML readers are made of. It is refused without being looked into.',
  },
  'too-much': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The descriptor has {what}, which is beyond what is read.',
    remedy: 'Do not use the file unless you know why it is so large; split it into one descriptor per machine.',
    explain:
      'Levels, elements, attributes and devices are bounded far above what any product writes, so that a descriptor cannot exhaust its reader.',
  },
  'not-ovf': {
    severity: 'error',
    exit: 3,
    message: 'The root element of the descriptor is {name}, and that of an OVF is Envelope.',
    remedy: 'Give the descriptor of the machine; an XML file of another kind needs another reader.',
    explain:
      'The file is well-formed XML, but it is not an OVF descriptor. It may be an OVF environment or a libvirt domain.',
  },
  'wrong-namespace': {
    severity: 'error',
    exit: 3,
    message: 'The Envelope of the descriptor is in the namespace {namespace}, which is none of OVF.',
    remedy: 'Give an OVF descriptor; if this is one, correct its namespace to http://schemas.dmtf.org/ovf/envelope/1.',
    explain:
      'Other formats have an Envelope too (SOAP, for one). Only the namespaces of OVF 0.9, 1 and 2, a missing namespace, and spelling mistakes below http://schemas.dmtf.org/ovf/envelope are read as OVF.',
  },
  'unknown-version': {
    severity: 'warning',
    exit: 3,
    message: 'The descriptor is in the namespace {namespace}, which no version of OVF has; it is read like OVF 1.',
    remedy: 'Compare what was read with what the machine should be.',
    explain:
      'The versions of OVF are told apart by their namespace. This one is missing or wrong, as some products and many hand-written descriptors have it; names are matched as far as they fit.',
  },
  'undeclared-prefix': {
    severity: 'warning',
    exit: 3,
    message: 'The descriptor uses prefixes that it does not declare: {prefixes}.',
    remedy: 'Declare them (xmlns:...) if the file is yours; strict readers refuse it.',
    explain:
      'In XML with namespaces every prefix has to be bound. Names with an unbound prefix are read as if they had none, which is right for rasd and xsi and may miss something of an extension.',
  },
  'encoding-differs': {
    severity: 'info',
    exit: 3,
    message: 'The descriptor declares the encoding {declared} and is in {used}.',
    remedy: 'Nothing to do; strict readers refuse such a file.',
    explain:
      'Programs that build XML in memory declare the encoding of their strings (often utf-16) and then write UTF-8. The bytes decide.',
  },
  'required-not-understood': {
    severity: 'error',
    exit: 3,
    objection: true,
    message: 'The descriptor says that {name} must be understood (ovf:required="true"), and it is not.',
    remedy: 'Import with the product that wrote it, or remove the element if you know that the machine works without.',
    explain:
      'OVF lets a producer mark an extension as required. A reader that does not know it has to refuse (DSP0243), as the machine may be wrong or unsafe without it.',
  },
  'not-understood': {
    severity: 'warning',
    exit: 3,
    message: 'Parts of the descriptor are left out, as they are not understood: {names}.',
    remedy: REPORT_IT,
    explain:
      'Sections and devices that this program has no equal for are listed here. By the letter of OVF they count as required, as nothing says otherwise; in practice producers forget to say so.',
  },
  'left-out': {
    severity: 'info',
    exit: 3,
    message: 'Optional parts of the descriptor are left out: {names}.',
    remedy: 'Nothing to do, unless the machine needs one of them.',
    explain: 'The descriptor itself says (ovf:required="false") that the machine runs without these.',
  },
  passthrough: {
    severity: 'warning',
    exit: 3,
    message: 'The machine had devices of its host passed through, which cannot be carried over: {devices}.',
    remedy: 'Assign such a device of the new host after the import.',
    explain:
      'PCI passthrough, vGPU and SR-IOV bind a machine to hardware of the host it ran on. The descriptor only names that hardware.',
  },
  'no-machine': {
    severity: 'error',
    exit: 3,
    message: 'The descriptor describes no machine.',
    remedy: 'Give the descriptor that has a VirtualSystem; give the disk image itself if there is none.',
    explain: 'An OVF envelope may hold texts or settings only. Without a VirtualSystem there is nothing to import.',
  },
  'unknown-configuration': {
    severity: 'error',
    exit: 2,
    message: 'There is no configuration {name} in the descriptor; it offers: {known}.',
    remedy: 'Take one of these with --configuration, or none for the default.',
    explain:
      'A DeploymentOptionSection offers several shapes of the same machine: other sizes, other disks. The one asked for is not among them.',
  },
  'configuration-taken': {
    severity: 'info',
    exit: 3,
    message: 'Of the configurations {known}, {name} is taken.',
    remedy: 'Take another one with --configuration.',
    explain:
      'A DeploymentOptionSection offers several shapes of the same machine. Without --configuration it is the one marked as default, else the first.',
  },
  'several-hardware-sections': {
    severity: 'info',
    exit: 3,
    message: 'The machine is described for several hypervisors ({types}); {taken} is taken.',
    remedy: 'Nothing to do; compare disks and network cards with what you expect.',
    explain:
      'Several VirtualHardwareSections are alternatives for one machine. The one for QEMU is taken when there is one, else the first.',
  },
  'duplicate-id': {
    severity: 'error',
    exit: 3,
    message: 'The descriptor has two different {kind} of the id {id}.',
    remedy: 'Correct the descriptor: which of the two a disk means cannot be told.',
    explain:
      'Disks are found by identity: device, Disk, File. Two entries of the same id would let one program import another disk than the next.',
  },
  'missing-disk': {
    severity: 'error',
    exit: 3,
    message: 'The device {device} refers to the disk {disk}, which the descriptor does not have.',
    remedy: AGAIN,
    explain:
      'The HostResource of a device names an entry of the DiskSection or References, and there is none of that name.',
  },
  'missing-medium': {
    severity: 'warning',
    exit: 3,
    message: 'The drive {device} refers to {medium}, which the descriptor does not have; the drive is empty.',
    remedy: 'Give the disc with --cdrom if the machine needs it.',
    explain:
      'The HostResource of a CD-ROM or floppy drive names an entry of References or the DiskSection, and there is none of that name. Exporters often leave out the disc that happened to be in the drive.',
  },
  'missing-file': {
    severity: 'error',
    exit: 3,
    message: 'The disk {disk} refers to the file {file}, which is not in References.',
    remedy: AGAIN,
    explain:
      'The fileRef of a disk names an entry of References. A disk without fileRef is a blank one; a fileRef that leads nowhere is a mistake, and a blank disk in its place would be a machine without its data.',
  },
  'lun-disk': {
    severity: 'warning',
    exit: 3,
    message: 'The disk {disk} is a LUN of the storage it ran on; its data is not in the package.',
    remedy: 'Attach the LUN, or a copy of it, to the new machine by hand.',
    explain: 'oVirt exports disks that are LUNs (iSCSI, Fibre Channel) by their address only.',
  },
  'delta-disk': {
    severity: 'warning',
    exit: 3,
    message: 'The disk {disk} holds only the difference to the disk {parent}.',
    remedy: 'Export the machine without snapshots, or join the two images first.',
    explain:
      'With parentRef a disk of the package is a layer over another one. Alone it shows a guest a disk full of holes.',
  },
  'disks-not-attached': {
    severity: 'info',
    exit: 3,
    message: 'The descriptor has disks that no device of the machine uses: {names}.',
    remedy: 'Nothing to do if they belong to other configurations or snapshots; else import them as further sources.',
    explain:
      'The DiskSection lists the disks of all machines and configurations. Only those that a device refers to are imported.',
  },
  'same-address': {
    severity: 'warning',
    exit: 3,
    message: '{first} and {second} have the same address on the same controller.',
    remedy: 'Check that the right disk comes first.',
    explain:
      'The order of disks follows controller and address. Where two share one, the order of the document decides.',
  },
  'bad-number': {
    severity: 'warning',
    exit: 3,
    message: 'The {field} of {where} is {value}, which is no usable number.',
    remedy: CORRECT,
    explain:
      'The field needs a number in the range of its kind. Templates whose place holders nobody filled in ({{...}}) end here too. The value is left out, as if it were not said.',
  },
  'unknown-unit': {
    severity: 'warning',
    exit: 3,
    message: 'The {field} of {where} is in the unit {unit}, which is not known.',
    remedy: CORRECT,
    explain:
      'Units are read in the notation of DSP0004 (byte * 2^20) and as words (MegaBytes). A quantity in any other unit is left out: a wrong guess would be off by a factor of a thousand.',
  },
  'memory-without-unit': {
    severity: 'info',
    exit: 3,
    message: 'The memory of {where} has no unit and is read as MiB.',
    remedy: 'Nothing to do; give another size with --set memory-mib=N if it is wrong.',
    explain: 'By the book a number without unit is bytes; every producer that leaves the unit out means MiB.',
  },
  'unknown-property': {
    severity: 'warning',
    exit: 3,
    message: 'The capacity of {where} is the property {property}, which has no value.',
    remedy: 'Correct the descriptor: give the property a value.',
    explain:
      'A capacity may name a Property of the ProductSections in its place ($, then the key in braces). There is none of that name, or it is empty.',
  },
  'cores-do-not-divide': {
    severity: 'info',
    exit: 3,
    message: '{vcpus} processors do not divide into sockets of {cores} cores; the topology is left out.',
    remedy: 'Give one with --set cpu-topology=SOCKETS:CORES:THREADS if the guest cares.',
    explain:
      'VMware accepts a number of cores per socket that leaves a socket half full. libvirt has no such topology.',
  },
  'secure-boot-without-uefi': {
    severity: 'warning',
    exit: 3,
    message: 'Secure Boot is on and the firmware is {firmware}; Secure Boot is left out.',
    remedy: 'If the machine starts with UEFI: --set firmware=uefi --set secure-boot=true.',
    explain:
      'Secure Boot is a function of UEFI. The two settings contradict each other, and which of them is stale is not to be seen.',
  },
  'more-alike': {
    severity: 'info',
    exit: 3,
    message: 'There are {count} more findings of the kind {code}.',
    remedy: 'Correct those that are listed first; the rest most likely has the same cause.',
    explain:
      'Of each kind of finding the first fifty are listed, so that a broken descriptor does not drown what matters.',
  },
});
