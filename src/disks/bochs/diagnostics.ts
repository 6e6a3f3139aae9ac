import { defineDiagnostics } from '../../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('bochs', {
  unsupported: {
    severity: 'error',
    exit: 3,
    message: 'The file is a Bochs growing disk, which can only be converted.',
    remedy: 'Convert it: qemu-img convert -f bochs -O qcow2 IMAGE NEW.qcow2.',
    explain:
      'Bochs stores disks in its own growing, undoable and volatile formats. Only qemu-img reads the growing one; no hypervisor runs from it. It is named here, with its size, so that it is not taken for a raw disk, and converted by the tool that knows it.',
  },
  'bad-header': {
    severity: 'error',
    exit: 3,
    message: 'The file has no complete Bochs header: {problem}.',
    remedy: "Fetch or copy the image again, and compare its size and checksum with the publisher's.",
    explain:
      'The signature and the fields around it are all that is read of this format. Where they are cut off or say something impossible, the file is damaged or is something else.',
  },
});
