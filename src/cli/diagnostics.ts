import { defineDiagnostics } from '../diagnostics/index.ts';

/** What is wrong with a command line: every one of them leads to exit 2, before anything is read. */
export const diagnostics = defineDiagnostics('cli', {
  usage: {
    severity: 'error',
    exit: 2,
    message: '{problem}',
    remedy: '{hint}',
    explain: 'The command line asks for something that does not exist or does not fit together. Nothing was read.',
  },
  unwritable: {
    severity: 'error',
    exit: 2,
    message: 'The file {path} cannot be written ({reason}).',
    remedy: 'It takes a directory that exists, that you may write to, and that has room.',
    explain:
      'Output files are written beside their final name and then renamed, so a failure leaves an old file whole.',
  },
});
