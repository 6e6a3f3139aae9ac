import { defineDiagnostics, EXIT } from '../../diagnostics/index.ts';
import { COMMON } from '../diagnostics.ts';

export const diagnostics = defineDiagnostics('virt-install', {
  undecided: {
    severity: 'error',
    exit: EXIT.unresolved,
    message: '{key} is not decided, and virt-install would decide it.',
    remedy: 'Decide it: --set {key}=VALUE.',
    explain:
      'virt-install fills in what its command line leaves open, from the database and the capabilities of the host it ' +
      'runs on. The command would then make another machine on another host. An emitter decides nothing, so it stops.',
  },
  name: {
    severity: 'error',
    exit: EXIT.usage,
    message: 'virt-install or libvirt cannot handle the name {name}.',
    remedy: 'Choose another one with --name.',
    explain:
      'virt-install refuses a space in the name of a machine. libvirt uses it for its files: a slash, a control ' +
      'character, a leading dash, . and .. and more than 200 bytes are refused or cannot be handled afterwards.',
  },
  'wide-name': {
    severity: 'warning',
    exit: EXIT.usage,
    message: 'libvirt cannot be expected to start a machine named {name}: paths of its sockets become too long.',
    remedy: 'Choose a name with --name whose first 20 characters are at most 34 bytes.',
    explain:
      'libvirt makes the first 20 characters of a name part of the paths of sockets, which Linux limits to 107 bytes. ' +
      'That leaves 34 bytes with the channel of a guest agent and 59 without: enough for Latin letters, but not for 20 ' +
      'characters of three or four bytes each. virt-install defines the machine and fails to start it.',
  },
  path: {
    severity: 'error',
    exit: EXIT.usage,
    message: 'virt-install cannot be told the path {path}.',
    remedy: 'Rename the file, or use the target libvirt-xml.',
    explain:
      'virt-install 4.1 escapes & < > and quotes in an XML attribute twice, so that libvirt would open another file ' +
      "than the one that was inspected: it's.img becomes it&apos;s.img. Control characters do not survive XML at all.",
  },
  'disk-format': {
    severity: 'error',
    exit: EXIT.unresolved,
    message: '{disk}: libvirt has no disk driver type for {format}.',
    remedy: 'Import a copy: --disk-placement copy, or qemu-img convert -O qcow2.',
    explain:
      'The type of a disk driver is always given, because guest-controlled bytes would otherwise be probed. libvirt ' +
      'knows fewer formats than qemu-img does; VHDX for instance is refused.',
  },
  'backing-incomplete': {
    severity: 'error',
    exit: EXIT.input,
    safety: true,
    message: '{disk}: path or format of the backing file {name} is unknown.',
    remedy: 'Name the format in the overlay: qemu-img rebase -u -b {name} -F FORMAT.',
    explain:
      'Each layer of a backing chain is given with its format and the last one is terminated. A layer without a format ' +
      'would be probed, so that a guest that writes a qcow2 header into a raw layer can read host files.',
  },
  place: {
    severity: 'error',
    exit: EXIT.unresolved,
    message: 'There is no place for {device} on bus {bus}: {reason}.',
    remedy: 'Choose another bus or another disk-target for it.',
    explain:
      'A target name is unique in a libvirt domain. A PC has one IDE controller with two channels of two devices: hda ' +
      'to hdd. Bus usb needs a USB controller.',
  },
  'nic-order': COMMON['nic-order'],
  'not-a-disk': COMMON['not-a-disk'],
  'filesystem-needs-kernel': COMMON['filesystem-needs-kernel'],
  encrypted: {
    severity: 'warning',
    exit: EXIT.unresolved,
    message: '{disk} is encrypted; the machine does not start before it is told the key.',
    remedy: 'Define a libvirt secret, and name it in the source of the disk with virsh edit.',
    explain: 'QEMU needs the passphrase of a LUKS image to open it, and a plan holds no secrets.',
  },
  'launch-security': {
    severity: 'warning',
    exit: EXIT.unresolved,
    message: 'launch-security {type} is not in the command: the guest runs without memory encryption.',
    remedy: 'Add --launchSecurity with the values of your host by hand, or set launch-security=none.',
    explain:
      'SEV-SNP and TDX need values of the host and of the guest owner (policy, measurements, a stateless firmware) ' +
      'that no image or policy of vm-import carries.',
  },
});
