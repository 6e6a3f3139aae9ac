import type { DiagnosticSpec } from '../diagnostics/index.ts';
import { EXIT, isObjection } from '../diagnostics/index.ts';
import { wrap } from './wrap.ts';

/** What a finding means, what it leads to, and what a policy can do about it. */
export function argueCode(code: string, spec: DiagnosticSpec): string {
  const { explain } = spec;
  const lines = [
    code,
    ...wrap(consequence(spec), 2),
    ...power(code, spec).flatMap((text) => wrap(text, 2)),
    '',
    ...wrap(messageOf(code, spec), 2),
    '',
    ...wrap(explain),
    '',
    ...wrap(`What to do: ${remedyOf(code, spec)}`),
    ...example(code, spec),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** A template that is nothing but a blank says nothing: whose words come there does. */
function messageOf(code: string, { message }: DiagnosticSpec): string {
  if (message === '{message}') return "The rule's own message stands here.";
  return byRule(code) ? `${message} A message of the rule itself takes the place of these words.` : message;
}

function remedyOf(code: string, { remedy }: DiagnosticSpec): string {
  if (remedy !== '{remedy}') return remedy;
  return byRule(code)
    ? "the rule's own remedy stands there; a rule without one sends you to the image, or to whoever keeps the rule."
    : 'the finding says it, for it depends on what was found.';
}

const WORDS = { error: 'an error', warning: 'a warning', info: 'a note' } as const;

function consequence({ severity, exit }: DiagnosticSpec): string {
  const as = `leads to exit ${exit}`;
  switch (severity) {
    case 'error':
      return `${WORDS.error}: it ${as}, and nothing is emitted`;
    case 'warning':
      return `${WORDS.warning}: the import goes on; with --strict it leads to exit ${EXIT.denied}, and as an error it ${as}`;
    case 'info':
      return `${WORDS.info}: told in reports and with --verbose; as an error it ${as}`;
  }
}

/** Rules raise these, and a rule is named by its id. */
const byRule = (code: string) => code === 'policy/denied' || code === 'policy/warned' || code === 'policy/limit';
/** Of policies and waivers themselves: no policy can say that it counts less what is wrong with it. */
const ofPolicies = (code: string) => code.startsWith('policy/') || code.startsWith('waiver/');
const ofLint = (code: string) => code.startsWith('lint/');

const canWaive = (code: string, spec: DiagnosticSpec) => isObjection(spec) && !ofPolicies(code);
const canLower = (spec: DiagnosticSpec) => spec.safety !== true && (spec.severity !== 'error' || isObjection(spec));

function power(code: string, spec: DiagnosticSpec): string[] {
  if (byRule(code)) return ['its severity is that of the rule that raises it; a waiver names the rule, not the code'];
  if (ofLint(code)) return ['it is told by policy lint: no policy changes it, no waiver lifts it'];
  if (spec.safety === true) {
    const waiver = canWaive(code, spec) ? 'only a waiver that names this code lifts it' : 'no waiver lifts it';
    return [`it concerns safety: no policy changes its severity, and ${waiver}`];
  }
  if (!isObjection(spec)) return ['something is missing behind it: no policy makes it less, and no waiver lifts it'];
  if (ofPolicies(code)) return ['a policy can change its severity; no waiver lifts it'];
  return ['a policy can change its severity, and a waiver can lift it for the images it names'];
}

function example(code: string, spec: DiagnosticSpec): string[] {
  if (byRule(code) || ofLint(code)) return [];
  const { severity } = spec;
  const override = [
    '',
    'In a policy:',
    '',
    '  overrides:',
    `    ${code}: ${severity === 'error' ? 'warning' : 'error'}`,
  ];
  const waiver = [
    '',
    'In a waiver document (--waivers FILE):',
    '',
    '  schema: vm-import/waivers@1',
    '  waivers:',
    `    - code: ${code}`,
    spec.safety === true ? '      scope: { source: "/srv/images/web-*.qcow2" }' : '      scope: { name: "web-*" }',
    '      reason: why it is acceptable for these images',
    '      owner: who answers for it',
    '      expires: 2027-01-31',
  ];
  return [...(canLower(spec) ? override : []), ...(severity === 'info' || !canWaive(code, spec) ? [] : waiver)];
}
