import type { Target } from '../emitter.ts';

/** The command line of a system emulator, for QEMU 7.2 and later without libvirt. */
export const targets: readonly Target[] = [{ id: 'qemu', load: async () => (await import('./emitter.ts')).emitter }];
