/** Policies: loading them, and what they say. Start here; nothing below loads a YAML parser, zod or CEL by itself. */
export { policyPlace } from './diagnostics.ts';
export { checkOf, settlingVotes, verify, vote } from './engine.ts';
export { type ListedSeverity, listPolicy } from './listing.ts';
export { compilePolicies, loadPolicies, PRESET_NAMES, ruleIds } from './load.ts';
export type { Effect, EffectiveRule, LoadedPolicy, Place, Policy, PolicyIo } from './policy.ts';
export { changeSeverities, ownSeverities } from './severities.ts';
export { compareTrial } from './trial.ts';
export { applyWaivers, parseMoment, underLocks, type Waiver, type Waiving } from './waivers/index.ts';
