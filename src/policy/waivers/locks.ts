import { posix } from 'node:path';
import type { Place, Policy } from '../policy.ts';
import type { Waiver } from './waiver.ts';

/**
 * A locked rule cannot be weakened by a later policy, and so not by a waiver that a later one brings. `by` is the
 * policy that names the waiver; null is the command line, where whoever runs the import answers for it.
 */
export function underLocks(waiver: Waiver, by: string | null, policy: Policy): Waiver {
  // a lock that is only tried out holds nothing
  const rules = [...policy.rules, ...(policy.trial?.rules ?? [])];
  const rule = rules.find(({ id }) => id === waiver.rule);
  if (by === null || rule?.locked !== true || mayWaive(by, rule.lockedAt ?? rule, policy)) return waiver;
  return { ...waiver, powerless: 'the rule is locked, and the waiver comes from a policy after it' };
}

function mayWaive(by: string, { uri }: Place, policy: Policy): boolean {
  const files = (policy.trial ?? policy).documents.map((document) => document.uri);
  const [naming, locking] = [files.indexOf(by), files.indexOf(uri)];
  // waivers beside the drop-ins of a directory are named by the directory
  return naming < 0 ? posix.dirname(by) === posix.dirname(uri) : naming <= locking;
}
