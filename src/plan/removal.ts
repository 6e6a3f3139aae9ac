import { ORIGINS, type Origin, type Provenance } from '../diagnostics/index.ts';
import { describeDemand, describeSource } from '../facts/describe-vote.ts';
import type { LossReason, Obstacle, PolicySettings, Value, Vote } from '../facts/index.ts';
import type { Constraint } from './constraint.ts';

/** Why a value, or a whole vote, does not hold. */
export interface Removal {
  readonly why: LossReason;
  /** Null where rank alone decided. */
  readonly obstacle: Obstacle | null;
  /** Set when a requirement removed it: its rank tells a vote that lost whether it was outranked or only weaker. */
  readonly requiredAt?: number;
  /** Other keys whose values, fixed before it was tried, leave no room for it. */
  readonly given?: readonly string[];
}

/** Another vote stands in the way. */
export function byVote(why: LossReason, vote: Vote): Removal {
  const { origin, rule, uri, pointer } = vote;
  return { why, obstacle: { kind: origin, id: rule, reason: describeDemand(vote), uri, pointer } };
}

/** Rows and host documents. `fixed` are other keys, and the values they had when the value was tried. */
export function byConstraints(
  constraints: readonly Constraint[],
  fixed: readonly (readonly [path: string, value: Value])[],
): Removal {
  const telling = reasonsAmong(constraints);
  const [first] = telling;
  if (first === undefined) return { why: 'incompatible', obstacle: null };
  const { why, id } = first;
  // what a host document is about stands in its reason
  const values = fixed.map(([path, value]) => `${path} ${value}`).join(', ');
  const here = values === '' || why === 'host-cannot' ? '' : ` (here: ${values})`;
  const given = fixed.map(([path]) => path);
  const reason = `${[...new Set(telling.map((constraint) => constraint.reason))].join('; ')}${here}`;
  if (why === 'host-cannot')
    return { why, obstacle: { kind: 'host', id: null, reason, uri: id, pointer: null }, given };
  return { why, obstacle: { kind: 'compatibility', id, reason, uri: null, pointer: null }, given };
}

/** Those of a conflict that are reasons to people. */
export function reasonsAmong(constraints: readonly Constraint[]): readonly Constraint[] {
  const telling = constraints.filter(({ ground }) => ground !== true);
  return telling.length === 0 ? constraints : telling;
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

export const isVoter = (kind: Obstacle['kind']): kind is Origin => ORIGINS.some((origin) => origin === kind);

/** Where it stands, as the side of a finding. */
export function witnessOf({ kind, id, uri, pointer }: Obstacle): Provenance {
  if (isVoter(kind)) return { origin: kind, uri, pointer };
  switch (kind) {
    case 'host':
      return { origin: 'host', uri, pointer };
    case 'compatibility':
      return { origin: 'compatibility', uri: null, pointer: id };
    case 'drivers':
      return { origin: 'osinfo', uri, pointer };
    case 'trust':
    case 'boot-disk':
      return { origin: 'policy', uri: null, pointer: id };
  }
}
