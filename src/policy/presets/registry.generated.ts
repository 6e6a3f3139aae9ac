// Generated from policies/*.yaml by .ci/generate-presets.mjs. Do not edit.
import type { PolicyDocument } from '../policy.ts';

export const PRESETS: Readonly<Record<string, () => Promise<PolicyDocument>>> = {
  'default': async () => (await import('./default.generated.ts')).PRESET,
  'openstack': async () => (await import('./openstack.generated.ts')).PRESET,
  'performance': async () => (await import('./performance.generated.ts')).PRESET,
  'portable': async () => (await import('./portable.generated.ts')).PRESET,
  'strict': async () => (await import('./strict.generated.ts')).PRESET,
  'windows-safe': async () => (await import('./windows-safe.generated.ts')).PRESET,
};
