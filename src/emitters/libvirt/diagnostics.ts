import { defineDiagnostics, EXIT } from '../../diagnostics/index.ts';
import { COMMON } from '../diagnostics.ts';

export const diagnostics = defineDiagnostics('libvirt', {
  undecided: {
    severity: 'error',
    exit: EXIT.unresolved,
    message: '{key} is not decided, and a libvirt domain cannot be written without it.',
    remedy: 'Decide it: --set {key}=VALUE.',
    explain:
      'libvirt either requires the value or fills it in with a default that guests cannot be expected to cope with ' +
      '(rtl8139, cirrus, lsilogic, a 32-bit cortex-a15). An emitter decides nothing, so it stops here.',
  },
  name: {
    severity: 'error',
    exit: EXIT.usage,
    message: 'libvirt cannot handle the domain name {name}.',
    remedy: 'Choose another one with --name.',
    explain:
      'libvirt uses the name of a domain for its files: it refuses a slash, a newline and an empty name, accepts . ' +
      'and names with a leading dash but cannot handle them cleanly afterwards, and fails on names that make file ' +
      'names too long.',
  },
  'wide-name': {
    severity: 'warning',
    exit: EXIT.usage,
    message: 'A host cannot be expected to start a domain whose name is {name}: paths of its sockets become too long.',
    remedy: 'Choose a name with --name whose first 20 characters are at most 34 bytes.',
    explain:
      'libvirt makes the first 20 characters of a name part of the paths of sockets, which Linux limits to 107 bytes. ' +
      'Below /var/lib/libvirt/qemu that leaves 34 bytes with the channel of a guest agent and 59 without: enough for ' +
      'Latin letters, but not for 20 characters of three or four bytes each. The domain is defined, and fails when it starts.',
  },
  path: {
    severity: 'error',
    exit: EXIT.usage,
    message:
      'The path {path} cannot be written in XML: it holds a control character or what is no character of Unicode.',
    remedy: 'Rename the file.',
    explain:
      'XML 1.0 has no way to write most control characters, and an XML parser turns a newline or a tab in an attribute ' +
      'into a space: libvirt would open another file than the one that was inspected. QEMU refuses noncharacters such as ' +
      'U+FFFE in the names of its files.',
  },
  'disk-format': {
    severity: 'error',
    exit: EXIT.unresolved,
    message: '{disk}: libvirt has no disk driver type for {format}.',
    remedy: 'Import a copy: --disk-placement copy, or qemu-img convert -O qcow2.',
    explain:
      'The type of a disk driver is always written, because libvirt would otherwise probe guest-controlled bytes. ' +
      'libvirt knows fewer formats than qemu-img does; VHDX for instance is refused when the domain is defined.',
  },
  'backing-incomplete': {
    severity: 'error',
    exit: EXIT.input,
    safety: true,
    message: '{disk}: path or format of the backing file {name} is unknown.',
    remedy: 'Name the format in the overlay: qemu-img rebase -u -b {name} -F FORMAT.',
    explain:
      'Each layer of a backing chain is written with its format and the last one is terminated. A layer without a ' +
      'format would be probed by QEMU, so that a guest that writes a qcow2 header into a raw layer can read host files.',
  },
  'target-taken': {
    severity: 'error',
    exit: EXIT.unresolved,
    message: 'Two devices want the target name {target}.',
    remedy: 'Give each disk a disk-target of its own.',
    explain:
      'The target name of a disk is unique in a libvirt domain; on bus ide, sata and scsi it is also the address.',
  },
  'ide-full': {
    severity: 'error',
    exit: EXIT.unresolved,
    message: 'Bus ide has four places, and {target} would be the next.',
    remedy: 'Put some of the disks or CD-ROMs on another bus (for example --set disk-bus.disk1=sata).',
    explain: 'A PC has one IDE controller with two channels of two devices: hda to hdd.',
  },
  'usb-missing': {
    severity: 'error',
    exit: EXIT.unresolved,
    message: '{device} is on bus usb, but usb-controller is none.',
    remedy: 'Choose a USB controller (--set usb-controller=qemu-xhci) or another bus.',
    explain: 'libvirt refuses to define a domain that has USB devices and USB turned off.',
  },
  'nic-order': COMMON['nic-order'],
  'launch-security': {
    severity: 'warning',
    exit: EXIT.unresolved,
    message: 'launch-security {type} is not in the domain XML: the guest runs without memory encryption.',
    remedy: 'Add the element <launchSecurity type="{type}"> of your host by hand, or set launch-security=none.',
    explain:
      'SEV-SNP and TDX need values of the host and of the guest owner (policy, measurements, a stateless firmware) ' +
      'that no image or policy of vm-import carries.',
  },
  skeleton: {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The template {template} is not a libvirt domain: {reason}.',
    remedy: 'Correct the file at that line and column, or remove it to use the one that is shipped.',
    explain:
      'A template of domain XML has the root element domain. It holds what is the same for every guest of an ' +
      'architecture; vm-import adds the rest.',
  },
  'not-a-disk': COMMON['not-a-disk'],
  'filesystem-needs-kernel': {
    severity: 'error',
    exit: 4,
    message: '{disk} is a bare file system: it has no boot loader that a firmware could start.',
    remedy: 'Give the kernel with --kernel (and --initrd), and its arguments with --set kernel-args=root=/dev/vda.',
    explain:
      'A partition image (the "ami" of Amazon and early OpenStack) holds a root file system without partition table and boot code. It boots only when the hypervisor loads a kernel for it.',
  },
  encrypted: {
    severity: 'warning',
    exit: 4,
    message: '{disk} is encrypted; the domain does not start before it is told the key.',
    remedy:
      "Define a libvirt secret and add <encryption format='luks'><secret type='passphrase' uuid='...'/></encryption> to the source of the disk.",
    explain:
      'qemu needs the passphrase of a LUKS image to open it. A plan holds no secrets, so the element that names the libvirt secret has to be added by whoever has it.',
  },
});
