import { describeDemand, describeSource } from '../facts/describe-vote.ts';
import type { LossReason, Obstacle, PolicySettings, Vote } from '../facts/index.ts';
import type { Constraint } from './constraint.ts';

/** Why a value, or a whole vote, does not hold. */
export interface Removal {
  readonly why: LossReason;
  /** Null where rank alone decided. */
  readonly obstacle: Obstacle | null;
  /** Set when a requirement removed it: its rank tells a vote that lost whether it was outranked or only weaker. */
  readonly requiredAt?: number;
}

/** Another vote stands in the way. */
export function byVote(why: LossReason, vote: Vote): Removal {
  const { origin, rule, uri, pointer } = vote;
  return { why, obstacle: { kind: origin, id: rule, reason: describeDemand(vote), uri, pointer } };
}

/**
 * Rows and host documents. `given` are the values of other keys that were fixed when the value was tried, as
 * `secure-boot true`.
 */
export function byConstraints(constraints: readonly Constraint[], given: readonly string[]): Removal {
  const [first] = constraints;
  if (first === undefined) return { why: 'incompatible', obstacle: null };
  const here = given.length === 0 ? '' : ` (here: ${given.join(', ')})`;
  const reason = `${[...new Set(constraints.map((constraint) => constraint.reason))].join('; ')}${here}`;
  const { why, id } = first;
  if (why === 'host-cannot') return { why, obstacle: { kind: 'host', id: null, reason, uri: id, pointer: null } };
  const kind = why === 'no-driver' ? 'drivers' : 'compatibility';
  return { why, obstacle: { kind, id, reason, uri: null, pointer: null } };
}

export function byTrust(trust: PolicySettings['trustHints']): Removal {
  const reason = trust === 'ignore' ? 'the policy ignores hints' : 'the policy lets hints recommend, not forbid';
  return {
    why: 'untrusted',
    obstacle: { kind: 'trust', id: `trust.hints: ${trust}`, reason, uri: null, pointer: null },
  };
}

export function byBootDisk(disk: string): Removal {
  const reason = `${disk} is the disk that boots; the hints of the others count for their own device only`;
  return { why: 'weaker', obstacle: { kind: 'boot-disk', id: disk, reason, uri: null, pointer: null } };
}

/** What stands in the way, in a few words: a compatibility row, a host document, a vote. */
export function nameOf({ kind, id, reason, uri, pointer }: Obstacle): string {
  switch (kind) {
    case 'host':
      return uri ?? 'the host';
    case 'compatibility':
    case 'drivers':
    case 'trust':
      return id ?? reason;
    case 'boot-disk':
      return `boot disk ${id}`;
    default:
      return describeSource({ origin: kind, rule: id, uri, pointer });
  }
}
