import type { DescriptorFormat } from '../descriptor.ts';

/**
 * The configuration of an OCI image that holds a disk. In an image it has no name of its own: its digest leads to it,
 * and whoever follows that hands it over as `config`, with the manifest as companion.
 */
export const descriptor: DescriptorFormat = {
  id: 'oci-labels',
  rank: 40,
  probe: ({ name, head }) => {
    const text = head.toString('latin1');
    return name === 'config' || (text.includes('"architecture"') && text.includes('"rootfs"'));
  },
  companions: ['manifest'],
  load: async () => (await import('./reader.ts')).reader,
};
