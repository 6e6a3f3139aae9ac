import type { HostGuest } from '../facts/index.ts';
import { child, children, type XmlElement } from '../facts/xml.ts';

/**
 * Reads the `<guest>` elements of `virsh capabilities` (https://libvirt.org/formatcaps.html). Machine types come with
 * their aliases (`q35` and `pc-q35-7.2`), and some only inside the `<domain>` they work for.
 */
export function readCapabilities(root: XmlElement, uri: string): readonly HostGuest[] {
  return children(root, 'guest').flatMap((guest) => {
    const arch = child(guest, 'arch');
    const architecture = arch?.attributes.get('name');
    if (arch === undefined || architecture === undefined || child(guest, 'os_type')?.text !== 'hvm') return [];
    const domains = children(arch, 'domain');
    const machines = [arch, ...domains].flatMap((from) => children(from, 'machine')).flatMap(machineNames);
    return [
      {
        uri,
        architecture,
        virtTypes: unique(domains.map(({ attributes }) => attributes.get('type') ?? '')),
        machines: unique(machines),
      },
    ];
  });
}

function machineNames({ text, attributes }: XmlElement): readonly string[] {
  return [text, attributes.get('canonical') ?? ''];
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => name !== '');
}
