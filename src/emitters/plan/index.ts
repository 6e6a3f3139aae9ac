import type { Target } from '../emitter.ts';

/** The plan itself as a document, for other programs and for `vm-import run`. */
export const targets: readonly Target[] = [{ id: 'plan', load: async () => (await import('./emitter.ts')).emitter }];
