import type { DescriptorFormat } from '../descriptor.ts';

/** A Vagrant box: `metadata.json`, and for libvirt perhaps `box.xml`. */
export const descriptor: DescriptorFormat = {
  id: 'vagrant',
  // a box made for VirtualBox or VMware holds an .ovf or .vmx, which says far more
  rank: 30,
  probe: ({ name, head }) => name === 'metadata.json' && head.toString('latin1').includes('"provider"'),
  companions: ['box.xml', 'info.json', 'Vagrantfile'],
  load: async () => (await import('./reader.ts')).reader,
};
