import type { TargetOutcome } from '../facts/index.ts';

const KINDS = ['kept', 'changed', 'dropped', 'inexpressible'] as const satisfies readonly TargetOutcome['outcome'][];

/** What a target does not take as it was decided, then what it keeps; otherwise in the order of the decisions. */
export function lostFirst(outcomes: readonly TargetOutcome[]): readonly TargetOutcome[] {
  return outcomes.toSorted((a, b) => Number(a.outcome === 'kept') - Number(b.outcome === 'kept'));
}

/** `34 kept, 2 inexpressible`: every decided key is among them. */
export function outcomeTally(outcomes: readonly TargetOutcome[]): string {
  return KINDS.map((kind) => [outcomes.filter(({ outcome }) => outcome === kind).length, kind] as const)
    .filter(([count, kind]) => count > 0 || kind === 'kept')
    .map(([count, kind]) => `${count} ${kind}`)
    .join(', ');
}
