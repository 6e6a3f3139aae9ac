/**
 * The stages in their order. Each one takes what the one before it gave and can be used alone: `inspect` reads,
 * `plan` decides, `emit` writes. Nothing here prints, exits, or looks at the network; the clock is read only to tell
 * whether a waiver is still valid, where no time is given.
 */
export { type Artefact, emit, TARGETS } from './emit.ts';
export { contradictions, findHints, writeHints } from './hints.ts';
export { readHost, snapshotHost } from './host.ts';
export { type InspectOptions, inspect, type Source } from './inspect.ts';
export { openKnowledge } from './knowledge.ts';
export { manifestOf } from './manifest.ts';
export { type Planned, type PlanOptions, plan } from './plan.ts';
export { compilePolicies, lintPolicies, loadPolicy, readPolicies } from './policies.ts';
export { MAX_EVIDENCE_BYTES, readEvidence, refusedSince } from './saved.ts';
export { type ReadTemplate, siteTemplates } from './templates.ts';
export { loadWaivers, readWaivers } from './waivers.ts';
