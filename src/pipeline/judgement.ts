import type { Finding } from '../diagnostics/index.ts';
import { type Judgement, judge } from '../diagnostics/verdict.ts';
import type { Evidence } from '../facts/index.ts';
import * as policies from '../policy/index.ts';
import { loadWaivers } from './waivers.ts';

export interface JudgingOptions {
  readonly policy: policies.Policy;
  /** From `loadWaivers`; default: those that the policy names. */
  readonly waivers?: readonly policies.Waiver[];
  /** The time at which waivers have to be valid; default: the clock, which is read only if there are waivers. */
  readonly now?: Date;
  /** Warnings deny. */
  readonly strict?: boolean;
}

export interface Concluded {
  readonly findings: readonly Finding[];
  readonly judgement: Judgement;
}

type Subject = Pick<Evidence, 'machine' | 'sources' | 'disks'>;

/** The one place where findings get the severity and the waiver that they are judged by. */
export interface Judging {
  /** Evidence as reports see it, with nothing said about waivers. */
  readonly facts: (evidence: Evidence) => Evidence;
  /** Evidence as rules see it: neither waivers nor changes of severity make a difference to them. */
  readonly asked: (evidence: Evidence) => Evidence;
  /** Findings so far: waivers that were not needed are not told yet. */
  readonly apply: (findings: readonly Finding[], subject: Subject) => readonly Finding[];
  /** All findings there are. May be given what it returned, with more behind it. */
  readonly conclude: (findings: readonly Finding[], subject: Subject) => Concluded;
}

/** Severities first, then waivers, then the verdict. Each step can be repeated on its own result. */
export async function judging(options: JudgingOptions): Promise<Judging> {
  const { policy, strict = false } = options;
  const waivers = options.waivers ?? (await loadWaivers(policy));
  const now = waivers.length === 0 ? 0 : (options.now ?? new Date()).getTime();
  const settle = (found: readonly Finding[], subject: Subject, tell: policies.Waiving['tell']) =>
    policies.applyWaivers(policies.changeSeverities(found, policy.severities), { waivers, subject, now, tell });
  return {
    facts: (evidence) => ({ ...evidence, findings: settle(evidence.findings, evidence, 'nothing') }),
    asked: (evidence) => ({ ...evidence, findings: policies.ownSeverities(evidence.findings) }),
    apply: (findings, subject) => settle(findings, subject, 'so-far'),
    conclude: (found, subject) => {
      const findings = settle(found, subject, 'all');
      return { findings, judgement: judge(findings, { strict }) };
    },
  };
}
