/** The settings of a policy that are not rules. */
export interface PolicySettings {
  /** How far the image's `required` and `forbidden` bind. */
  readonly trustHints: 'honour' | 'recommend' | 'ignore';
  /** What required hints of several disks that contradict each other lead to, when nothing shows which disk boots. */
  readonly disagreement: 'unresolved' | 'warn' | 'boot-disk-wins';
  readonly backingFiles: 'refuse' | 'below-source';
  /** Which OS database answers: the package's own, the one installed on this machine, or the newer of both. */
  readonly osinfo: 'embedded' | 'installed' | 'newest';
}

export const DEFAULT_SETTINGS: PolicySettings = {
  trustHints: 'honour',
  disagreement: 'unresolved',
  backingFiles: 'refuse',
  osinfo: 'embedded',
};

/**
 * What came of one rule. `passed`: it looked and found nothing. `failed`: it raised a finding (whose severity, waiver
 * and audit mark say what that means). `applied`: it voted. `not-applied`: a voting rule whose condition did not hold.
 * `error`: its condition could not be evaluated. `skipped`: it is for other targets, or the run ended before it.
 */
export const RULE_OUTCOMES = ['passed', 'failed', 'applied', 'not-applied', 'error', 'skipped'] as const;
export type RuleOutcome = (typeof RULE_OUTCOMES)[number];

/** One rule of the policy and what came of it. */
export interface RuleCheck {
  readonly rule: string;
  readonly title: string | null;
  readonly phase: 'vote' | 'verify';
  readonly outcome: RuleOutcome;
  /** What the rule says about its effects, filled in; null where it says nothing or did not apply. */
  readonly message: string | null;
  /** In audit mode: it has no say. */
  readonly audited: boolean;
  /** The policy and `line:column` inside it. */
  readonly uri: string;
  readonly pointer: string;
  readonly docs: string | null;
  readonly tags: readonly string[];
}
