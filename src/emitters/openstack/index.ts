import type { Target } from '../emitter.ts';

/**
 * Images for Glance with the properties Nova reads: as shell scripts that create them or describe one that is there, as
 * bodies of the Image API v2, and as variables for Ansible.
 */
export const targets: readonly Target[] = [
  { id: 'openstack', load: async () => (await import('./emitters.ts')).scriptEmitter },
  { id: 'openstack-set', load: async () => (await import('./emitters.ts')).setEmitter },
  { id: 'openstack-json', load: async () => (await import('./emitters.ts')).jsonEmitter },
  { id: 'openstack-ansible', load: async () => (await import('./ansible.ts')).ansibleEmitter },
];
