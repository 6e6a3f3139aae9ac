/** Policies: loading them, and what they say. Start here; nothing below loads a YAML parser, zod or CEL by itself. */
export { checkOf, settlingVotes, verify, vote } from './engine.ts';
export { loadPolicies, PRESET_NAMES } from './load.ts';
export type { EffectiveRule, LoadedPolicy, Policy } from './policy.ts';
