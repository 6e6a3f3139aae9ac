import type { Target } from '../emitter.ts';

/** A `virt-install --import` command, for virt-install 4.1 and later. */
export const targets: readonly Target[] = [
  { id: 'virt-install', load: async () => (await import('./emitter.ts')).emitter },
];
