import { defineDiagnostics, EXIT } from '../../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('openstack', {
  'inside-archive': {
    severity: 'error',
    exit: EXIT.denied,
    message: '{disk} lies inside {path}, and Glance takes whole files only.',
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
    remedy: 'Convert it: qemu-img convert -O qcow2 {path} COPY.',
    explain:
      'Glance takes ami, ari, aki, vhd, vhdx, vmdk, raw, qcow2, vdi, iso and ploop unless an operator changed the list. ' +
      'It does not name a format by its content: the format claimed has to be the right one.',
  },
  'fixed-vhd': {
    severity: 'error',
    exit: EXIT.unresolved,
    message: '{disk} is a fixed-size VHD, which Glance 2025.1 and later do not recognise as vhd.',
    remedy: 'Convert it: qemu-img convert -f vpc -O qcow2 {path} COPY.',
    explain:
      'A fixed VHD is a raw disk with a footer. The upload inspector looks at the first bytes, sees a partition table ' +
      'and answers 415 (Unsupported Media Type) because the claimed format does not match.',
  },
  'kernel-boot': {
    severity: 'error',
    exit: EXIT.unresolved,
    message: 'Direct kernel boot cannot be written for OpenStack.',
    remedy: 'Import a disk with a boot loader, or leave --kernel out.',
    explain:
      'Nova starts a kernel only from Glance images that are named by id (kernel_id, ramdisk_id) on an AMI-style image. ' +
      'The ids exist only after an upload, and Nova deprecates the AMI formats.',
  },
  name: {
    severity: 'error',
    exit: EXIT.usage,
    message: 'Glance or its client does not take the image name {name}.',
    remedy: 'Choose another one with --name.',
    explain:
      'An image name has at most 255 characters, none of them outside the Basic Multilingual Plane (Glance answers 400). ' +
      'Control characters and a leading dash are refused here: the command line client takes the latter for an option.',
  },
  path: {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The path {path} holds a control character.',
    remedy: 'Rename the file.',
    explain:
      'The path is printed into a script that people read before they run it; a control character can hide a part.',
  },
  property: {
    severity: 'error',
    exit: EXIT.unresolved,
    message: 'Glance does not take the value of the image property {property}.',
    remedy: 'Change what {property} is derived from.',
    explain:
      'Property values are strings. Glance refuses characters outside the Basic Multilingual Plane, and NUL and newline ' +
      'do not survive every client. An image has at most 128 properties (image_property_quota).',
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
    remedy: 'Convert it: qemu-img convert -O qcow2 {path} COPY.',
    explain:
      'oslo.utils, which Glance and Nova inspect uploads with, knows the incompatible feature bits 0 to 3 only. Extended L2 (bit 4) is a valid feature of qemu, but the upload is answered with 415 (Unsupported Media Type).',
  },
});
