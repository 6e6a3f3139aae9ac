import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XmlDocument, type XmlElement } from 'libxml2-wasm';
import { afterAll, beforeAll, expect } from 'vitest';
import { DOMAIN_PLANS, planDisk } from '../../fixtures/emitters/plans.ts';
import type { Plan, Value } from '../../src/facts/index.ts';
import { domainXml } from '../emitters/skeletons.ts';
import { EmbeddedLibvirt, onUserNetwork } from './embedded-libvirt.ts';
import { itWithEmulator } from './emulators.ts';
import { describeWith } from './tools.ts';

type Values = { readonly [path: string]: Value };
type Place = readonly number[];

const numbered = <T>(count: number, of: (index: number) => T): T[] => Array.from({ length: count }, (_, n) => of(n));

/** Disks on these buses and one card of each model, in this order. */
function machine(plan: Plan, buses: readonly string[], cards: readonly string[], values: Values = {}): Plan {
  return {
    ...plan,
    name: 'order',
    disks: buses.map((_, index) => planDisk(`disk${index}`, { bootOrder: null, format: 'raw' })),
    cdroms: [],
    nics: cards.map((_, index) => ({ id: `nic${index}`, bootOrder: null })),
    values: {
      ...plan.values,
      'memory-mib': 256,
      tpm: 'none',
      // no port to fight over
      graphics: 'none',
      'scsi-model': 'virtio-scsi',
      ...Object.fromEntries(buses.map((bus, index) => [`disk-bus.disk${index}`, bus])),
      ...Object.fromEntries(cards.map((card, index) => [`nic-model.nic${index}`, card])),
      ...Object.fromEntries(cards.map((_, index) => [`network.nic${index}`, 'default'])),
      ...values,
    },
  };
}

/** A domain as libvirt filled it in, with the places that guests scan in ascending order. */
class Scanned {
  readonly #document: XmlDocument;

  constructor(dumped: string) {
    this.#document = XmlDocument.fromString(/<domain [\s\S]*<\/domain>/.exec(dumped)?.[0] ?? '<none/>');
  }

  dispose(): void {
    this.#document.dispose();
  }

  elements(xpath: string): XmlElement[] {
    return this.#document.find(xpath) as XmlElement[];
  }

  #number(of: XmlElement, attribute: string): number {
    return Number((of.get(`address/@${attribute}`) ?? { content: 'none' }).content);
  }

  /** Slot and function of every bridge on the way, and of the device; what is on a bus comes before what is behind it. */
  pci(device: XmlElement): Place {
    const bus = this.#number(device, 'bus');
    const own = [0, this.#number(device, 'slot'), this.#number(device, 'function')];
    if (bus === 0) return [0, ...own];
    const [bridge] = this.elements(`/domain/devices/controller[@type="pci"][@index="${bus}"]`);
    if (bridge === undefined) throw new Error(`no bus ${bus}`);
    // a further root, which pseries has several of
    if (bridge.get('@model')?.content === 'pci-root') return [bus, ...own];
    const above = this.pci(bridge);
    return [...above.slice(0, -3), 1, ...above.slice(-2), ...own];
  }

  place(device: XmlElement): Place {
    switch (device.get('address/@type')?.content) {
      case 'pci':
        return this.pci(device);
      case 'ccw':
        return [this.#number(device, 'devno')];
      case 'drive':
        return ['controller', 'bus', 'target', 'unit'].map((name) => this.#number(device, name));
      case 'usb':
        return String(device.get('address/@port')?.content).split('.').map(Number);
      case 'spapr-vio':
        return [this.#number(device, 'reg')];
      default:
        throw new Error(`${device.name} has no address`);
    }
  }
}

function compare(left: Place, right: Place): number {
  for (const [index, number] of left.entries()) {
    const difference = number - (right[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Buses and cards that each machine can have, more disks than one controller takes. */
const DISKS = [
  ...numbered(30, () => 'virtio'),
  ...numbered(9, () => 'scsi'),
  ...numbered(8, () => 'sata'),
  ...numbered(6, () => 'usb'),
];
const MIXED = ['e1000', 'virtio', 'rtl8139', 'e1000e', 'virtio'];
const VIRTIO = numbered(12, () => 'virtio');
const onCcw = DISKS.filter((bus) => bus === 'virtio' || bus === 'scsi');
const riscv = { ...DOMAIN_PLANS.riscv64, values: { ...DOMAIN_PLANS.riscv64.values, firmware: 'bios' } };

const MACHINES: readonly (readonly [title: string, plan: Plan])[] = [
  ['q35, mixed cards', machine(DOMAIN_PLANS['debian12-bios'], DISKS, MIXED)],
  ['q35, virtio cards', machine(DOMAIN_PLANS['debian12-bios'], DISKS, VIRTIO)],
  ['i440fx, mixed cards', machine(DOMAIN_PLANS.i686, DISKS, MIXED, { 'usb-controller': 'qemu-xhci' })],
  [
    'i440fx, IDE',
    machine(
      DOMAIN_PLANS.i686,
      numbered(4, () => 'ide'),
      ['rtl8139'],
    ),
  ],
  ['virt on aarch64, mixed cards', machine(DOMAIN_PLANS['aarch64-uefi'], DISKS, MIXED)],
  ['virt on riscv64, mixed cards', machine(riscv, DISKS, MIXED)],
  ['pseries, mixed cards', machine(DOMAIN_PLANS.ppc64le, DISKS, MIXED)],
  ['s390-ccw-virtio', machine(DOMAIN_PLANS.s390x, onCcw, VIRTIO)],
];

const nineOnScsi = (plan: Plan, model: string): Plan =>
  machine(
    plan,
    numbered(9, () => 'scsi'),
    ['virtio'],
    { 'scsi-model': model },
  );
const SCSI: readonly (readonly [title: string, plan: Plan])[] = [
  ...['virtio-scsi', 'lsilogic', 'lsisas1068', 'lsisas1078', 'vmpvscsi'].map(
    (model) => [`nine disks on ${model}`, nineOnScsi(DOMAIN_PLANS['debian12-bios'], model)] as const,
  ),
  ['nine disks on ibmvscsi', nineOnScsi(DOMAIN_PLANS.ppc64le, 'ibmvscsi')],
];

describeWith(['virsh', 'qemu-img'], 'guests find disks and cards in the order of the plan', () => {
  let directory: string;
  let libvirt: EmbeddedLibvirt;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'vm-import-order-'));
    chmodSync(directory, 0o755);
    for (const { id } of planDisks()) execFileSync('truncate', ['-s', '1M', join(directory, `${id}.raw`)]);
    libvirt = await EmbeddedLibvirt.start('order', { foreign: true });
  }, 300_000);
  afterAll(async () => {
    await libvirt.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const planDisks = () => DISKS.map((_, index) => ({ id: `disk${index}` }));

  /** The domain that libvirt and QEMU made of a plan. */
  async function scan(plan: Plan): Promise<Scanned> {
    const disks = plan.disks.map((disk) => ({ ...disk, path: join(directory, `${disk.id}.raw`) }));
    const file = join(directory, 'domain.xml');
    writeFileSync(file, onUserNetwork(domainXml({ ...plan, disks })));
    expect(await libvirt.run(`create --paused --validate ${file}`)).not.toMatch(/error:/);
    const dumped = await libvirt.run('dumpxml order');
    expect(await libvirt.run('destroy order')).not.toMatch(/error:/);
    return new Scanned(dumped);
  }

  for (const [title, plan] of [...MACHINES, ...SCSI]) {
    itWithEmulator(plan, title, async () => {
      const domain = await scan(plan);
      try {
        const ascending = (xpath: string, count: number) => {
          const devices = domain.elements(xpath);
          const places = devices.map((device) => domain.place(device));
          expect(devices.length, xpath).toBe(count);
          expect(places, xpath).toEqual([...places].sort(compare));
          expect(new Set(places.map(String)).size, xpath).toBe(count);
          return devices;
        };
        const sources: (string | undefined)[] = [];
        for (const bus of new Set(DISKS).add('ide')) {
          const xpath = `/domain/devices/disk[target/@bus="${bus}"]`;
          const count = plan.disks.filter(({ id }) => plan.values[`disk-bus.${id}`] === bus).length;
          sources.push(...ascending(xpath, count).map((disk) => disk.get('source/@file')?.content));
          // without hubs, which guests look behind later
          if (bus === 'usb') expect(domain.elements(`${xpath}[contains(address/@port, ".")]`)).toEqual([]);
        }
        expect(sources).toEqual(plan.disks.map(({ id }) => join(directory, `${id}.raw`)));
        ascending('/domain/devices/interface', plan.nics.length);
        const controllers = domain.elements('/domain/devices/controller[@type="scsi"]');
        ascending('/domain/devices/controller[@type="scsi"]', controllers.length);
      } finally {
        domain.dispose();
      }
    });
  }
});
