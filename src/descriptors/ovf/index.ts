import type { DescriptorFormat } from '../descriptor.ts';
import { looksLikeOvf } from './probe.ts';

/** OVF, the Open Virtualization Format (DSP0243 1.0, 1.1, 2.0, and VMware's 0.9), in the dialects of its producers. */
export const descriptor: DescriptorFormat = {
  id: 'ovf',
  rank: 10,
  probe: looksLikeOvf,
  load: async () => (await import('./reader.ts')).reader,
};
