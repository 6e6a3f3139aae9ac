import { defineDiagnostics } from '../../diagnostics/index.ts';

/** Findings about the configuration and the manifest of an OCI image. */
export const diagnostics = defineDiagnostics('oci-labels', {
  malformed: {
    severity: 'error',
    exit: 3,
    message: 'The configuration of the image cannot be read: {problem}.',
    remedy: 'Fetch the image again, and compare its digest with that of the registry.',
    explain:
      'Every OCI or Docker image has a configuration in JSON with its architecture, its environment and its labels. Nothing can be said about an image whose configuration is broken.',
  },
  'unreadable-manifest': {
    severity: 'warning',
    exit: 3,
    message: 'The annotations of the image were left out: its manifest cannot be read ({problem}).',
    remedy: 'Fetch the image again, and compare its digest with that of the registry.',
    explain:
      'Annotations are in the manifest of an image, labels and environment in its configuration. The latter were read.',
  },
  'unknown-architecture': {
    severity: 'warning',
    exit: 3,
    message: 'The image is for the architecture {name}, which is not known here.',
    remedy: 'Give it with --set architecture=NAME if the machine is of a known one.',
    explain:
      'Images name their architecture as the Go compiler does: amd64, arm64, ppc64le, s390x, riscv64. Images of machines sometimes have the architecture of the computer that built them.',
  },
  'bootable-container': {
    severity: 'warning',
    exit: 3,
    message: 'The image is a bootable container ({label}), not a disk: its layers are the files of a system.',
    remedy: 'Make a disk image of it with bootc-image-builder, then import that.',
    explain:
      'Images for bootc hold a kernel and a root file system to be installed on a machine. KubeVirt and its importer refuse them too. A containerDisk holds one file below disk/, which is a disk image.',
  },
});
