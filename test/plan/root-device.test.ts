import { describe, expect, it } from 'vitest';
import type { Vote } from '../../src/facts/index.ts';
import { rootFindings } from '../../src/plan/root-device.ts';
import { decideAll, decisionOn, flag, hints, policyDefault, policyPrefer, valuesOf } from './cases.ts';

const bare = (id: string, filesystem: string) => ({
  id,
  bootable: false,
  payload: 'filesystem',
  content: { filesystem },
});
const disks = [bare('disk0', 'ext4')];

function argsOf(votes: readonly Vote[], of: Parameters<typeof decideAll>[1] = { disks }) {
  return valuesOf(decideAll(votes, of))['kernel-args'];
}

describe('the root device of a bare file system', () => {
  it.each([
    ['on virtio', [], 'root=/dev/vda'],
    ['on the bus that a policy prefers', [policyPrefer('disk-bus', ['sata'])], 'root=/dev/sda'],
    ['on the bus of a flag', [flag('disk-bus', 'scsi', 'disk0')], 'root=/dev/sda'],
    ['where a policy gives arguments', [policyDefault('kernel-args', ['console=ttyS0'])], 'console=ttyS0'],
    ['where hints give arguments', [hints('kernel-args', 'recommended', ['root=/dev/vda1'])], 'root=/dev/vda1'],
  ])('%s', (_title, votes, expected) => expect(argsOf(votes)).toBe(expected));

  it('of arguments that somebody gives does not decide the bus', () => {
    const votes = [hints('kernel-args', 'recommended', ['root=/dev/vda']), policyDefault('disk-bus', ['sata'])];
    expect(valuesOf(decideAll(votes, { disks }))).toMatchObject({
      'disk-bus.disk0': 'sata',
      'kernel-args': 'root=/dev/vda',
    });
  });

  it('is a default, and the other name says why it lost', () => {
    const { winner, lost } = decisionOn(decideAll([policyPrefer('disk-bus', ['sata'])], { disks }), 'kernel-args');
    expect(winner?.origin).toBe('default');
    expect(lost).toMatchObject([{ value: 'root=/dev/vda', why: 'incompatible', by: 'root-device-of-bus' }]);
  });

  it.each([
    ['a partitioned disk', [{ id: 'disk0', bootable: null, payload: 'disk', content: { filesystem: null } }]],
    ['swap', [bare('disk0', 'swap')]],
    ['LVM', [bare('disk0', 'lvm2-pv')]],
    ['FAT', [bare('disk0', 'fat32')]],
    ['nothing known', [{ id: 'disk0', bootable: null }]],
    ['a second disk that boots', [bare('disk0', 'ext4'), { ...bare('disk1', 'ext4'), bootable: true }]],
  ])('is not guessed for %s', (_title, of) => expect(argsOf([], { disks: of })).toBeUndefined());
});

describe('arguments without root=', () => {
  const disk = { id: 'disk0', bootOrder: 1 };
  const found = (kernel: string | null, values: Readonly<Record<string, string>>, filesystem = 'ext4') =>
    rootFindings({ kernel, values, disks: [disk] as never }, [bare('disk0', filesystem)]);

  it('are reported with the device that the bus gives', () => {
    const values = { 'kernel-args': 'console=ttyS0', 'disk-bus.disk0': 'sata' };
    expect(found('/vmlinuz', values)).toMatchObject([
      { code: 'plan/root-missing', args: { disk: 'disk0', filesystem: 'ext4', device: '/dev/sda' } },
    ]);
    expect(found('/vmlinuz', { 'disk-bus.disk0': 'virtio' })[0]?.args['device']).toBe('/dev/vda');
  });

  it.each([
    ['with root=', '/vmlinuz', { 'kernel-args': 'quiet root=/dev/vda' }, 'ext4'],
    ['without direct kernel boot', null, {}, 'ext4'],
    ['for a volume that holds no root', '/vmlinuz', {}, 'swap'],
  ])('are none of its business %s', (_title, kernel, values, filesystem) => {
    expect(found(kernel, values, filesystem)).toEqual([]);
  });
});
