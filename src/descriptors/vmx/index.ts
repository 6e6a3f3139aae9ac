import type { DescriptorFormat } from '../descriptor.ts';

/** Keys that VMware's products write into every configuration. */
const SIGNATURE = /^[ \t]*(?:config\.version|virtualHW\.version)[ \t]*=/im;

/** The configuration of a virtual machine of VMware ESXi, Workstation, Fusion or Player. */
export const descriptor: DescriptorFormat = {
  id: 'vmx',
  // behind OVF, which a product writes on purpose to be read by others
  rank: 20,
  probe: ({ name, head }) => /\.(?:vmx|vmtx)$/i.test(name) || SIGNATURE.test(head.toString('latin1')),
  load: async () => (await import('./reader.ts')).reader,
};
