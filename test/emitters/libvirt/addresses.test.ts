import { describe, expect, it } from 'vitest';
import { planDisk, planOf } from '../../../fixtures/emitters/plans.ts';
import type { Plan } from '../../../src/facts/index.ts';
import { domainXml, emitLibvirt } from '../skeletons.ts';

const cards = (machine: string, ...models: readonly string[]): Plan =>
  planOf(
    {
      machine,
      ...Object.fromEntries(
        models.flatMap((model, index) => [
          [`nic-model.nic${index}`, model],
          [`network.nic${index}`, 'default'],
        ]),
      ),
    },
    { nics: models.map((_, index) => ({ id: `nic${index}`, bootOrder: null })) },
  );
const slots = (plan: Plan) => [...domainXml(plan).matchAll(/ slot="(\w+)"/g)].map(([, slot]) => slot);

describe('addresses of cards', () => {
  it.each<[string, Plan, readonly string[]]>([
    ['cards of one kind keep their order by themselves', cards('q35', 'virtio', 'e1000e', 'igb'), []],
    ['so do conventional ones', cards('q35', 'e1000', 'rtl8139'), []],
    ['i440fx has one bus for both kinds', cards('i440fx', 'e1000', 'virtio'), []],
    ['where both kinds meet, each gets a slot', cards('q35', 'e1000', 'virtio', 'pcnet'), ['0x10', '0x11', '0x12']],
    ['also on a machine of a pinned version', cards('pc-q35-8.2', 'virtio', 'e1000'), ['0x10', '0x11']],
  ])('%s', (_title, plan, expected) => {
    expect(slots(plan)).toEqual(expected);
    expect(emitLibvirt(plan).findings).toEqual([]);
  });

  it('more than ten of both kinds lose their order, which is told', () => {
    const plan = cards('q35', 'e1000', ...Array.from({ length: 10 }, () => 'virtio'));
    expect(slots(plan)).toEqual([]);
    const { findings, outcomes } = emitLibvirt(plan);
    expect(findings).toMatchObject([{ code: 'libvirt/nic-order', severity: 'warning' }]);
    expect(outcomes.find(({ key }) => key === 'nic-model.nic0')?.outcome).toBe('changed');
  });
});

it('a card without a network cannot be booted from, which is told', () => {
  const { outcomes } = emitLibvirt(planOf({ 'network.nic0': 'none', 'boot-order': 'disk0,nic0' }));
  expect(outcomes.find(({ key }) => key === 'boot-order')).toMatchObject({
    outcome: 'changed',
    note: 'without nic0, which is plugged into no network',
  });
});

describe('addresses of drives', () => {
  const place = (bus: string, target: string, model = 'virtio-scsi') => {
    const plan = planOf({
      machine: 'i440fx',
      'disk-bus.disk0': bus,
      'disk-target.disk0': target,
      'scsi-model': model,
    });
    const xml = domainXml({ ...plan, disks: [planDisk('disk0')] });
    const address = /controller="(\d+)" bus="(\d+)" target="(\d+)" unit="(\d+)"/.exec(xml);
    return [address?.slice(1).map(Number), [...xml.matchAll(/type="scsi" index="(\d+)"/g)].length];
  };

  it.each([
    ['scsi', 'sda', 'virtio-scsi', [0, 0, 0, 0], 1],
    ['scsi', 'sdz', 'virtio-scsi', [0, 0, 25, 0], 1],
    ['scsi', 'sdzz', 'virtio-scsi', [2, 0, 191, 0], 3],
    ['scsi', 'sdg', 'lsilogic', [0, 0, 0, 6], 1],
    ['scsi', 'sdh', 'lsilogic', [1, 0, 0, 0], 2],
    ['scsi', 'sdh', 'vmpvscsi', [1, 0, 0, 0], 2],
    ['scsi', 'sdg', 'lsisas1068', [0, 0, 6, 0], 1],
    ['sata', 'sdg', undefined, [1, 0, 0, 0], 0],
    ['ide', 'hdd', undefined, [0, 1, 0, 1], 0],
    ['virtio', 'vdb', undefined, undefined, 0],
    ['usb', 'sdb', undefined, undefined, 0],
  ] as const)('%s %s on %s', (bus, target, model, address, controllers) => {
    expect(place(bus, target, model)).toEqual([address, controllers]);
  });
});
