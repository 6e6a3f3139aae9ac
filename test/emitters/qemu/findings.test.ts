import { describe, expect, it } from 'vitest';
import { planDisk, planOf } from '../../../fixtures/emitters/plans.ts';
import { emitter } from '../../../src/emitters/qemu/emitter.ts';
import type { Plan } from '../../../src/facts/index.ts';
import { withFirmware } from './firmware.ts';

const codes = (plan: Plan): readonly string[] => emitter.emit(plan, {}).findings.map(({ code }) => code);
const text = (plan: Plan): string => emitter.emit(plan, {}).text ?? '';
const without = (plan: Plan, key: string): Plan => {
  const { [key]: _, ...values } = plan.values;
  return { ...plan, values };
};
const sliced = planDisk('disk0', { path: '/srv/a.ova', format: 'raw', slice: { offset: 512, size: 513 } });

const inPlace = planDisk('disk0', { path: '/dev/vg0/a', format: 'raw', device: true });

describe('what QEMU cannot be told safely is refused', () => {
  it.each(['', 'a/b', 'a\nb', 'a\u0000', '\ud800', 'x'.repeat(201)])('the name %j', (name) => {
    expect(text(planOf({}, { name }))).toBe('');
    expect(codes(planOf({}, { name }))).toEqual(['qemu/name']);
  });

  it.each([
    planOf({}, { disks: [planDisk('disk0', { path: '/srv/a\nb' })] }),
    planOf({}, { disks: [planDisk('disk0', { backing: [{ name: 'a', path: '/srv/\ud800', format: 'raw' }] })] }),
    planOf({}, { kernel: '/boot/a\u001b[2J' }),
    withFirmware(planOf({ firmware: 'uefi' }), '/srv/code', '/srv/a\tb'),
  ])('a path with a control character, or one that is not Unicode', (plan) => {
    expect(text(plan)).toBe('');
    expect(codes(plan)).toEqual(['qemu/path']);
  });

  it.each(['virt-type', 'architecture', 'machine', 'memory-mib', 'vcpus', 'cpu-mode', 'disk-bus.disk0'])(
    'without %s',
    (key) => {
      expect(codes(without(planOf(), key))).toContain('qemu/undecided');
    },
  );

  it.each([
    ['a format QEMU only reads', planOf({}, { disks: [planDisk('disk0', { format: 'cloop' })] }), 'disk-format'],
    [
      'a layer without a format',
      planOf({}, { disks: [planDisk('disk0', { backing: [{ name: 'a', path: '/srv/a', format: null }] })] }),
      'backing-incomplete',
    ],
    ['a ram disk as a disk', planOf({}, { disks: [planDisk('disk0', { payload: 'ramdisk' })] }), 'not-a-disk'],
    [
      'a bare file system without a kernel',
      planOf({}, { disks: [planDisk('disk0', { payload: 'filesystem', bootable: false })] }),
      'filesystem-needs-kernel',
    ],
    ['ide on q35', planOf({ 'disk-bus.disk0': 'ide' }), 'place'],
    ['usb without a controller', planOf({ 'disk-bus.disk0': 'usb', 'usb-controller': 'none' }), 'place'],
    ['usb sound without a controller', planOf({ 'sound-model': 'usb', 'usb-controller': 'none' }), 'place'],
    ['a disk inside an archive on bus sata', planOf({ 'disk-bus.disk0': 'sata' }, { disks: [sliced] }), 'place'],
    [
      'variables of a machine without a drive',
      withFirmware(planOf({ firmware: 'uefi' }, { disks: [], kernel: '/boot/vmlinuz' }), '/srv/code', '/srv/variables'),
      'variables',
    ],
    [
      'variables beside a block device',
      withFirmware(planOf({ firmware: 'uefi' }, { disks: [inPlace] }), '/srv/code', '/srv/variables'),
      'variables',
    ],
  ])('%s', (_title, plan, code) => {
    expect(text(plan)).toBe('');
    expect(codes(plan)).toEqual([`qemu/${code}`]);
  });

  it.each([
    ['encrypted', planOf({}, { disks: [planDisk('disk0', { encrypted: true, format: 'luks' })] })],
    ['tpm', planOf({ tpm: '2.0', 'tpm-model': 'tpm-tis' })],
    ['launch-security', planOf({ 'launch-security': 'sev' })],
  ])('%s is a warning', (code, plan) => {
    expect(codes(plan)).toEqual([`qemu/${code}`]);
    expect(text(plan)).toContain('qemu-system-x86_64');
  });
});

describe('what no golden plan has', () => {
  it('a raw slice is one node, in whole sectors', () => {
    expect(text(planOf({}, { disks: [sliced] }))).toContain(
      '{"node-name":"disk0","read-only":true,"driver":"raw","offset":512,"size":1024,"file":{"driver":"file","filename":"/srv/a.ova"}}',
    );
  });

  it('a block device is opened as one', () => {
    expect(text(planOf({}, { disks: [inPlace] }))).toContain('{"driver":"host_device","filename":"/dev/vg0/a"}');
  });

  it('nothing is put beside a block device', () => {
    const plan = planOf({ 'guest-agent': true }, { disks: [inPlace] });
    expect(text(plan)).not.toContain('.agent');
    const { outcomes } = emitter.emit(plan, {});
    expect(outcomes.find(({ key }) => key === 'guest-agent')?.outcome).toBe('dropped');
    const overlay = { path: '/srv/over.qcow2', format: 'qcow2', command: [], alternatives: [] };
    expect(text({ ...plan, disks: [{ ...inPlace, overlay }] })).toContain('path=/srv/guest.agent');
  });

  it('a copy is flat, whatever lies below the original', () => {
    const copy = { path: '/srv/copy.qcow2', format: 'qcow2', command: [], alternatives: [] };
    const backing = [{ name: 'a', path: '/srv/a', format: 'raw' }];
    const script = text(planOf({}, { disks: [planDisk('disk0', { copy, backing })] }));
    expect(script).toContain('"driver":"qcow2","backing":null,"file":{"driver":"file","filename":"/srv/copy.qcow2"}');
  });

  it('a CD-ROM drive on bus usb is a drive, not a disk', () => {
    const cdrom = { id: 'cdrom0', path: '/srv/a.iso', slice: null, bootOrder: 1 };
    const script = text(planOf({ 'cdrom-bus': 'usb' }, { cdroms: [cdrom] }));
    expect(script).toContain('-device usb-bot,bus=usb.0,id=cdrom0-bridge');
    expect(script).toContain('-device scsi-cd,bus=cdrom0-bridge.0,scsi-id=0,lun=0,drive=cdrom0');
  });

  it.each([
    ['host-passthrough', 'kvm', 'host'],
    ['host-model', 'kvm', 'host'],
    ['maximum', 'kvm', 'max'],
    ['host-model', 'qemu', 'max'],
  ])('cpu mode %s under %s is %s', (mode, type, model) => {
    expect(text(planOf({ 'cpu-mode': mode, 'virt-type': type }))).toContain(`-cpu ${model} `);
  });

  it('enlightenments of the host, each only with those it builds on', () => {
    const listed = (...enlightenments: readonly string[]): string =>
      /-cpu (\S+)/.exec(text(planOf({ hyperv: true }, { enlightenments })))?.[1] ?? '';
    expect(listed('vpindex', 'synic', 'stimer')).toMatch(
      /,hv-vpindex=on,hv-synic=on,hv-stimer=on,hv-stimer-direct=on$/,
    );
    expect(listed('stimer', 'vendor_id')).toMatch(/,hv-spinlocks=0x1fff$/);
  });

  it('firmware of the host, where libvirt would select it by description', () => {
    const { firmwareFiles } = withFirmware(planOf({ firmware: 'uefi' }), '/srv/code', '/srv/variables');
    const script = text(planOf({ firmware: 'uefi' }, { hostFirmware: firmwareFiles }));
    expect(script).toContain('pflash0=code,pflash1=variables');
    expect(script).toContain('cp -- /srv/variables /srv/images/guest_variables');
  });

  it('firmware without variables, and firmware that is a ROM', () => {
    const loader = { path: '/srv/code', format: 'qcow2', type: 'pflash' } as const;
    const flashed = planOf({ firmware: 'uefi' }, { firmwareFiles: { loader, template: null, reason: 'a test' } });
    expect(text(flashed)).toMatch(/pflash0=code [\s\S]*"driver":"qcow2","node-name":"code","read-only":true/);
    expect(text(flashed)).not.toContain('pflash1');
    const rom = { path: '/srv/rom,1', format: 'raw', type: 'rom' } as const;
    const firmwareFiles = { loader: rom, template: null, reason: 'a test' };
    expect(text(planOf({ firmware: 'uefi' }, { firmwareFiles }))).toContain('-bios /srv/rom,1 ');
  });

  it('a guest agent without room for its socket is left out, and said to be', () => {
    const plan = planOf({}, { disks: [planDisk('disk0', { path: `/srv/${'x'.repeat(100)}/a` })] });
    expect(text(plan)).not.toContain('guest_agent');
    const { outcomes } = emitter.emit(plan, {});
    expect(outcomes.find(({ key }) => key === 'guest-agent')?.outcome).toBe('dropped');
  });
});
