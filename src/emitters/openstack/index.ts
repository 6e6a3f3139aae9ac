import type { Target } from '../emitter.ts';

/** Images for Glance with the properties Nova reads: as a shell script, and as bodies of the Image API v2. */
export const targets: readonly Target[] = [
  { id: 'openstack', load: async () => (await import('./emitters.ts')).scriptEmitter },
  { id: 'openstack-json', load: async () => (await import('./emitters.ts')).jsonEmitter },
];
