import type { DiagnosticSpec } from '../diagnostics/index.ts';
import { EXIT } from '../diagnostics/index.ts';
import { wrap } from './wrap.ts';

/** What a finding means, what it leads to, and what a policy can do about it. */
export function argueCode(code: string, spec: DiagnosticSpec): string {
  const { message, explain, remedy } = spec;
  const lines = [
    code,
    ...wrap(consequence(spec), 2),
    ...power(code, spec).flatMap((text) => wrap(text, 2)),
    '',
    ...wrap(message, 2),
    '',
    ...wrap(explain),
    '',
    ...wrap(`What to do: ${remedy}`),
    ...example(code, spec),
  ];
  return lines.map((line) => `${line}\n`).join('');
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

const byRule = (code: string) => code === 'policy/denied' || code === 'policy/warned' || code === 'policy/limit';
/** Findings of what was asked for, not of an image: the run has not begun when they are raised. */
const beforeTheRun = ({ severity, exit }: DiagnosticSpec) => severity === 'error' && exit === EXIT.usage;

function power(code: string, spec: DiagnosticSpec): string[] {
  if (byRule(code)) return ['its severity is that of the rule that raises it; a waiver names the rule, not the code'];
  if (beforeTheRun(spec))
    return ['it is about what was asked for, not about an image: no policy changes it, no waiver lifts it'];
  if (spec.safety === true) {
    return ['it concerns safety: no policy changes its severity, and only a waiver that names this code lifts it'];
  }
  return ['a policy can change its severity, and a waiver can lift it for the images it names'];
}

function example(code: string, spec: DiagnosticSpec): string[] {
  if (byRule(code) || beforeTheRun(spec)) return [];
  const { severity, safety } = spec;
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
    '      scope: { name: "web-*" }',
    '      reason: why it is acceptable for these images',
    '      owner: who answers for it',
    '      expires: 2027-01-31',
  ];
  return [...(safety === true ? [] : override), ...(severity === 'info' ? [] : waiver)];
}
