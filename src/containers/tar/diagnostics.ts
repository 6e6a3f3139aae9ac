import { defineDiagnostics } from '../../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('tar', {
  'bad-header': {
    severity: 'error',
    exit: 3,
    message: 'The tar archive has no valid header where one should be: {problem}.',
    remedy: "Fetch or copy the archive again, and compare its checksum with the publisher's.",
    explain:
      'Each entry of a tar archive begins with a block of 512 bytes that carries its own checksum. Where it does not hold, the archive is damaged there, or the size of the entry before was wrong, and nothing behind it can be trusted.',
  },
  'ambiguous-entry': {
    severity: 'error',
    exit: 3,
    safety: true,
    message: 'Programs disagree about how the tar entry {name} is to be read: {problem}.',
    remedy: 'Do not use the archive if you did not make it; if you did, pack it again with GNU tar or bsdtar.',
    explain:
      'There are headers that one program takes as the end of an entry and another as its beginning. An archive that holds one shows different files to the one that checks it and the one that uses it, so it is refused.',
  },
  truncated: {
    severity: 'error',
    exit: 3,
    message: 'The archive ends inside {name}: {missing} of its {size} bytes are missing.',
    remedy: "Fetch or copy the archive again, and compare its size and checksum with the publisher's.",
    explain:
      'The size in the header of the entry leads behind the end of the file. The download or copy was cut off, or the header lies. Entries before it are whole.',
  },
  'bad-sparse-map': {
    severity: 'error',
    exit: 3,
    message: 'The map of the sparse entry {name} is wrong: {problem}.',
    remedy: 'Do not use the archive if you did not make it; if you did, pack it again (tar --sparse).',
    explain:
      'A sparse entry stores only the pieces that hold data, with a map of where they belong. A map whose pieces overlap, go backwards, lie outside the file or add up to another size than what is stored cannot be right, and no file is made up from it.',
  },
  'no-end': {
    severity: 'warning',
    exit: 3,
    message: 'The archive ends without its two closing blocks of zeros.',
    remedy: "Compare its size and checksum with the publisher's: entries at its end may be missing.",
    explain:
      'A tar archive ends with two blocks of zeros. Some programs leave them out; after a download that was cut off between two entries they are missing too. GNU tar reads such an archive without a word or with a warning.',
  },
  'trailing-data': {
    severity: 'warning',
    exit: 3,
    message: 'There are {bytes} bytes behind the end of the archive, and not all of them are zeros.',
    remedy:
      'Find out how the file was made: two archives joined with cat need tar --ignore-zeros and are not read here.',
    explain:
      'Programs stop at the closing blocks and ignore what follows. A second archive behind the first is seen by some and not by others.',
  },
  empty: {
    severity: 'error',
    exit: 3,
    message: 'The archive holds no entry.',
    remedy: "Fetch it again and compare its size with the publisher's.",
    explain: 'The archive begins with its end: whoever made it packed nothing, or the file was blanked.',
  },
});
