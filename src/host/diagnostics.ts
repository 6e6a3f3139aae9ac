import { defineDiagnostics } from '../diagnostics/index.ts';

const WHAT =
  'A host document says what a host can do: the output of `virsh domcapabilities` (one machine type), of `virsh capabilities` (all architectures), a snapshot that `vm-import host snapshot` saved, or firmware descriptors of QEMU (a file of /usr/share/qemu/firmware, or the directory). A document that is not understood ends the run, because a plan that was not checked against the host it is for could look as if it had been.';

/** Findings of the host documents. */
export const diagnostics = defineDiagnostics('host', {
  'too-large': {
    severity: 'error',
    exit: 2,
    message: 'The host document has {size} bytes; at most {limit} are read.',
    remedy: 'Give the output of one virsh command, or a saved snapshot.',
    explain: WHAT,
  },
  malformed: {
    severity: 'error',
    exit: 2,
    message: 'The host document cannot be read: {problem}.',
    remedy: 'Save the output of the command again, without anything before or after it.',
    explain: `${WHAT} Document types and entities are refused, and size, depth and number of elements are limited.`,
  },
  'unknown-document': {
    severity: 'error',
    exit: 2,
    message: 'The host document starts with {found}, which is no host document.',
    remedy:
      'Give the output of virsh domcapabilities or virsh capabilities, a saved snapshot, or a firmware descriptor.',
    explain: WHAT,
  },
  incomplete: {
    severity: 'error',
    exit: 2,
    message: 'The host document lacks {what}.',
    remedy: 'Save the output of the command again; it always has this.',
    explain: `${WHAT} Without architecture, machine type and domain type nobody can tell what a document speaks for.`,
  },
  'other-hypervisor': {
    severity: 'error',
    exit: 2,
    message: 'The host document describes domains of type {type}; only kvm and qemu are planned for.',
    remedy: 'Ask a QEMU connection: virsh -c qemu:///system domcapabilities --virttype kvm.',
    explain: WHAT,
  },
  'bad-descriptor': {
    severity: 'error',
    exit: 2,
    message: 'The firmware descriptor is not valid: {problem}.',
    remedy:
      'Install the package again that brought it, or hide it with an empty file of its name in /etc/qemu/firmware.',
    explain: `${WHAT} Firmware descriptors are JSON as docs/interop/firmware.json of QEMU has it. libvirt selects no firmware at all while one of them is broken.`,
  },
  'firmware-unused': {
    severity: 'info',
    exit: 2,
    message: 'The firmware descriptor is for {what}, which no machine is planned with.',
    remedy: 'Nothing has to be done.',
    explain: `${WHAT} Machines are planned with flash, raw or qcow2 (code and variables in one file are mapped as a ROM, and have to be raw), and know firmware in memory or as a kernel only by name.`,
  },
  'firmware-missing': {
    severity: 'warning',
    exit: 2,
    message: 'The firmware descriptor {descriptor} names {path}, which is not there.',
    remedy: 'Install the package that brings the file; until then libvirt may select firmware that cannot start.',
    explain: `${WHAT} libvirt takes the first descriptor that fits and does not look whether its files are there: the machine then fails to start. Firmware whose files are missing is not named by files in a plan.`,
  },
  'unreadable-directory': {
    severity: 'error',
    exit: 2,
    message: 'The firmware descriptors in {directory} cannot be read ({reason}).',
    remedy: 'Make the directory readable, or name the descriptors one by one with --host.',
    explain: WHAT,
  },
  'no-descriptors': {
    severity: 'error',
    exit: 2,
    message: '{directory} holds no firmware descriptors of QEMU.',
    remedy:
      'Name a directory that holds some (mostly /usr/share/qemu/firmware), or what else --host takes: a file of the host, or a URI of libvirt.',
    explain: `${WHAT} They end with .json; of a directory nothing else is read.`,
  },
  'bad-uri': {
    severity: 'error',
    exit: 2,
    message: '{uri} is no URI of libvirt: {problem}.',
    remedy:
      'Write it as virsh takes it: qemu:///system, qemu+ssh://root@example.org/system; a file named so is ./{uri}.',
    explain: `${WHAT} What has a scheme is taken for a connection of libvirt and asked through virsh; anything else is a path.`,
  },
  'no-answer': {
    severity: 'warning',
    exit: 2,
    message: '{uri} does not say what it can do for {guest}: {said}.',
    remedy: 'Nothing has to be done unless you want machines of that kind; for them nothing is checked.',
    explain: `${WHAT} Each architecture, machine type and domain type that the capabilities list is asked for. Drivers refuse some that they list.`,
  },
  'no-domains': {
    severity: 'warning',
    exit: 2,
    message: '{uri} offers no machines under kvm or qemu, so that nothing can be checked against it.',
    remedy: 'Ask a QEMU connection, for example qemu:///system; test:/// and others describe no real machines.',
    explain: WHAT,
  },
  'bad-snapshot': {
    severity: 'error',
    exit: 2,
    message: 'The saved host snapshot is not valid: {problem}.',
    remedy: 'Save it again with vm-import host snapshot.',
    explain: `${WHAT} Snapshots are JSON with the schema vm-import/host@1.`,
  },
});
