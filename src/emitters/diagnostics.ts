import { defineDiagnostics } from '../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('target', {
  'not-expressed': {
    severity: 'warning',
    exit: 4,
    message: '{target} cannot express {key} {value}: {note}.',
    remedy: 'Leave {key} away for this target, or make up for it there by hand.',
    explain:
      'A flag or a policy forces a value that the target has no way to say. The plan keeps it and the artefact lacks it; the loss table of the report lists what each target keeps.',
  },
  unknown: {
    severity: 'error',
    exit: 2,
    message: 'There is no target {target}.',
    remedy: 'The targets are: {known}.',
    explain:
      'A target is what a plan is written for: domain XML, a script for OpenStack, a command line. docs/targets.md lists them.',
  },
});
