import type { Target } from '../emitter.ts';

/** libvirt domain XML for the QEMU driver, libvirt 9.0 and later. */
export const targets: readonly Target[] = [
  { id: 'libvirt-xml', load: async () => (await import('./emitter.ts')).emitter },
];
