import { defineDiagnostics } from '../../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('cloop', {
  unsupported: {
    severity: 'error',
    exit: 3,
    message: 'The file is a compressed loop image (cloop), which can only be converted.',
    remedy: 'Convert it: qemu-img convert -f cloop -O qcow2 IMAGE NEW.qcow2.',
    explain:
      'A compressed loop image is a read-only block device of live systems such as Knoppix: a shell script, then blocks in zlib. It usually holds a file system, not a disk. No hypervisor runs from it; qemu-img reads version 2 of it.',
  },
  'bad-header': {
    severity: 'error',
    exit: 3,
    message: 'The file has no complete cloop header: {problem}.',
    remedy: "Fetch or copy the image again, and compare its size and checksum with the publisher's.",
    explain:
      'The signature and the fields around it are all that is read of this format. Where they are cut off or say something impossible, the file is damaged or is something else.',
  },
});
