import { defineDiagnostics } from '../diagnostics/index.ts';

const WHAT =
  'Other programs are run without a shell, with nothing on their standard input, with a few variables of the environment only, for a limited time and with limited output.';

/** Findings of programs that are run. */
export const diagnostics = defineDiagnostics('exec', {
  missing: {
    severity: 'error',
    exit: 2,
    message: 'The program {program} is not installed.',
    remedy: '{remedy}',
    explain: `${WHAT} It is looked for in the directories of PATH.`,
  },
  'not-run': {
    severity: 'error',
    exit: 2,
    message: 'The program {program} cannot be run ({reason}).',
    remedy: 'Look at the file that `command -v {program}` names.',
    explain: WHAT,
  },
  failed: {
    severity: 'error',
    exit: 2,
    message: '{command} failed ({how}): {said}.',
    remedy: 'Run the command yourself; what it complains of is beyond vm-import.',
    explain: WHAT,
  },
  'timed-out': {
    severity: 'error',
    exit: 2,
    message: '{command} did not answer within {seconds} seconds and was stopped.',
    remedy: 'Run the command yourself: a connection that asks for a password or a host key never answers here.',
    explain: WHAT,
  },
  'too-much-output': {
    severity: 'error',
    exit: 2,
    message: '{command} printed more than {limit} bytes and was stopped.',
    remedy: 'Run the command yourself and look at what it prints; it may not be the program you think it is.',
    explain: WHAT,
  },
});
