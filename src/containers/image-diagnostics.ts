import { defineDiagnostics } from '../diagnostics/index.ts';

/** Findings about container images, however they are stored. */
export const diagnostics = defineDiagnostics('image', {
  'bad-document': {
    severity: 'error',
    exit: 3,
    message: '{name} of the container image is malformed: {problem}.',
    remedy: 'Save or copy the image again (skopeo copy), and do not edit it by hand.',
    explain:
      'The documents of an image (index, manifest, configuration) are JSON of a known form. One that is not cannot say which layers the image has.',
  },
  'missing-blob': {
    severity: 'error',
    exit: 3,
    message: 'The container image names {name}, which is not there.',
    remedy: 'Copy the image again as a whole: skopeo copy SOURCE oci:DIRECTORY.',
    explain:
      'An index, manifest or layer that is named must be in the directory or archive. Copies of one platform out of many, or copies that were cut off, lack some.',
  },
  'blob-size': {
    severity: 'error',
    exit: 3,
    message: '{name} has {size} bytes, and the document that names it says {said}.',
    remedy: 'Copy the image again; do not use it if you do not know where it comes from.',
    explain: 'The size is part of the reference, so that a reader knows what to expect before it reads.',
  },
  'digest-mismatch': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: '{name} does not have the digest by which it is named.',
    remedy: 'Copy the image again; do not use it if you do not know where it comes from.',
    explain:
      'Files of an image are named by a digest over their bytes. Where it does not hold, the file was damaged or replaced. It is checked for every document; layers are checked with --verify all, since that reads all of them.',
  },
  'several-images': {
    severity: 'error',
    exit: 3,
    message: 'There are several container images: {names}.',
    remedy:
      'Name one behind the path (oci:DIR:TAG, docker-archive:FILE:NAME:TAG), or choose with --set architecture=....',
    explain:
      'A directory or archive can hold many images, and one image can be there for several architectures. Which one is meant is not guessed.',
  },
  'no-such-image': {
    severity: 'error',
    exit: 3,
    message: 'There is no container image {wanted}; there is: {names}.',
    remedy: 'Choose one of those, by tag behind the path or with --set architecture=....',
    explain: 'The name behind the path, or the architecture, leaves none of the images that are there.',
  },
  'index-too-deep': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The indexes of the container image are nested deeper than {limit}, or name more than {many} images.',
    remedy: 'Name the manifest that is meant by copying it out: skopeo copy --override-arch ARCH.',
    explain: 'An index can name other indexes. A bound keeps hostile ones from keeping the reader busy.',
  },
  'too-many-layers': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'The container image has {count} layers; no container engine runs more than {limit}.',
    remedy: 'Squash the image where it is built.',
    explain: 'Overlay file systems stop at about 128 layers. More of them only keep a reader busy.',
  },
  'layer-not-readable': {
    severity: 'error',
    exit: 3,
    message: 'Layer {number} of the container image cannot be read: {problem}.',
    remedy:
      'Decrypt or rebuild the image with plain layers (skopeo copy --decryption-key, --dest-compress-format gzip).',
    explain:
      'A layer is a tar archive, plain or compressed with gzip or zstd. Encrypted layers need a key; layers that are only a URL are not fetched.',
  },
});
