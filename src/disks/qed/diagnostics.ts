import { defineDiagnostics } from '../../diagnostics/index.ts';

const DAMAGED =
  "The file is damaged or was made to harm its reader: fetch it again and compare it with the publisher's checksum.";

export const diagnostics = defineDiagnostics('qed', {
  deprecated: {
    severity: 'warning',
    exit: 3,
    message: 'QED is a retired format that OpenStack refuses.',
    remedy: 'Convert the image: qemu-img convert -f qed -O qcow2 IMAGE NEW.qcow2.',
    explain:
      'QED was an experiment of 2010 whose ideas went into qcow2 version 3. qemu still reads it, but its own documentation advises against it, distributions leave the driver out of the hypervisor, and oslo.utils bans it, so Glance, Nova and Cinder refuse it.',
  },
  'truncated-header': {
    severity: 'error',
    exit: 3,
    message: 'The file ends inside its QED header: {needed} bytes are needed, {size} are there.',
    remedy: 'Fetch or copy the image again: only its first bytes arrived.',
    explain: 'The signature is there but the header that has to follow it, 64 bytes, is not complete.',
  },
  'bad-header': {
    severity: 'error',
    exit: 3,
    message: 'The header field {field} holds {value}, but {rule}.',
    remedy: DAMAGED,
    explain:
      'qemu makes the same check when it opens the image and would refuse it too. A header with one impossible field cannot be trusted in its others.',
  },
  'unknown-feature': {
    severity: 'error',
    exit: 3,
    message: 'The image uses features that are not known: {features}.',
    remedy: 'Convert the image to qcow2 with the tool that wrote it.',
    explain:
      'A bit in the field features says that a program which does not know it must not open the image. Bits 0 to 2 are defined (backing file, need check, backing file is raw), and no more will be.',
  },
  'bad-name': {
    severity: 'error',
    exit: 3,
    message: 'The name of the backing file in the header is not usable: {problem}.',
    remedy: DAMAGED,
    explain:
      'The name has a length and no terminator. A name with a NUL byte reads differently in C programs, which stop there, than in others, and a name that is not UTF-8 cannot be written into libvirt XML or JSON.',
  },
  'need-check': {
    severity: 'warning',
    exit: 3,
    message: 'The image was not closed cleanly, or is in use.',
    remedy: 'Make sure that nobody uses it, then run qemu-img check -r all IMAGE.',
    explain:
      'Feature bit 1 is set while tables are changed and cleared when they are consistent again. If it stays behind, clusters may be lost or tables half written; qemu repairs them when it opens the image for writing.',
  },
  'bad-cluster': {
    severity: 'error',
    exit: 3,
    message: 'The {entry} for guest offset {offset} is wrong: {problem}.',
    remedy: DAMAGED,
    explain:
      'Guest clusters are found through the L1 and L2 tables. The entry points to no place in the file where a table or a cluster can be; qemu reports the image as corrupt at this point.',
  },
});
