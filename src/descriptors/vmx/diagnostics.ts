import { defineDiagnostics } from '../../diagnostics/index.ts';

/** Findings about the configuration file of a VMware machine. */
export const diagnostics = defineDiagnostics('vmx', {
  malformed: {
    severity: 'error',
    exit: 3,
    message: 'This is no configuration of a VMware machine: {problem}.',
    remedy: 'Name the .vmx file itself, not one of the files beside it (.vmxf, .vmsd, .nvram), and fetch it again.',
    explain:
      'A .vmx is a text of lines like memsize = "4096". VMware keeps several other files beside it whose names differ in one letter; none of them describes the machine.',
  },
  encrypted: {
    severity: 'error',
    exit: 3,
    message:
      'The machine is encrypted: its configuration is in encryption.data and cannot be read without the password.',
    remedy:
      'Decrypt it in the product that encrypted it (VM settings, Access Control or VM Storage Policy, Remove Encryption), then import it.',
    explain:
      'VMware can encrypt a machine as a whole. Its .vmx then holds a name, the locked key and one block of ciphertext instead of the hardware, and its disks are encrypted too. vm-import never asks for passwords.',
  },
  'partly-encrypted': {
    severity: 'warning',
    exit: 3,
    message: 'Parts of the machine are encrypted (its NVRAM, snapshots and TPM); they stay behind.',
    remedy:
      'Nothing needs to be done where the disks are not encrypted. Have the recovery key of BitLocker at hand, or suspend BitLocker before the move.',
    explain:
      'Adding a virtual TPM makes VMware encrypt the files that hold secrets of the machine and a part of its configuration, while the disks stay as they are. What can be read of the configuration was read.',
  },
  contradiction: {
    severity: 'warning',
    exit: 3,
    message: 'The lines {first} and {second} give {key} two values; the first was taken.',
    remedy: 'Delete the wrong one of the two lines.',
    explain:
      'VMware refuses to start a machine whose configuration says the same thing twice, and programs that read such a file do not agree which line counts. It is the mark of editing by hand.',
  },
  'unreadable-line': {
    severity: 'warning',
    exit: 3,
    message: 'Line {line} is not of the form key = "value" and was left out ({count} such lines).',
    remedy: 'Look at the line: a missing quotation mark is the usual reason.',
    explain:
      'A .vmx consists of comments and of lines with a key, an equals sign and a value in quotation marks. What was meant by another line is not guessed.',
  },
  'unknown-encoding': {
    severity: 'warning',
    exit: 3,
    message: 'The file says that it is encoded in {encoding}, which is not known here; names may be wrong.',
    remedy: 'Convert the file to UTF-8 and change its line .encoding accordingly.',
    explain:
      'VMware writes its configuration in the encoding of the system that it runs on and names it in the first line. File names that are decoded wrongly lead nowhere.',
  },
  'bad-value': {
    severity: 'warning',
    exit: 3,
    message: '{key} is {value}; {wanted} was expected. It counts as not said.',
    remedy: 'Correct the line, or give the value with --set.',
    explain:
      'The value is not one that VMware writes for this key. Templates that were not filled in and files edited by hand have such values.',
  },
  'impossible-place': {
    severity: 'warning',
    exit: 3,
    message: 'There is no place {device} in a VMware machine; the device was left out.',
    remedy: 'Correct the number of the controller or of the unit.',
    explain:
      'A machine has up to 4 SCSI, 4 NVMe, 4 SATA and 2 IDE controllers, with 64, 64, 30 and 2 places each. A device outside of them would not be there on VMware either.',
  },
  'disk-without-file': {
    severity: 'warning',
    exit: 3,
    message: 'The disk {device} has no file and was left out.',
    remedy: 'Give the name of its file in the line {device}.fileName, or remove the disk from the machine.',
    explain: 'VMware creates the file of a disk when the disk is added, so that every disk has one.',
  },
  'not-present': {
    severity: 'info',
    exit: 3,
    message: 'The file names a disk {file} at {device}, but does not plug it in.',
    remedy: 'Nothing needs to be done; set {device}.present = "TRUE" if the disk belongs to the machine.',
    explain:
      'Removing a disk in VMware can leave lines of it behind. Only a device whose line .present says TRUE, on a controller that is there, is part of the machine.',
  },
  'snapshot-disk': {
    severity: 'warning',
    exit: 3,
    message: 'The disk {device} is in a snapshot: {file} holds only what changed since it was taken.',
    remedy: 'Delete the snapshots of the machine in VMware, which merges them into the disk, then import it.',
    explain:
      'With snapshots the machine writes to NAME-000001.vmdk and so on; each file needs the one that it was taken from. Importing one file of such a chain gives a disk full of holes.',
  },
  suspended: {
    severity: 'warning',
    exit: 3,
    message: 'The machine is suspended ({file}); its memory stays behind, and its file systems were never unmounted.',
    remedy: 'Resume it, shut the guest down, then import it.',
    explain:
      'A suspended machine continues from a file with the contents of its memory, which no other hypervisor reads. Started without it, the guest finds its disks as after a power failure.',
  },
  'odd-topology': {
    severity: 'info',
    exit: 3,
    message: '{vcpus} processors cannot be divided into sockets of {cores} cores; the topology was left out.',
    remedy: 'Give another one with --set cpu-topology=SOCKETS:CORES:THREADS if licences count sockets.',
    explain:
      'cpuid.coresPerSocket says how many processors a socket shows to the guest. VMware tolerates a number that does not divide their count; QEMU does not.',
  },
  'secure-boot-without-uefi': {
    severity: 'warning',
    exit: 3,
    message: 'Secure Boot is switched on, but the firmware is a BIOS; Secure Boot was left out.',
    remedy: 'Give --set firmware=uefi --set secure-boot=true if the disk boots through UEFI.',
    explain:
      'VMware keeps the switch when the firmware of a machine is changed back to BIOS, where it does nothing. The two lines contradict each other; the firmware is what the guest boots with.',
  },
  'tpm-secrets': {
    severity: 'warning',
    exit: 3,
    message: 'The machine has a TPM. The new one starts empty: what the guest has sealed in the old one is lost.',
    remedy: 'Suspend BitLocker (or save its recovery key) and unseal other secrets in the guest before the move.',
    explain:
      'A TPM keeps its secrets to itself, and VMware stores its state encrypted. Windows with BitLocker asks for the recovery key at the first start with another TPM; LUKS bound to the TPM asks for its passphrase.',
  },
  'host-device': {
    severity: 'warning',
    exit: 3,
    message: 'The machine uses {device}, a device of its host; it stays behind.',
    remedy: 'Assign a device of the new host to the machine after the import.',
    explain:
      'A PCI or SCSI device that was handed to the machine belongs to the hardware of the old host. Nothing in the configuration could say which device of another host takes its place.',
  },
});
