import { defineDiagnostics } from '../../diagnostics/index.ts';

/** Findings about the output of libguestfs's virt-inspector. */
export const diagnostics = defineDiagnostics('virt-inspector', {
  malformed: {
    severity: 'error',
    exit: 3,
    message: 'This is no output of virt-inspector: {problem}.',
    remedy: 'Make it again: virt-inspector --format=qcow2 -a DISK > FILE.xml.',
    explain:
      'virt-inspector prints one XML document with the root operatingsystems. An empty or cut file is what is left when it failed.',
  },
  'no-system': {
    severity: 'warning',
    exit: 3,
    message: 'virt-inspector found no operating system on the disk.',
    remedy: 'Name it with --os ID if there is one; a data disk has none.',
    explain:
      'libguestfs looks for the root file system of systems that it knows. Encrypted disks, appliances with a layout of their own and data disks have none that it finds.',
  },
  'several-systems': {
    severity: 'warning',
    exit: 3,
    message: 'virt-inspector found {count} operating systems ({names}); none of them was preferred.',
    remedy: 'Say with --os ID which one the machine is for.',
    explain:
      'A disk can hold several systems beside each other, and which of them starts is decided in its boot menu. A machine that suits one may lack the drivers of another. What all of them have in common was used.',
  },
});
