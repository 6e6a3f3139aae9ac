import { defineDiagnostics } from '../diagnostics/index.ts';

const NEVER_AN_IMAGES =
  'A hint document travels with an image and is written by whoever made the image. It may describe what the guest needs; it may not name anything of the host. Such a hint is left out and reported, the rest of the document counts, and no policy can let it through: what it asks for belongs to the admin (a policy, a flag, or the domain XML itself).';

const MALFORMED =
  'A document that cannot be read for certain is not read at all: two readers that understand the same bytes differently would give two different machines. The image itself may be sound; only its hints are unusable.';

/** Findings of the hint document. Malformed documents end the run (exit 3); a hint that is refused never does. */
export const diagnostics = defineDiagnostics('hints', {
  'malformed-size': {
    severity: 'error',
    exit: 3,
    message: 'The hint document has {size} bytes; at most {limit} are read from this carrier.',
    remedy:
      'Shorten the document: drop long descriptions and extensions, or move it from the image header to a side-car.',
    explain: `${MALFORMED} A hint document holds 64 KiB at most, and 16 KiB inside a qcow2 header.`,
  },
  'malformed-encoding': {
    severity: 'error',
    exit: 3,
    message: 'The hint document is not UTF-8 text.',
    remedy: 'Save the document as UTF-8.',
    explain: `${MALFORMED} JSON is exchanged as UTF-8 (RFC 8259, section 8.1); a byte-order mark is tolerated, other encodings and broken sequences are not.`,
  },
  'malformed-json': {
    severity: 'error',
    exit: 3,
    message: 'The hint document is not valid JSON at line {line}, column {column}: {problem}.',
    remedy:
      'Correct the document; `vm-import hints validate` checks it. Comments and trailing commas are not part of JSON.',
    explain: `${MALFORMED} Numbers that no reader holds exactly and text that is not valid Unicode are refused as well.`,
  },
  'malformed-duplicate-key': {
    severity: 'error',
    exit: 3,
    message: 'The hint document says {name} twice (line {line}, column {column}).',
    remedy: 'Keep one of the two.',
    explain: `${MALFORMED} Most JSON readers silently keep the last of two equal names, some keep the first.`,
  },
  'malformed-collision': {
    severity: 'error',
    exit: 3,
    message: 'The hint document says {name} in both spellings, at {first} and at {second}.',
    remedy: 'Keep one of the two.',
    explain: `${MALFORMED} A hint can stand in the tree or in the flat dotted form; the two may be mixed, but not for the same hint, as nothing says which of them should hold.`,
  },
  'malformed-depth': {
    severity: 'error',
    exit: 3,
    message:
      'The hint document is nested deeper than {limit} levels or holds more than {values} values (line {line}, column {column}).',
    remedy: 'Flatten the document; only an extension can have got this deep or this large.',
    explain: `${MALFORMED} The limits keep a small file from costing its reader much time or memory.`,
  },
  'malformed-document': {
    severity: 'error',
    exit: 3,
    message: 'The hint document is {kind}, not a JSON object.',
    remedy: 'Start from the example in docs/hints.md; `vm-import hints schema` prints the JSON Schema.',
    explain: MALFORMED,
  },
  'malformed-version': {
    severity: 'error',
    exit: 3,
    message: 'The hint document does not say `"vmHints": 1`, but {found}.',
    remedy: 'Set "vmHints" to the number 1, the only version there is; a later version needs a later vm-import.',
    explain: `${MALFORMED} The version marker tells a hint document from any other JSON file and one version from the next. Only the flat form with \`qemu.\` names, which is older than the marker, is read without it.`,
  },
  'no-version': {
    severity: 'warning',
    exit: 1,
    message: 'The hint document has no "vmHints" version; it is read as version 1 because it uses `qemu.` names.',
    remedy: 'Add "vmHints": 1.',
    explain:
      'The flat dotted form was proposed before documents carried a version marker, so such documents exist without one.',
  },
  'unknown-key': {
    severity: 'warning',
    exit: 1,
    message: 'The hint document has an unknown member {name}; it is left out.',
    remedy: 'Use {suggestion}; names of your own go under "extensions" in reverse-DNS form.',
    explain:
      'Every name of the hint document is listed in docs/hints.md. An unknown one is left out rather than guessed at.',
  },
  'unknown-value': {
    severity: 'warning',
    exit: 1,
    message: 'The hint {key} has the unknown value {value}; it is left out.',
    remedy: 'Use one of: {expected}.',
    explain:
      'Every hint takes a closed set of values. The other values of the same list still count. When nothing is left of a required list, the requirement is void: check the image by hand.',
  },
  'unknown-driver': {
    severity: 'warning',
    exit: 1,
    message: 'The hint document names the unknown driver {name}; it is left out.',
    remedy: 'Use {suggestion}.',
    explain:
      'Drivers are named after the device they drive (virtio-blk, ahci), not after a kernel module or an .inf file, so that one name serves every operating system.',
  },
  'invalid-value': {
    severity: 'warning',
    exit: 1,
    message: 'The member {name} of the hint document is not {expected}; it is left out.',
    remedy: 'Give it the documented form; `vm-import hints schema` prints it.',
    explain: 'A member of the wrong type or form is left out; the rest of the document counts.',
  },
  'text-too-long': {
    severity: 'warning',
    exit: 1,
    message: 'The {name} of the hint document has {length} characters; at most {limit} are shown, so it is left out.',
    remedy: 'Shorten it.',
    explain: 'Texts from an image end up in domain XML and in lists on a terminal, so they are kept short.',
  },
  'extension-refused': {
    severity: 'warning',
    exit: 1,
    message: 'The extension {name} of the hint document is left out: {problem}.',
    remedy:
      'Use at most {count} extensions with reverse-DNS names (org.example.thing), each at most {size} bytes of JSON.',
    explain:
      'Extensions do nothing by themselves; they are handed to the policy. The limits keep a document from smuggling in data that is expensive or dangerous to handle.',
  },
  'image-link-inside': {
    severity: 'info',
    exit: 1,
    message: 'The hint document inside the image names the image it belongs to; that is not checked.',
    remedy: 'Leave "image" out of the document before storing it in an image.',
    explain:
      '"image" ties a document that lies beside a disk to that disk. Inside the image it proves nothing, and a digest can never be right there, as writing it changes the image.',
  },
  'refused-host-path': {
    severity: 'warning',
    exit: 1,
    message: 'The hint {name} is refused: an image may not name a file or a location on the host.',
    remedy: 'Remove it from the document. An admin gives such a path by flag or policy.',
    explain: `${NEVER_AN_IMAGES} A path chosen by an image could expose any file of the host to the guest.`,
  },
  'refused-back-end': {
    severity: 'warning',
    exit: 1,
    message: 'The hint {name} is refused: an image may not choose the host side of a device.',
    remedy: 'Remove it from the document. Networks, consoles and storage back ends are set by flag or policy.',
    explain: `${NEVER_AN_IMAGES} Front ends (which model the guest sees) are an image's business, back ends (what it is connected to) are not.`,
  },
  'refused-address': {
    severity: 'warning',
    exit: 1,
    message: 'The hint {name} is refused: an image may not choose MAC, PCI or other device addresses.',
    remedy: 'Remove it from the document. An admin sets it by policy or with --set nic-mac.nic0=...',
    explain: `${NEVER_AN_IMAGES} The same image is started many times; a fixed address collides with the second copy.`,
  },
  'refused-emulator-argument': {
    severity: 'warning',
    exit: 1,
    message: 'The hint {name} is refused: an image may not pass arguments to the emulator.',
    remedy: 'Remove it from the document. Say what the guest needs under "hardware" instead.',
    explain: `${NEVER_AN_IMAGES} Emulator arguments can read and write any file and open any socket of the host.`,
  },
  'refused-firmware-code': {
    severity: 'warning',
    exit: 1,
    message: 'The hint {name} is refused: an image may not bring or choose firmware code.',
    remedy: 'Remove it and say "firmware": ["uefi"] instead; the host picks the build.',
    explain: `${NEVER_AN_IMAGES} Firmware runs with the guest but comes from the host, which updates it for security.`,
  },
  'refused-host-choice': {
    severity: 'warning',
    exit: 1,
    message: "The hint {name} is refused: that is the admin's choice, not the image's.",
    remedy: 'Remove it from the document. An admin sets it by flag or policy.',
    explain: `${NEVER_AN_IMAGES} Accelerator, CPU model, placement, remote display, names and UUIDs depend on the host the guest happens to run on.`,
  },
  'refused-machine-version': {
    severity: 'warning',
    exit: 1,
    message: 'The machine type {value} is refused: an image names a family, never a version.',
    remedy: 'Write "{family}" instead. Only a policy may pin a versioned machine type.',
    explain:
      'Versioned machine types are tied to one emulator build and to the distribution that made it: pc-q35-rhel9.4.0 does not exist outside RHEL, and old versions are removed over time. An image that could choose one could also choose an old, vulnerable one.',
  },
  'side-car-not-a-file': {
    severity: 'warning',
    exit: 1,
    message: 'The side-car {path} is not a regular file; it is not read.',
    remedy: 'Give its target with --hints if you trust it.',
    explain:
      'A side-car is found by its name beside the image, not named by the user. A symbolic link there could lead anywhere, so only a regular file is read.',
  },
  'image-not-verified': {
    severity: 'info',
    exit: 1,
    message: 'The hint document names the digest of {disk}; it was not compared.',
    remedy: 'Pass --verify listed to read the whole disk and compare.',
    explain:
      'A whole disk is read only when asked for. Until then nothing shows that the document belongs to the disk.',
  },
  'wrong-image': {
    severity: 'error',
    exit: 3,
    safety: true,
    objection: true,
    message: 'The hint document belongs to another image: {disk} has the digest {digest}.',
    remedy: 'Find the document of this image, or leave the document away.',
    explain:
      'A document beside a disk can name the digest of the disk that it describes. It differs, so the disk was changed or the documents were swapped.',
  },
});
