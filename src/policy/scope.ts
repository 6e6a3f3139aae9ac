import type { Evidence, Value } from '../facts/index.ts';
import { KEY_NAMES, parseKeyPath } from '../facts/index.ts';
import { Meter } from './cel/meter.ts';

/** What the conditions of a rule may look at. */
export interface VoteContext {
  readonly evidence: Evidence;
  /** Short-id of the settled operating system; null while unknown. */
  readonly os: string | null;
  /** The settled architecture; null while unknown. */
  readonly architecture: string | null;
  /** What the plan is made for: rules for other targets are skipped. Absent: no rule is. */
  readonly targets?: readonly string[];
}

export interface VerifyContext extends VoteContext {
  /** Decided values by key path, as in `Plan.values`. */
  readonly plan: Readonly<Record<string, Value>>;
}

/** The variables of CEL for one image and one phase, and the steps that the expressions have left for it. */
export interface Scope {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly meter: Meter;
}

export function voteScope(context: VoteContext): Scope {
  const { evidence, os, architecture } = context;
  const { disks, nics } = evidence;
  // nothing is copied: CEL reads the evidence as it is
  return { variables: { evidence, disks, nics, os: os ?? '', architecture: architecture ?? '' }, meter: new Meter() };
}

export function verifyScope(context: VerifyContext): Scope {
  const { variables, meter } = voteScope(context);
  return { variables: { ...variables, plan: new PlanFacts(context.plan) }, meter };
}

/**
 * The plan by key. Every key of the vocabulary is there, null when nobody decided it, and a key of a device that this
 * machine does not have is as undecided as any other.
 */
class PlanFacts extends Map<string, Value | null> {
  constructor(plan: Readonly<Record<string, Value>>) {
    super();
    for (const key of KEY_NAMES) this.set(key, null);
    for (const [path, value] of Object.entries(plan)) this.set(path, value);
  }

  override get(path: string): Value | null | undefined {
    const decided = super.get(path);
    if (decided !== undefined || typeof path !== 'string') return decided;
    return parseKeyPath(path) === undefined ? undefined : null;
  }
}
