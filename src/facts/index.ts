export * from './documents.ts';
export * from './evidence.ts';
export * from './host.ts';
export * from './keys.ts';
export * from './os-profile.ts';
export * from './plan.ts';
export * from './policy.ts';
export * from './vote.ts';
