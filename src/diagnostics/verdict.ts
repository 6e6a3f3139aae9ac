import { EXIT, type ExitStatus, type Finding } from './index.ts';

export const VERDICTS = ['allowed', 'denied', 'unresolved', 'unreadable'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Judgement {
  readonly verdict: Verdict;
  readonly exit: ExitStatus;
}

/** Which status wins where several apply (contract, section 2). */
const PRECEDENCE = [
  [EXIT.usage, 'denied'],
  [EXIT.input, 'unreadable'],
  [EXIT.denied, 'denied'],
  [EXIT.unresolved, 'unresolved'],
] as const;

/** Whether a finding has a say in the verdict. */
export function counts({ waiver, audited }: Pick<Finding, 'waiver' | 'audited'>): boolean {
  return waiver === null && !audited;
}

/** The one verdict over all findings that count; `strict` makes warnings deny. */
export function judge(findings: readonly Finding[], options: { readonly strict: boolean }): Judgement {
  const counting = findings.filter(counts);
  const exits = new Set<ExitStatus>(counting.filter(({ severity }) => severity === 'error').map(({ exit }) => exit));
  if (options.strict && counting.some(({ severity }) => severity === 'warning')) exits.add(EXIT.denied);
  for (const [exit, verdict] of PRECEDENCE) if (exits.has(exit)) return { verdict, exit };
  const [other] = exits;
  if (other !== undefined) return { verdict: 'denied', exit: other };
  return { verdict: 'allowed', exit: EXIT.ok };
}
