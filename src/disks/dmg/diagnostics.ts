import { defineDiagnostics } from '../../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('dmg', {
  unsupported: {
    severity: 'error',
    exit: 3,
    message: 'The file is a Apple disk image (UDIF, .dmg), which can only be converted.',
    remedy: 'Convert it: qemu-img convert -f dmg -O qcow2 IMAGE NEW.qcow2.',
    explain:
      'An Apple disk image keeps its table of compressed chunks in an XML property list that the trailer at the end of the file points to. No hypervisor runs from it; qemu-img reads the kinds with zlib, and with bzip2 or lzfse where these are built in.',
  },
  'bad-trailer': {
    severity: 'error',
    exit: 3,
    message: 'The file has no complete UDIF trailer: {problem}.',
    remedy: "Fetch or copy the image again, and compare its size and checksum with the publisher's.",
    explain:
      'The signature and the fields around it are all that is read of this format. Where they are cut off or say something impossible, the file is damaged or is something else.',
  },
});
