import { defineDiagnostics } from '../diagnostics/index.ts';

const REPRINT = 'Let vm-import print a corrected manifest, and put it in the place of this one.';

/** Findings about the list of digests (.mf) of a bundle, and about its signature (.cert). */
export const diagnostics = defineDiagnostics('manifest', {
  corrupt: {
    severity: 'error',
    exit: 3,
    objection: true,
    message: '{name} is not the file that the manifest lists: its {algorithm} is {actual}, listed is {listed}.',
    remedy: 'Fetch the bundle again. Where its publisher changed the file on purpose, the manifest has to be renewed.',
    explain:
      'The digest of the whole file was computed and differs from the listed one, so the file was damaged on its way, or was changed after the manifest was written. This is no question of spelling: the same line was read as a file name and a digest of the right length.',
  },
  'missing-entry': {
    severity: 'warning',
    exit: 3,
    message: 'The manifest does not list {name}, so nothing shows that the file is whole.',
    remedy: `${REPRINT} Compare the file with the publisher's own checksum first.`,
    explain:
      'The specification wants a digest of every file of the package in the manifest. Tools that add a file (an NVRAM, a read-me) or edit the descriptor afterwards forget it; some products then refuse the package.',
  },
  'missing-file': {
    severity: 'warning',
    exit: 3,
    message: 'The manifest lists {name} (line {line}), which is not in the bundle.',
    remedy: 'If the machine needs the file, fetch the bundle again; else remove the line.',
    explain:
      'A line for a file that is not there is left over when the file was renamed or removed, or shows that the bundle was cut off. Files that the descriptor needs are reported by their own finding.',
  },
  'not-checked': {
    severity: 'warning',
    exit: 3,
    message: 'The {algorithm} of {name} was not checked: the file is not stored in one piece.',
    remedy: 'Unpack the bundle and compare the digests there: sha1sum or sha256sum prints them.',
    explain:
      'Digests are computed in one pass over the bundle. A file inside a compressed or chunked bundle has to be unpacked for that, which is not done for a check.',
  },
  contradiction: {
    severity: 'warning',
    exit: 3,
    message: 'The lines {first} and {second} list different digests for {name}.',
    remedy: REPRINT,
    explain:
      'At most one of the two can be right. A file counts as whole when one of its lines has its digest, and as corrupt when none has.',
  },
  'unusable-line': {
    severity: 'warning',
    exit: 3,
    message: 'Line {line}, for {name}, cannot be used: {problem}.',
    remedy: REPRINT,
    explain:
      'The length of a digest follows from its algorithm: MD5 has 32 hexadecimal digits, SHA-1 has 40, SHA-256 has 64 and SHA-512 has 128. A digest of another length was cut off, or belongs to another algorithm than the line says. It is not guessed which.',
  },
  'unreadable-line': {
    severity: 'warning',
    exit: 3,
    message: 'Line {line} of the manifest is no entry and was left out ({count} such lines).',
    remedy: REPRINT,
    explain:
      'A manifest has lines like SHA256(disk.vmdk)= and a digest. Other spellings in use, with blanks beside the brackets or as sha256sum prints them, are read as well; this line is none of them.',
  },
  'disliked-spelling': {
    severity: 'warning',
    exit: 3,
    message:
      'Line {line} of the manifest {spelling}; some products refuse that ({who}), though the digests may be right.',
    remedy: `Nothing needs to be done here. ${REPRINT}`,
    explain:
      'The specification leaves room in the spelling of a line, and products do not all accept all of it: they then report a broken package although every file in it is whole. vm-import reads every spelling; the warning is for whoever hands the package on.',
  },
  weak: {
    severity: 'warning',
    exit: 3,
    message: 'The manifest uses MD5 (line {line}), which protects against accidents but not against a forger.',
    remedy: REPRINT,
    explain:
      'Two different files with the same MD5 can be made in seconds. The digests were compared; a match only shows that the file was not damaged by chance. OVF allows SHA-1, SHA-256 and SHA-512.',
  },
  empty: {
    severity: 'warning',
    exit: 3,
    message: 'The manifest lists no file.',
    remedy: REPRINT,
    explain: 'An empty manifest, or one in which no line can be read, proves nothing about the files of the bundle.',
  },
  'too-large': {
    severity: 'warning',
    exit: 3,
    message: 'The manifest has {size} bytes; the most that is read is {limit}. It was not read.',
    remedy: REPRINT,
    explain:
      'A manifest needs one short line for each file. A larger one is no manifest, or was made to harm its reader.',
  },
  'certificate-not-verified': {
    severity: 'info',
    exit: 3,
    message: 'The bundle is signed ({name}); the signature was not verified.',
    remedy: 'Verify it with openssl or ovftool against a certificate that you trust.',
    explain:
      'A .cert file holds the signature of the manifest and the certificate of the signer. Whether that certificate is to be trusted is a decision of the site; vm-import compares digests and says nothing about who wrote them.',
  },
});
