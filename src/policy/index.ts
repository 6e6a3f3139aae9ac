/** Policies: loading them, and what they say. Start here; nothing below loads a YAML parser, zod or CEL by itself. */
export { diagnostics as policyDiagnostics } from './diagnostics.ts';
export type { Verdict } from './engine.ts';
export { settings, settlingVotes, verify, vote } from './engine.ts';
export { DEFAULT_POLICY, loadPolicies, PRESET_NAMES } from './load.ts';
export type {
  DocumentSummary,
  EffectiveRule,
  LoadedPolicy,
  Place,
  Policy,
  PolicyDocument,
  PolicyIo,
  Rule,
} from './policy.ts';
export type { VerifyContext, VoteContext } from './scope.ts';
