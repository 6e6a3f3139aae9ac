import { describe, expect, it } from 'vitest';
import { planDisk, planOf } from '../../../fixtures/emitters/plans.ts';
import { emitter } from '../../../src/emitters/virt-install/emitter.ts';
import type { Plan } from '../../../src/facts/index.ts';

const codes = (plan: Plan): readonly string[] => emitter.emit(plan, {}).findings.map(({ code }) => code);
const text = (plan: Plan): string => emitter.emit(plan, {}).text ?? '';
const without = (plan: Plan, key: string): Plan => {
  const { [key]: _, ...values } = plan.values;
  return { ...plan, values };
};

describe('what virt-install cannot be told safely is refused', () => {
  it.each(['', '.', '..', '-rf', 'a b', 'a/b', 'a\nb', 'a\u0000', '\ud800', 'x'.repeat(201)])('the name %j', (name) => {
    const { text: script, findings } = emitter.emit(planOf({}, { name }), {});
    expect(script).toBeNull();
    expect(findings.map(({ code }) => code)).toEqual(['virt-install/name']);
  });

  it.each(["it's", 'a&b', '<a>', '"a"', 'a\nb', 'a\u0007'])('the path /srv/%j', (name) => {
    expect(codes(planOf({}, { disks: [planDisk('disk0', { path: `/srv/${name}` })] }))).toEqual(['virt-install/path']);
  });

  it('a path below an overlay and a template of variables count too', () => {
    const backing = [{ name: 'a', path: "/srv/it's", format: 'raw' }];
    expect(codes(planOf({}, { disks: [planDisk('disk0', { backing })] }))).toEqual(['virt-install/path']);
    const template = { path: '/srv/a"b', format: 'raw' } as const;
    const loader = { path: '/srv/code', format: 'raw', type: 'pflash' } as const;
    const plan = planOf({ firmware: 'uefi' }, { firmwareFiles: { loader, template, reason: 'a test' } });
    expect(codes(plan)).toEqual(['virt-install/path']);
  });

  it.each(['virt-type', 'cpu-mode', 'usb-controller', 'disk-bus.disk0', 'nic-model.nic0', 'video-model'])(
    'without %s, which virt-install would decide',
    (key) => {
      expect(codes(without(planOf(), key))).toContain('virt-install/undecided');
    },
  );

  it.each([
    ['a format libvirt does not know', planOf({}, { disks: [planDisk('disk0', { format: 'vhdx' })] }), 'disk-format'],
    [
      'a layer without a format',
      planOf({}, { disks: [planDisk('disk0', { backing: [{ name: 'a', path: '/srv/a', format: null }] })] }),
      'backing-incomplete',
    ],
    ['a kernel as a disk', planOf({}, { disks: [planDisk('disk0', { payload: 'kernel' })] }), 'not-a-disk'],
    [
      'a bare file system without a kernel',
      planOf({}, { disks: [planDisk('disk0', { payload: 'filesystem', bootable: false })] }),
      'filesystem-needs-kernel',
    ],
    [
      'usb without a controller',
      planOf({ 'disk-bus.disk0': 'usb', 'usb-controller': 'none', 'input-bus': 'ps2' }),
      'place',
    ],
    [
      'five disks on bus ide',
      planOf(Object.fromEntries([0, 1, 2, 3, 4].map((index) => [`disk-bus.disk${index}`, 'ide'])), {
        disks: [0, 1, 2, 3, 4].map((index) => planDisk(`disk${index}`)),
      }),
      'place',
    ],
    [
      'one target name for two disks',
      planOf(
        { 'disk-bus.disk1': 'virtio', 'disk-target.disk0': 'vda', 'disk-target.disk1': 'vda' },
        { disks: [planDisk('disk0'), planDisk('disk1')] },
      ),
      'place',
    ],
  ])('%s', (_title, plan, code) => {
    expect(emitter.emit(plan, {}).text).toBeNull();
    expect(codes(plan)).toEqual([`virt-install/${code}`]);
  });

  it.each([
    ['encrypted', planOf({}, { disks: [planDisk('disk0', { encrypted: true })] })],
    ['launch-security', planOf({ 'launch-security': 'tdx' })],
  ])('%s is a warning', (code, plan) => {
    expect(codes(plan)).toEqual([`virt-install/${code}`]);
    expect(text(plan)).toContain('virt-install');
  });
});

describe('what libvirt makes of the command', () => {
  it.each([
    ['漢'.repeat(11), true, []],
    ['漢'.repeat(12), true, ['virt-install/wide-name']],
    ['漢'.repeat(19), false, []],
  ])('a name that is too wide for the paths of sockets is told: %s, with an agent: %s', (name, agent, expected) => {
    const plan = planOf({ 'guest-agent': agent }, { name });
    expect(codes(plan)).toEqual(expected);
    expect(text(plan)).toContain('virt-install');
  });

  it('more than ten cards of both kinds lose their order, which is told', () => {
    const nics = Array.from({ length: 11 }, (_, index) => ({ id: `nic${index}`, bootOrder: null }));
    const values = nics.flatMap(({ id }, index) => [
      [`network.${id}`, 'default'],
      [`nic-model.${id}`, index === 0 ? 'e1000' : 'virtio'],
    ]);
    const { text: script, findings, outcomes } = emitter.emit(planOf(Object.fromEntries(values), { nics }), {});
    expect(findings).toMatchObject([{ code: 'virt-install/nic-order', severity: 'warning' }]);
    expect(outcomes.find(({ key }) => key === 'nic-model.nic10')?.outcome).toBe('changed');
    expect(script).not.toContain('address.slot');
  });
});

describe('what no golden plan has', () => {
  it('enlightenments of the host, each only with those it builds on', () => {
    const listed = (...enlightenments: readonly string[]): string =>
      /--features (\S+)/.exec(text(planOf({ hyperv: true }, { enlightenments })))?.[1] ?? '';
    expect(listed('vpindex', 'synic', 'stimer')).toContain(
      'xpath0.set=./hyperv/vpindex/@state,xpath0.value=on,xpath1.set=./hyperv/synic/@state,xpath1.value=on,xpath2.set=./hyperv/stimer',
    );
    expect(listed('stimer', 'vendor_id')).not.toContain('xpath');
  });

  it('firmware by its files', () => {
    const loader = { path: '/srv/CODE.fd', format: 'qcow2', type: 'pflash' } as const;
    const firmwareFiles = { loader, template: null, reason: 'a test' };
    expect(text(planOf({ firmware: 'uefi' }, { firmwareFiles }))).toContain(
      '--boot loader=/srv/CODE.fd,loader.readonly=yes,loader.type=pflash,xpath0.set=./loader/@stateless,xpath0.value=yes,xpath1.set=./loader/@format,xpath1.value=qcow2',
    );
  });

  it('no device where an input bus has nothing to be attached to', () => {
    expect(text(planOf({ 'usb-controller': 'none' }))).toContain('--xml xpath.delete=./devices/input');
  });
});
