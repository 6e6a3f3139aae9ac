import { defineDiagnostics, EXIT } from '../../diagnostics/index.ts';
import { COMMON } from '../diagnostics.ts';

export const diagnostics = defineDiagnostics('qemu', {
  undecided: {
    severity: 'error',
    exit: EXIT.unresolved,
    message: '{key} is not decided, and QEMU would fill in a default.',
    remedy: 'Decide it: --set {key}=VALUE.',
    explain:
      'The defaults of QEMU are old machines with little memory, and change between releases. An emitter decides ' +
      'nothing, so it stops here.',
  },
  firmware: {
    severity: 'error',
    exit: EXIT.unresolved,
    message: 'The machine starts from UEFI, and it is not known which files of the host are its firmware.',
    remedy: 'Give a snapshot of a host that has UEFI firmware with --host, or use the target libvirt-xml.',
    explain:
      'libvirt selects firmware by description; QEMU is told the files of the code and of the variable store. They ' +
      'differ between distributions, so that they come from the firmware descriptors of the host.',
  },
  variables: {
    severity: 'error',
    exit: EXIT.unresolved,
    message: 'There is no place for the UEFI variables: the machine has no drive, or its first one is a block device.',
    remedy: 'Give the machine a disk that is a file, or use the target libvirt-xml.',
    explain:
      'The variable store of a machine is a copy of a template. It is kept beside the first drive, because a plan ' +
      'names no other directory that belongs to the machine. What is put beside a block device is gone after a reboot.',
  },
  name: {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The name {name} cannot be used for files.',
    remedy: 'Choose another one with --name.',
    explain:
      'The files that belong to the machine are named after it. A slash, a control character, an empty name and more ' +
      'than 200 bytes are refused, as by libvirt.',
  },
  path: {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The path {path} holds a control character or is not valid Unicode.',
    remedy: 'Rename the file.',
    explain:
      'The path is printed into a script that people read before they run it; a control character can hide a part. ' +
      'What is not valid Unicode cannot be written in JSON.',
  },
  'disk-format': {
    severity: 'error',
    exit: EXIT.unresolved,
    message: '{disk}: QEMU has no block driver for {format} that a guest can write to.',
    remedy: 'Import a copy: --disk-placement copy, or qemu-img convert -O qcow2.',
    explain:
      'The driver of a disk is always named, because guest-controlled bytes would otherwise be probed. Some formats ' +
      'QEMU only reads.',
  },
  'backing-incomplete': {
    severity: 'error',
    exit: EXIT.input,
    safety: true,
    message: '{disk}: path or format of the backing file {name} is unknown.',
    remedy: 'Name the format in the overlay: qemu-img rebase -u -b {name} -F FORMAT.',
    explain:
      'Each layer of a backing chain is given with its driver and the last one ends it. A layer without a format would ' +
      'be probed, so that a guest that writes a qcow2 header into a raw layer can read host files.',
  },
  place: {
    severity: 'error',
    exit: EXIT.unresolved,
    message: 'There is no place for {device} on bus {bus}: {reason}.',
    remedy: 'Choose another bus for it.',
    explain:
      'An i440fx has one IDE controller with two channels of two devices, other machines have none. Bus usb needs a USB ' +
      'controller. Disks on ide and sata cannot be read-only, so that one inside an archive needs an overlay there.',
  },
  'not-a-disk': COMMON['not-a-disk'],
  'filesystem-needs-kernel': COMMON['filesystem-needs-kernel'],
  encrypted: {
    severity: 'warning',
    exit: EXIT.unresolved,
    message: '{disk} is encrypted; QEMU does not open it before it is told the key.',
    remedy: 'Add -object secret,id=key,file=FILE, and name it as the key-secret of the blockdev.',
    explain: 'QEMU needs the passphrase of an encrypted image to open it, and a plan holds no secrets.',
  },
  tpm: {
    severity: 'warning',
    exit: EXIT.unresolved,
    message: 'The machine has no TPM: QEMU takes one from a swtpm that has to run beside it.',
    remedy: 'Start swtpm and add -chardev, -tpmdev emulator and -device {model}, or use the target libvirt-xml.',
    explain:
      'libvirt starts a swtpm for each machine and keeps its state. QEMU alone is connected to the socket of one that ' +
      'somebody else started, with a state directory that no plan names.',
  },
  'launch-security': {
    severity: 'warning',
    exit: EXIT.unresolved,
    message: 'launch-security {type} is not in the command: the guest runs without memory encryption.',
    remedy: 'Add the -object of your host by hand, or set launch-security=none.',
    explain:
      'SEV and TDX need values of the host (the position of the C-bit, reduced address bits) or of the guest owner ' +
      'that no image or policy of vm-import carries. libvirt finds those of the host by itself.',
  },
});
