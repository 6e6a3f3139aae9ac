import { defineDiagnostics, EXIT } from '../diagnostics/index.ts';

const WHOLE =
  'A saved evidence document is what `vm-import inspect --json` printed. It is read as strictly as an image: a document that was understood only in part could pass a policy that the image itself would not.';

/** What is wrong with a document of evidence that was saved by an earlier run. */
export const diagnostics = defineDiagnostics('evidence', {
  'too-large': {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The evidence document is larger than {limit} bytes.',
    remedy: 'Save what `vm-import inspect --json` prints for one machine into one file.',
    explain: WHOLE,
  },
  'not-json': {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The evidence document cannot be read: {reason}.',
    remedy: 'Save what `vm-import inspect --json` prints, all of it and nothing else.',
    explain: WHOLE,
  },
  'wrong-value': {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The evidence document is wrong here: {problem}.',
    remedy: 'Inspect the image again, with this version of vm-import.',
    explain: `${WHOLE} \`docs/schemas/evidence.schema.json\` describes the document. Beyond the schema, votes must be such as reading can give: an image has no say as a flag or a policy.`,
  },
  'unknown-finding': {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The evidence document has a finding that this version does not know: {problem}.',
    remedy: 'Inspect the image again, with this version of vm-import.',
    explain: `${WHOLE} What a finding leads to, and whether it concerns safety, is not taken from the document but from the catalogue of this version. A finding that is not in it cannot be judged.`,
  },
});
