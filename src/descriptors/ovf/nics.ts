import type { DescribedNic } from '../../facts/index.ts';
import { cleanLine } from '../text.ts';
import { field, type Item } from './items.ts';
import type { Report } from './report.ts';
import { lookUp } from './tables.ts';

export interface PlacedNic {
  readonly nic: DescribedNic;
  readonly item: Item;
  /** Values of the key nic-model; empty where QEMU has no such card. */
  readonly models: readonly string[];
}

/** By subtype, in lower case: VMware, VirtualBox (its Items and its own adapter types), XenServer. */
const MODELS: Readonly<Record<string, string>> = {
  e1000: 'e1000',
  e1000e: 'e1000e',
  vmxnet3: 'vmxnet3',
  pcnet32: 'pcnet',
  pcnet: 'pcnet',
  am79c970a: 'pcnet',
  am79c973: 'pcnet',
  '82540em': 'e1000',
  '82543gc': 'e1000',
  '82545em': 'e1000',
  rtl8139: 'rtl8139',
  virtio: 'virtio',
  'virtio-net': 'virtio',
  'spapr-vlan': 'spapr-vlan',
};

/** oVirt's numbers (VmInterfaceType of ovirt-engine); 0 is both cards in one, 5 a host's card passed through. */
const OVIRT_MODELS: Readonly<Record<string, readonly string[]>> = {
  '0': ['virtio', 'rtl8139'],
  '1': ['rtl8139'],
  '2': ['e1000'],
  '3': ['virtio'],
  '4': ['spapr-vlan'],
  '5': [],
  '6': ['e1000e'],
};

/** Cards of QEMU for a model word; a list of preferences (`VMXNET3 virtio`) gives the first that is known. */
export function nicModels(words: string): readonly string[] {
  for (const word of words
    .slice(0, 256)
    .toLowerCase()
    .split(/[\s,]+/)) {
    const model = lookUp(MODELS, word);
    if (model !== undefined) return [model];
  }
  return [];
}

export function readNic(item: Item, dialect: string, report: Report): PlacedNic {
  const numbered = dialect === 'ovirt' ? lookUp(OVIRT_MODELS, item.subType) : undefined;
  const network = cleanLine(field(item, 'Connection') ?? '');
  const spelled = cleanLine(item.subType);
  return {
    item,
    models: numbered ?? nicModels(item.subType),
    nic: {
      model: spelled === '' ? null : spelled,
      mac: normaliseMac(field(item, 'MACAddress') ?? field(item, 'Address')),
      // vCloud's place holder for a card that is connected to nothing
      network: network === '' || (dialect === 'vcloud' && network === 'none') ? null : network,
      pointer: report.pointer(item.element),
    },
  };
}

/** `00155Dc59ee7`, `00-16-8B-DB-00-5E`, `0800.27aa.bbcc` and the usual form; null for what is no address of a card. */
export function normaliseMac(text: string | null): string | null {
  const digits = text?.trim().toLowerCase().replace(/[:.-]/g, '') ?? '';
  if (!/^[0-9a-f][02468ace][0-9a-f]{10}$/.test(digits) || digits === '000000000000') return null;
  return digits.replace(/..(?=.)/g, '$&:');
}
