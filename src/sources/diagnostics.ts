import { defineDiagnostics } from '../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('source', {
  'not-found': {
    severity: 'error',
    exit: 3,
    message: 'There is no file {path}.',
    remedy: 'Check the spelling and the directory; a name from a shell pattern that matched nothing ends up here too.',
    explain:
      'The path does not lead to a file: a component of it is missing, is not a directory, or the last name is a symbolic link whose target is gone. Nothing was read.',
  },
  unreadable: {
    severity: 'error',
    exit: 3,
    message: 'The file {path} cannot be read ({reason}).',
    remedy:
      'Make it readable for the user who runs vm-import; an input/output error means that the storage below is failing.',
    explain:
      'The operating system refused to open or to read the file; the reason is what it says. vm-import reads with the rights of its user and never asks for more.',
  },
  'not-a-file': {
    severity: 'error',
    exit: 3,
    message: '{path} is a {kind}, not a file or a block device.',
    remedy: 'Name the disk image itself; to read a stream, save it to a file first.',
    explain:
      'A disk has to be read at any offset, several times. Only regular files and block devices can do that: a pipe or socket would hang or lose bytes, a character device may do something when it is opened, and a directory holds no bytes.',
  },
  'not-utf8': {
    severity: 'error',
    exit: 2,
    message: '{path} is not UTF-8: line {line} has the byte {byte} at column {column}.',
    remedy: 'Save it as UTF-8 (iconv -f latin1 -t utf8 makes UTF-8 of Latin-1; editors on Windows may write UTF-16).',
    explain:
      'Files that configure a run are read as UTF-8. Guessing another encoding, or putting replacement characters for what does not fit, would change names and conditions without a word: a rule that asks for one of them would never apply.',
  },
  'changed-while-read': {
    severity: 'error',
    exit: 3,
    message: '{path} became shorter while it was read: byte {offset} was there at the start and is gone.',
    remedy: 'Wait until whoever writes the file has finished (a download, a running guest), then try again.',
    explain:
      'The size is taken once, when the file is opened, and every offset is checked against it. A file that shrinks after that is being replaced or truncated by another program; what was read so far may mix two states of it.',
  },
});
