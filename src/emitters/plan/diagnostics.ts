import { defineDiagnostics, EXIT } from '../../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('plan-document', {
  'not-json': {
    severity: 'error',
    exit: EXIT.input,
    message: 'The plan is not JSON: {reason}.',
    remedy: 'Write it anew: vm-import SOURCE --emit plan -o FILE.',
    explain:
      'A plan document is the JSON that --emit plan writes; other text cannot be carried out, and nothing of it is guessed.',
  },
  invalid: {
    severity: 'error',
    exit: EXIT.input,
    message: 'The plan document is wrong at {pointer}: {reason}.',
    remedy: 'Write it anew: vm-import SOURCE --emit plan -o FILE.',
    explain:
      'A plan document has the schema vm-import/plan@1. Unknown fields, keys and values are refused, because a plan is ' +
      'carried out as it stands.',
  },
});
