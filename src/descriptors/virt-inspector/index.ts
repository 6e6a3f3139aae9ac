import type { DescriptorFormat } from '../descriptor.ts';

/** What `virt-inspector` of libguestfs found inside a disk (virt-inspector(1)). It describes no hardware. */
export const descriptor: DescriptorFormat = {
  id: 'virt-inspector',
  rank: 50,
  probe: ({ head }) => /<operatingsystems[\s/>]/.test(head.toString('latin1')),
  load: async () => (await import('./reader.ts')).reader,
};
