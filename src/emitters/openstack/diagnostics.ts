import { defineDiagnostics, EXIT } from '../../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('openstack', {
  'inside-archive': {
    severity: 'error',
    exit: EXIT.denied,
    message: '{disk} is no file of its own ({path}), and Glance takes whole files only.',
    remedy: 'Let the plan make a copy: --disk-placement copy.',
    explain:
      'A disk in an archive can be used where it lies by libvirt, which reads a slice of the file. An upload of that file would be an upload of the archive: Glance would store it, and no guest would ever start from it.',
  },
  'backing-file': {
    severity: 'error',
    exit: EXIT.input,
    safety: true,
    message: '{disk} has a backing file: uploaded alone it is not the disk.',
    remedy: 'Flatten it: qemu-img convert -O qcow2 {path} COPY.',
    explain:
      'An image in Glance is one file. The part of the disk that is in the backing file would be missing, and a name ' +
      'of a backing file in an uploaded header has been used to read files of compute hosts (CVE-2015-5163, ' +
      'CVE-2024-32498). Current releases of Glance and Nova refuse such images.',
  },
  'disk-format': {
    severity: 'error',
    exit: EXIT.unresolved,
    message: '{disk}: Glance has no disk_format for {format}.',
    remedy: 'Let the plan make a copy: --disk-placement copy.',
    explain:
      'Glance takes ami, ari, aki, vhd, vhdx, vmdk, raw, qcow2, vdi, iso and ploop unless an operator changed the list. ' +
      'It does not name a format by its content: the format claimed has to be the right one.',
  },
  'fixed-vhd': {
    severity: 'error',
    exit: EXIT.unresolved,
    message: '{disk} is a fixed-size VHD, which Glance 2025.1 and later do not recognise as vhd.',
    remedy: 'Let the plan make a copy: --disk-placement copy.',
    explain:
      'A fixed VHD is a raw disk with a footer. The upload inspector looks at the first bytes, sees a partition table ' +
      'and answers 415 (Unsupported Media Type) because the claimed format does not match.',
  },
  'kernel-boot': {
    severity: 'error',
    exit: EXIT.unresolved,
    message: '{path} is started with a kernel of its own, for which it has to be a raw disk, not {format}.',
    remedy: 'Convert it and name the copy as SOURCE: qemu-img convert -O raw {path} COPY.',
    explain:
      'Nova starts a kernel from images of their own, named by id (kernel_id, ramdisk_id) on an image of disk_format ami. Glance and Nova take what is in an ami image for a raw disk.',
  },
  'wrapped-part': {
    severity: 'error',
    exit: EXIT.unresolved,
    message: '{disk} is a {part} inside {path}, and Nova starts one only from a file of its own.',
    remedy: 'Unpack it and name the file as SOURCE, or with --kernel or --initrd.',
    explain:
      'aki and ari images hold the bare kernel or RAM disk. What the plan makes of a wrapped disk is a qcow2 file, which no boot loader reads.',
  },
  architecture: {
    severity: 'warning',
    exit: EXIT.unresolved,
    message: 'Nova has no name for the architecture {architecture}: the image does not say which hosts it is for.',
    remedy: 'Keep it to hosts of that architecture by a trait of the flavor, or by an aggregate.',
    explain:
      'A value of hw_architecture outside of the list that Nova knows is answered with 400 when a server is created. So it is left out, and the scheduler would put the server on any host.',
  },
  'relative-path': {
    severity: 'error',
    exit: EXIT.usage,
    message: '{path} is not an absolute path of a file.',
    remedy: 'Copy the file to this machine and name it by its path.',
    explain:
      'The commands are run later and elsewhere than the planning, and an argument that starts with a dash would be an option.',
  },
  name: {
    severity: 'error',
    exit: EXIT.usage,
    message: 'Glance or its client does not take the image name {name}.',
    remedy: 'Choose another one with --name.',
    explain:
      'An image name has at most 255 characters, none of them outside the Basic Multilingual Plane (Glance answers 400). ' +
      'Control characters, marks that turn the direction of writing and a leading dash are refused here: a reader of the script would be misled by the former, and the command line client takes the latter for an option.',
  },
  path: {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The path {path} holds a control character or one that turns the direction of writing.',
    remedy: 'Rename the file.',
    explain:
      'The path is printed into a script that people read before they run it; such a character can hide a part of it.',
  },
  property: {
    severity: 'error',
    exit: EXIT.unresolved,
    message: 'Glance does not take the image property {property} or its value.',
    remedy: 'Change what {property} is derived from.',
    explain:
      'Property values are strings. Glance refuses characters outside the Basic Multilingual Plane, and NUL and newline ' +
      'do not survive every client. An image has at most 128 properties (image_property_quota). A property that is called like an attribute would change that: --property name=X renames the image.',
  },
  combination: {
    severity: 'error',
    exit: EXIT.unresolved,
    message: 'Nova cannot use the image property {property} without {needs}.',
    remedy: 'Decide otherwise on the key behind {property}: vm-import explain KEY shows who asked for it.',
    explain:
      'Glance stores any properties. Nova looks at them only when a server is created, and then refuses the image or ' +
      'fails on the compute host. So the combinations are checked before anything is uploaded.',
  },
  'no-disk': {
    severity: 'error',
    exit: EXIT.unresolved,
    message: 'There is no disk to make an image of.',
    remedy: 'Name a disk image as SOURCE.',
    explain: 'A machine without a disk leaves nothing to upload: Glance holds images of disks.',
  },
  'cdrom-left-out': {
    severity: 'warning',
    exit: EXIT.denied,
    message: '{cdrom} ({path}) is not part of the images.',
    remedy: 'Upload it as an image with disk_format iso and attach it as a volume.',
    explain: 'An image is one disk. Nova has no property that puts a second medium into a server.',
  },
  encrypted: {
    severity: 'warning',
    exit: EXIT.unresolved,
    message: '{disk} ({path}) is encrypted: Nova does not boot it without the key.',
    remedy: 'Upload it decrypted, or import it as an encrypted volume.',
    explain:
      'An image that Glance takes is not one that Nova can start: it has no passphrase for a LUKS image that somebody made elsewhere.',
  },
  'extended-l2': {
    severity: 'error',
    exit: EXIT.unresolved,
    message: '{disk} ({path}) has extended L2 entries, which Glance refuses.',
    remedy: 'Let the plan make a copy: --disk-placement copy.',
    explain:
      'oslo.utils, which Glance and Nova inspect uploads with, knows the incompatible feature bits 0 to 3 only. Extended L2 (bit 4) is a valid feature of qemu, but the upload is answered with 415 (Unsupported Media Type).',
  },
});
