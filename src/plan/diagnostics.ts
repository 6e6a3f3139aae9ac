import { defineDiagnostics } from '../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('plan', {
  unresolved: {
    severity: 'error',
    exit: 4,
    message: 'No value fits for {keys}: {sides}.',
    remedy: '{settle}',
    explain:
      'Requirements contradict each other, or the host cannot do what one of them asks for. vm-import does not pick a winner among things that all must hold: the guest would not boot, or not be what somebody insists on. Every side is named; settle it with the flag shown, or change the rule, the hint document or the host.',
  },
  'overrides-proof': {
    severity: 'error',
    exit: 4,
    objection: true,
    message: '{key} is set to {value} by {setter}, but the bytes of the disk prove {proof}.',
    remedy:
      'Remove the rule or flag that sets {key}; if you know better than the disk, say so with --set {key}={value}.',
    explain:
      'A value was forced although the content of the disk proves another one (for example: firmware bios for a disk that has only UEFI boot code). From a policy this is an error, because a policy applies to disks its author never saw; from a flag it is a warning.',
  },
  'overrides-requirement': {
    severity: 'warning',
    exit: 4,
    message: '{key} is set to {value} by {setter}, although {requirement}.',
    remedy: 'Check that the guest really runs with {key}={value}.',
    explain:
      'An image, a descriptor or a policy rule requires or forbids a value, and somebody with a higher rank forced another one on the same key. It is done, and said.',
  },
  'requirement-lost': {
    severity: 'warning',
    exit: 4,
    message: '{key} is {value}, although {requirement}: {obstacle}.',
    remedy: 'Check that the guest really runs with {key}={value}, or force another value with --set.',
    explain:
      'An image requires or forbids something, and it does not hold, although no flag and no `set` overrides it: the policy lets hints only recommend (trust.hints: recommend), and a policy, the host or what the disk proves wants something else. Both sides are named. `vm-import explain KEY` shows every vote.',
  },
  conflict: {
    severity: 'info',
    exit: 4,
    message: '{key} is {value}: {wish}, but {obstacle}.',
    remedy: 'Nothing has to be done if {value} is what you want for {key}.',
    explain:
      'Two sides that know this machine differ, and one of them gave way to a constraint of the other: hints to what a descriptor, the disk or the policy requires or forbids, a policy to what the disk proves, any of them to what the host cannot do. Both sides are named. Recommendations that differ are settled by rank and raise nothing; `vm-import explain KEY` shows them.',
  },
  'flag-overruled': {
    severity: 'warning',
    exit: 2,
    message: 'The flag {key}={value} has no effect: {by} decides this key.',
    remedy: 'Change the policy rule, or drop the flag.',
    explain: 'A policy `set` ranks above flags, and a locked rule cannot be weakened by them (contract, section 4).',
  },
  'set-overruled': {
    severity: 'warning',
    exit: 2,
    message: 'The rule {rule} sets {key} to {value}, which has no effect: {by} is locked.',
    remedy: 'Drop the rule, or change the locked one where it stands.',
    explain:
      'A rule with `locked: true` cannot be weakened by other rules of the policy, whichever comes later: what they set, prefer or offer as a default against it does not count.',
  },
  'constraint-overruled': {
    severity: 'warning',
    exit: 2,
    message: 'The rule {rule} {demand}, which has no effect: {by} is locked.',
    remedy: 'Drop the rule, or change the locked one where it stands.',
    explain:
      'A rule with `locked: true` cannot be weakened by other rules of the policy: what a later one requires, forbids or limits does not count where it would leave nothing of what the locked one says.',
  },
  'locked-lost': {
    severity: 'warning',
    exit: 4,
    message: '{key} is {value}, although {wish} and is locked: {obstacle}.',
    remedy: 'Change what stands in the way, or the locked rule where it stands.',
    explain:
      'A locked `prefer` or `default` holds against flags and later rules on its own key. It remains a recommendation: what the guest has no driver for, what the host cannot do, what an image requires or a rule before it forbids is not chosen, nor what cannot go with the values of other keys, whoever chose those. Then both sides are named. A rule that must hold whatever happens is a locked `set` or `require`: the plan is refused where it cannot.',
  },
  'no-driver': {
    severity: 'warning',
    exit: 4,
    message: '{key} is forced to {value}, for which nothing proves a driver in {os}.',
    remedy: 'Install the driver in the guest first, or say that it is there in the hint document ("drivers").',
    explain:
      'A guest that has no driver for the bus of its boot disk stops with a black screen, or with INACCESSIBLE_BOOT_DEVICE (0x7B) under Windows. For a known operating system a bus or network card is only chosen when the disk, the hint document or the OS knowledge base proves a driver. For Windows switch in stages: boot from sata, attach a small second disk on virtio, install the driver, then move the boot disk.',
  },
  'outside-bounds': {
    severity: 'warning',
    exit: 4,
    message: '{key} is {value}, {relation} the {bound} that {who} asks for.',
    remedy: 'Set {key} to {bound} unless you know that the guest runs with {value}.',
    explain:
      'The bounds of the OS knowledge base, and those of an image whose hints are only recommendations, warn against a value of a higher rank; they do not replace it.',
  },
  'disk-disagreement': {
    severity: 'warning',
    exit: 4,
    message: '{disk} asks for {key} {values}, but the machine gets {value} from {winner}.',
    remedy: 'If {disk} is the disk that boots, say so with --set boot-order={disk}.',
    explain:
      'Several disks of one machine carry hints about the whole machine and they differ. The disk that boots decides; the others count only for their own device.',
  },
  'os-unknown': {
    severity: 'warning',
    exit: 4,
    message: 'OS unknown: portable defaults; pass --os.',
    remedy: 'Name the system with --os (for example --os debian12); vm-import os list shows the names.',
    explain:
      'Nothing says which operating system is on the disk, so no OS defaults apply: the plan uses q35, virtio devices and modest resources, which suits current Linux and BSD systems. Windows without virtio drivers will not boot from it.',
  },
  'nvram-no-build': {
    severity: 'error',
    exit: 4,
    message:
      'No firmware {which} that the host has for {machine} goes with the variable store {path} ({size} bytes, {format}): its own stores are {builds}.',
    remedy:
      'Supply a store of one of those sizes and formats (qemu-img convert changes the format, nothing the size), or install the firmware that it belongs to.',
    explain:
      'UEFI firmware and its variable store are two flash chips, one behind the other: a store of another size than the build expects is not read, and the machine starts with an empty one or not at all. Size and format of the store must be those of the template that the firmware comes with (a 2 MiB build of OVMF has 131072 bytes, a 4 MiB build 540672, AAVMF 67108864).',
  },
  'nvram-without-keys': {
    severity: 'error',
    exit: 4,
    objection: true,
    message: 'Secure Boot is decided, but the variable store {path} lacks {lacks}: nothing would be enforced.',
    remedy: 'Supply a store with enrolled keys, or say that the guest enrols its own with --set enrolled-keys=false.',
    explain:
      'Firmware enforces Secure Boot only with a platform key (PK), a key exchange key (KEK) and a list of allowed signers (db). Without them it is in setup mode, and starts whatever it finds.',
  },
  'nvram-with-keys': {
    severity: 'error',
    exit: 4,
    objection: true,
    message: 'enrolled-keys is false, but the variable store {path} has keys enrolled.',
    remedy: 'Drop enrolled-keys=false, or supply an empty store.',
    explain: 'With a platform key in its store the firmware enforces Secure Boot from the first start on.',
  },
  'nvram-switched-off': {
    severity: 'error',
    exit: 4,
    objection: true,
    message: 'Secure Boot is decided, but it is switched off in the variable store {path}.',
    remedy: 'Switch it on in the menus of the firmware and copy the store again, or set secure-boot=false.',
    explain:
      'The variable SecureBootEnable is the switch in the menus of edk2. Keys that are enrolled are not used while it is off.',
  },
  'nvram-unauthenticated': {
    severity: 'error',
    exit: 4,
    objection: true,
    message: 'Secure Boot is decided, but the variable store {path} is of a build without Secure Boot.',
    remedy: 'Supply a store of a build with Secure Boot, or set secure-boot=false.',
    explain: 'Keys have to be variables whose changes are signed; this store has no room for signatures.',
  },
  'nvram-unmatched': {
    severity: 'warning',
    exit: 4,
    message: 'The variable store {path} is not matched to firmware: what the host has for this machine is unknown.',
    remedy: 'Add what the host has: --host /usr/share/qemu/firmware, or a snapshot (vm-import host snapshot).',
    explain:
      'libvirt refuses a variable store beside firmware that it selects itself, so that code and store have to be named together; which code goes with the store only the firmware descriptors of the host tell.',
  },
  'nvram-format': {
    severity: 'error',
    exit: 3,
    message: 'The variable store {path} is kept in {format}; firmware is given raw or qcow2.',
    remedy: 'Convert it: qemu-img convert -O raw {path} NEW.',
    explain: 'libvirt takes flash as raw bytes, and since version 9.2 as qcow2.',
  },
  'nvram-incomplete': {
    severity: 'error',
    exit: 3,
    message: 'The variable store {path} is an overlay of another file, or encrypted.',
    remedy: 'Make one file of it: qemu-img convert -O raw {path} NEW.',
    explain: 'A store is copied as one file when the machine starts for the first time; nothing below it comes along.',
  },
  'nvram-unread': {
    severity: 'warning',
    exit: 2,
    message: 'The variable store {path} cannot be read here ({reason}), so that nothing in it was checked.',
    remedy: 'Run vm-import where the file is, or put a copy at the same path.',
    explain:
      'What `nvram` names is a file of the host. Where it can be read, vm-import checks that it is a variable store, that a firmware build of the host goes with it, and that its keys are those that were decided.',
  },
  'no-such-device': {
    severity: 'warning',
    exit: 2,
    message: '{key} names {device}, which this machine does not have.',
    remedy: 'Devices are counted from 0 in the order of the sources: disk0, disk1, ...; nic0.',
    explain: 'A vote for one device has no effect when there is no such device.',
  },
  'host-silent': {
    severity: 'warning',
    exit: 4,
    message: 'No host document speaks for {architecture} {machine} {virtType}: whether the host can run it is unknown.',
    remedy: 'Add the output of virsh domcapabilities --arch {architecture} --machine {machine} --virttype {virtType}.',
    explain:
      'Host documents speak for their own architecture, machine and virtualisation type. What they do not mention is unknown, not "no": the plan is made, but nothing in it was checked against the host.',
  },
  'secure-boot-not-enforced': {
    severity: 'warning',
    exit: 4,
    message: 'Secure Boot firmware is chosen, but its variable store starts without keys: unsigned loaders will boot.',
    remedy: 'Leave enrolled-keys to its default, true, if Secure Boot shall be enforced.',
    explain:
      'secure-boot with enrolled-keys=false gives a guest in setup mode. That is what an installer of own keys needs, and not what "Secure Boot" promises.',
  },
  'architecture-ignored': {
    severity: 'warning',
    exit: 4,
    message: 'The image is made for {wanted}, but the machine gets {value} ({by}).',
    remedy: 'Say which one is right with --set architecture=... (and --set virt-type=qemu for another processor).',
    explain:
      'A guest whose processor is of another architecture than its software shows a black screen and nothing else. A recommendation gives way to what the host can run, so it is worth a look.',
  },
  'no-effect': {
    severity: 'warning',
    exit: 2,
    message: '{key} is set to {value}, but this machine has nothing that it applies to.',
    remedy: 'Leave {key} away, or set what it belongs to as well.',
    explain:
      'Some keys belong to something a machine may not have: tpm-model to a TPM, scsi-model to a disk on bus scsi, kernel-args to direct kernel boot (--kernel). Forcing one of them alone changes nothing.',
  },
  'root-missing': {
    severity: 'warning',
    exit: 2,
    message: '{disk} is a bare {filesystem} and the kernel is started directly, but its arguments name no root=.',
    remedy: 'Add it to the arguments: --set "kernel-args=root={device} ...".',
    explain:
      'Without a boot loader nobody tells the kernel where its root file system is. A disk without partition table is one file system as a whole, so that its device is the disk: /dev/vda on bus virtio, /dev/sda on the others. Where nobody gives kernel arguments, root= is filled in; arguments that somebody gives are taken as they are.',
  },
  'bad-name': {
    severity: 'error',
    exit: 2,
    message: 'The machine cannot be named {name}: {why}.',
    remedy: 'Give a name with --name.',
    explain:
      'A domain name becomes a file name on the host. Refused are ".", "..", a leading "-" (it would be read as an option), "/", control characters and more than 200 bytes. Without --name the stem of the first file is taken.',
  },
  'unknown-key': {
    severity: 'error',
    exit: 2,
    message: 'There is no key {key}.',
    remedy: '{hint}',
    explain:
      'Keys are the vocabulary of decisions: firmware, machine, disk-bus, memory-mib and so on. A key of one device names it: disk-bus.disk0, nic-model.nic0.',
  },
  'bad-value': {
    severity: 'error',
    exit: 2,
    message: '{key} cannot be {value}.',
    remedy: 'It takes: {takes}.',
    explain:
      'Every key has a closed set of values or a range. Versioned machine types (pc-q35-9.0) can only be pinned by a policy: they do not exist on other hosts.',
  },
  'bad-uuid': {
    severity: 'error',
    exit: 2,
    message: '{uuid} is not a UUID.',
    remedy: 'Write it as 8-4-4-4-12 hexadecimal digits.',
    explain: 'libvirt identifies a domain by its UUID; without --uuid it makes one when the domain is defined.',
  },
  'initrd-without-kernel': {
    severity: 'error',
    exit: 2,
    message: 'An initial ramdisk was given without a kernel.',
    remedy: 'Give the kernel with --kernel.',
    explain: 'Direct kernel boot loads a kernel and hands it the ramdisk; a ramdisk alone cannot be started.',
  },
  'bad-sources': {
    severity: 'error',
    exit: 2,
    message: 'A machine has 1 to {limit} disks, not {count}.',
    remedy: 'Name the disks of one machine.',
    explain: 'Several sources are the disks of one machine. To plan many machines, call vm-import once for each.',
  },
  'shared-file': {
    severity: 'error',
    exit: 3,
    safety: true,
    objection: true,
    message: '{disk} and {other} are, or lie on, the same file.',
    remedy: 'Name every file once, and an overlay without its base.',
    explain:
      'Two disks that write to one file destroy its content; an overlay whose base is written to as another disk is lost with it. qemu takes a lock and refuses to start; without locks the data are gone.',
  },
  'no-such-network': {
    severity: 'warning',
    exit: 2,
    message: 'No network card was connected to a network {source}, so its replacement has no effect.',
    remedy: 'The descriptor names these networks: {known}.',
    explain:
      'With --network SOURCE-NET=NAME a network of the source hypervisor is replaced with one of this host. A name that the descriptor does not have is most likely misspelt, and the card would end up on another network than meant.',
  },
  'read-only-disk': {
    severity: 'warning',
    exit: 1,
    message: 'The guest can only read {disk}, because it lies inside {path}.',
    remedy: 'Give it an overlay that takes its writes: --disk-placement overlay.',
    explain:
      'A disk that is used where it lies in an archive must not be written to: the archive would be damaged, and a disk that grows would run into the member behind it. Few systems start from a disk that they cannot write to.',
  },
  'copy-exists': {
    severity: 'warning',
    exit: 2,
    message: 'The copy of {disk} would be {path}, which is there already.',
    remedy: 'If it is not that copy, choose another directory with --disk-dir or another name with --name.',
    explain:
      'A disk that is not used in place is converted into a new file. The command that is printed would replace a file of that name.',
  },
});
