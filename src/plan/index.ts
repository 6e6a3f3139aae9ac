export { buildPlan, nicsOf, type PlanRequest } from './build.ts';
export { COMPATIBILITY } from './compatibility.ts';
export { diagnostics } from './diagnostics.ts';
export { type ProvenDrivers, sourceDrivers, windowsDrivers } from './drivers.ts';
export { flagVote, unknownKey } from './flags.ts';
export { checkName, nameFromUri, usableName } from './name.ts';
export { type Resolution, type ResolveInput, resolve, settle } from './resolve.ts';
