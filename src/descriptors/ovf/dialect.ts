import type { XmlDocument, XmlElement } from '../xml.ts';
import {
  child,
  children,
  OVIRT,
  type OvfVersion,
  POWERVC,
  sections,
  textOf,
  VBOX,
  VCLOUD,
  VMW,
  XENOVF,
} from './names.ts';

export type Dialect =
  | 'vmware'
  | 'vcloud'
  | 'cisco'
  | 'virtualbox'
  | 'ovirt'
  | 'xenserver'
  | 'xen-orchestra'
  | 'powervc'
  | 'zvm'
  | 'hyper-v'
  | 'ganeti'
  | 'oracle-vm'
  | 'generic';

/** What is used in the document, not what is declared: producers copy declarations from each other. */
interface Signs {
  readonly version: OvfVersion;
  readonly namespaces: ReadonlySet<string>;
  /** Every VirtualSystemType, in lower case. */
  readonly types: string;
  readonly document: XmlDocument;
}

const RULES: readonly (readonly [dialect: Dialect, holds: (signs: Signs) => boolean])[] = [
  [
    'ovirt',
    ({ version, namespaces, types }) =>
      version === '1.x/' || namespaces.has(OVIRT) || /\b(?:engine|rhevm) \d/.test(types),
  ],
  ['vcloud', ({ namespaces }) => [...namespaces].some((namespace) => namespace.startsWith(VCLOUD))],
  ['powervc', ({ namespaces }) => namespaces.has(POWERVC)],
  ['zvm', ({ types }) => types.includes('ibm:zvm')],
  ['oracle-vm', ({ types }) => types.includes('oraclevm')],
  ['ganeti', ({ namespaces }) => namespaces.has('http://ganeti')],
  ['xenserver', ({ namespaces, types }) => namespaces.has(XENOVF) || /(?:^|\s)(?:xen|hvm)-3\.0-/.test(types)],
  ['hyper-v', ({ types, document }) => types.includes('hyperv') || isForkliftHyperV(types, document)],
  ['cisco', ({ types, document }) => types.includes('cisco:') || isCisco(document)],
  ['virtualbox', ({ types }) => /(?:^|\s)virtualbox-/.test(types) && !/(?:^|\s)vmx-/.test(types)],
  [
    'xen-orchestra',
    ({ namespaces, types, document }) => /vmx-/.test(types) && !namespaces.has(VMW) && hasVmdiskItem(document),
  ],
  [
    'vmware',
    ({ version, namespaces, types }) => version === '0.9' || namespaces.has(VMW) || /(?:^|\s)vmx-/.test(types),
  ],
  ['virtualbox', ({ namespaces, types }) => namespaces.has(VBOX) || types.includes('virtualbox')],
];

/** Who wrote the document. The first rule that holds; `generic` when none does. */
export function dialectOf(document: XmlDocument, version: OvfVersion): Dialect {
  const namespaces = new Set<string>();
  const types: string[] = [];
  const queue: XmlElement[] = [document.root];
  for (let element = queue.pop(); element !== undefined; element = queue.pop()) {
    if (element.namespace !== null) namespaces.add(element.namespace);
    for (const { namespace } of element.attributes) if (namespace !== null) namespaces.add(namespace);
    if (element.local === 'VirtualSystemType') types.push(element.text.slice(0, 200).toLowerCase());
    for (const next of element.children) queue.push(next);
  }
  const signs = { version, namespaces, types: types.join(' '), document };
  return RULES.find(([, holds]) => holds(signs))?.[0] ?? 'generic';
}

/** Whose table of CIM numbers the document follows. */
export function producerOf(dialect: Dialect): string | null {
  switch (dialect) {
    case 'vmware':
    case 'vcloud':
    case 'cisco':
      return 'vmware';
    case 'virtualbox':
      return 'virtualbox';
    case 'ovirt':
    case 'generic':
      return 'dmtf';
    default:
      return null;
  }
}

/** `vmx-07` around a VHDX. */
function isForkliftHyperV(types: string, { root }: XmlDocument): boolean {
  const disks = sections(root, 'DiskSection').flatMap((section) => sections(section, 'Disk'));
  return /vmx-/.test(types) && disks.some(({ attributes }) => attributes.some(({ value }) => /dd979539/i.test(value)));
}

function isCisco({ root }: XmlDocument): boolean {
  const system = child(root, 'VirtualSystem');
  return (
    system !== undefined && /^com\.cisco\./.test(system.attributes.find(({ local }) => local === 'id')?.value ?? '')
  );
}

/** The ids Xen Orchestra gives its disks: `vmdisk1` as an InstanceID. */
function hasVmdiskItem({ root }: XmlDocument): boolean {
  const hardware = child(child(root, 'VirtualSystem'), 'VirtualHardwareSection');
  return children(hardware, 'Item').some((item) => /^vmdisk\d+$/.test(textOf(item, 'InstanceID') ?? ''));
}
