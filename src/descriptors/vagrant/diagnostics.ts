import { defineDiagnostics } from '../../diagnostics/index.ts';

/** Findings about the metadata of a Vagrant box. */
export const diagnostics = defineDiagnostics('vagrant', {
  malformed: {
    severity: 'error',
    exit: 3,
    message: 'The metadata.json of the box cannot be read: {problem}.',
    remedy: 'Fetch the box again; its metadata.json is an object that names at least its provider.',
    explain:
      'Every Vagrant box has a metadata.json that names the provider it was made for. For libvirt it also names the disks.',
  },
  'unreadable-domain': {
    severity: 'warning',
    exit: 3,
    message: 'The box.xml of the box was left out: {problem}.',
    remedy: 'Say what the machine needs with flags (--set memory-mib=2048) if the defaults do not do.',
    explain:
      'Some boxes bring the libvirt domain that they were made from. It only recommends sizes and devices, so the import goes on without it.',
  },
  'bad-value': {
    severity: 'warning',
    exit: 3,
    message: 'In metadata.json {member} is {value}; {wanted} was expected. It counts as not said.',
    remedy: 'Nothing needs to be done where the disks of the box are found all the same.',
    explain:
      'The metadata of a box is often written by hand. What cannot be understood is left out, and the disks themselves are looked at in any case.',
  },
  'no-description': {
    severity: 'warning',
    exit: 3,
    message: 'Nothing describes the machine of this box (provider {provider}); its disks are found by their content.',
    remedy:
      'Check the list of disks, and say the rest with flags: --os ID, --set firmware=uefi, --set memory-mib=2048.',
    explain:
      'Boxes for VirtualBox and VMware describe their machine in an .ovf or .vmx. Boxes for other providers hold files that only the provider itself reads (Hyper-V, Parallels), or no disk at all (Docker).',
  },
  'vagrantfile-not-run': {
    severity: 'info',
    exit: 3,
    message: 'The box holds a Vagrantfile; it was not run, so settings that it makes are not known.',
    remedy: 'Read it, and say what matters with flags: memory, processors, disk bus, network model.',
    explain:
      'A Vagrantfile is a program in Ruby. Running what came with an image would hand it the machine that does the import, and reading it without running it would be guessing.',
  },
});
