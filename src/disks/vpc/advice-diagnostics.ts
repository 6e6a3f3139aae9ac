import { defineDiagnostics } from '../../diagnostics/index.ts';

/** What the advisor says about a VHD that is in order: which programs will see what, and which will refuse it. */
export const diagnostics = defineDiagnostics('vpc', {
  creator: {
    severity: 'info',
    exit: 3,
    message: 'The VHD was written by {name} ("{application}" {version}, system {os}); its size is taken from {rule}.',
    remedy: 'Nothing needs to be done; if the size is not the one expected, see the details of the disk.',
    explain:
      'Programs treat a VHD by who wrote it: Virtual PC and qemu without force_size mean the geometry (cylinders x heads x sectors) as the size, all others the field current size. XenServer decides by the creator whether it may resize a disk and whether it looks for a batmap.',
  },
  'sizes-disagree': {
    severity: 'warning',
    exit: 3,
    message:
      'The size of the disk depends on the program: current size {current}, geometry {geometry}; qemu up to 9.2 shows {oldQemu} bytes, qemu 10.0 and later {newQemu}. Taken: {chosen}.',
    remedy:
      'Convert it with the right rule, for instance qemu-img convert --image-opts driver=vpc,force_size_calc=current_size,file.filename=FILE -O qcow2 NEW.',
    explain:
      'A VHD states its size as a number of bytes and as cylinders x heads x sectors, which can only be rounded. Virtual PC uses the second, Hyper-V and Azure the first, and qemu has a list of creators that grew over time. A disk read too short loses its last sectors, with the backup partition table in them; one read too long grows.',
  },
  'original-size-differs': {
    severity: 'warning',
    exit: 3,
    message: 'The disk was resized: its original size is {original} bytes, its current size {current}.',
    remedy:
      'Tell programs that read the original size (libvirt, Glance and Nova checks) the size yourself, or convert the disk to another format.',
    explain:
      'The guest sees the current size. libvirt 9 and oslo.utils, which OpenStack uses, read the original size from offset 40 and so plan for a smaller or larger disk; imports of VHDs with two different sizes into XenServer clouds are known to have failed.',
  },
  'size-not-sectors': {
    severity: 'warning',
    exit: 3,
    message: 'The current size of {size} bytes is not a whole number of 512-byte sectors; {seen} bytes are taken.',
    remedy: 'Resize the disk to a multiple of 512 bytes where it was made.',
    explain:
      'A disk is made of sectors, so every program rounds such a size down and the last bytes cannot be reached by the guest. No known program writes such a size.',
  },
  'too-large': {
    severity: 'error',
    exit: 3,
    message: 'The disk is said to have {size} bytes; a VHD has at most 2040 GiB.',
    remedy: 'Use a VHDX or qcow2 image for a disk of that size; if it is smaller in truth, the file is damaged.',
    explain:
      'Block numbers of a VHD are sectors in 32 bits, so no disk can be larger than 2040 GiB. qemu and Hyper-V refuse to open one that claims to be.',
  },
  'saved-state': {
    severity: 'warning',
    exit: 3,
    message: 'The disk belongs to a machine that was suspended and not shut down.',
    remedy: 'Resume the machine where it ran and shut it down, then copy the disk again.',
    explain:
      'The saved-state flag of the footer says that memory of a running system is stored elsewhere. What that system had not yet written to the disk is missing here, so its file systems look as after a power failure.',
  },
  hidden: {
    severity: 'info',
    exit: 3,
    message: 'XenServer has marked the disk as hidden: it is there as the parent of others.',
    remedy: 'Make sure that this is the disk that is wanted and not a snapshot below it.',
    explain:
      'XenServer sets byte 85 of the footer on a disk that only serves as the base of differencing disks. Its content is an older state than what the machine last saw.',
  },
  'footer-511': {
    severity: 'warning',
    exit: 3,
    message: 'The footer at the end of the file has 511 bytes instead of 512.',
    remedy: 'Convert the disk; a fixed one has to be given one zero byte at its end first (truncate -s +1 FILE).',
    explain:
      'Virtual PC before 2004 wrote the footer without its last reserved byte. XenServer knows that; qemu looks for the footer of a fixed disk 512 bytes before the end of the file and does not find it.',
  },
  'xen-fixed': {
    severity: 'info',
    exit: 3,
    message: 'For XenServer only: a fixed VHD is not what it imports; it wants a dynamic one.',
    remedy: 'Convert it: qemu-img convert -f vpc -O vpc -o subformat=dynamic,force_size=on FILE NEW.',
    explain:
      'XenServer and clouds built on it store disks as dynamic VHDs and have refused fixed ones at import. This does not matter for libvirt, qemu or Azure.',
  },
  'xen-no-resize': {
    severity: 'info',
    exit: 3,
    message:
      'For XenServer only: it will refuse to resize this disk, because its creator is "{creator}" and not "tap".',
    remedy: 'Let XenServer write the disk itself (import it as raw), or convert it with vhd-util.',
    explain:
      'Code of XenServer that grows or shrinks a disk works only on VHDs that its own tapdisk made, known by the creator application "tap". Images for XenServer clouds fail when an instance is started with a larger disk than the image.',
  },
  'xen-batmap-missing': {
    severity: 'info',
    exit: 3,
    message: 'For XenServer only: a disk of creator version {version} has to have a batmap, and there is none.',
    remedy: 'Convert the disk with vhd-util, or set its creator version to 1.0, from which XenServer expects none.',
    explain:
      'The batmap, a Xen extension after the block allocation table, says which blocks are written completely. From creator version 1.2 on XenServer does not ask whether it is there and fails to open the disk without it.',
  },
  'xen-batmap-damaged': {
    severity: 'info',
    exit: 3,
    message: 'For XenServer only: the batmap cannot be used: {problem}.',
    remedy: 'Convert the disk with vhd-util, or with qemu-img, which writes no batmap.',
    explain:
      'The batmap, a Xen extension after the block allocation table, says which blocks are written completely. XenServer checks its version, its place and its checksum. Other programs do not know it, and the guest data do not depend on it.',
  },
  'xen-batmap-ignored': {
    severity: 'info',
    exit: 3,
    message: 'For XenServer only: there is a batmap, but for creator "{creator}" {version} it is not looked at.',
    remedy: 'Nothing needs to be done: XenServer reads the bitmaps of the blocks instead.',
    explain:
      'XenServer looks for a batmap only in dynamic disks whose creator is "tap" with a version above 0.1. Elsewhere the same bytes mean nothing to it.',
  },
  'azure-not-fixed': {
    severity: 'info',
    exit: 3,
    message: 'For Azure only: it takes fixed VHDs, and this one is not fixed.',
    remedy: 'Convert it: qemu-img convert -f vpc -O vpc -o subformat=fixed,force_size=on FILE NEW.',
    explain:
      'An Azure page blob is the bytes of the disk followed by the footer; a dynamic disk with its tables cannot be attached. This does not matter for any other target.',
  },
  'azure-not-aligned': {
    severity: 'info',
    exit: 3,
    message:
      'For Azure only: the disk has {current} bytes in a file of {file}; it has to be {wanted} bytes in a file of {total}.',
    remedy:
      'Resize the raw disk to a whole number of MiB (qemu-img resize -f raw FILE SIZE) and convert it again with subformat=fixed,force_size=on.',
    explain:
      'Azure refuses disks whose current size is not a whole number of MiB or whose file is not exactly the disk and a footer of 512 bytes. qemu rounds sizes to a geometry unless force_size is given and then just misses this.',
  },
});
