import { describe, expect, it } from 'vitest';
import { planDisk, planOf } from '../../fixtures/emitters/plans.ts';
import { emitter as libvirt } from '../../src/emitters/libvirt/emitter.ts';
import { targets as openstack } from '../../src/emitters/openstack/index.ts';
import { emitter as virtInstall } from '../../src/emitters/virt-install/emitter.ts';
import type { Emission, Plan, PlanDisk } from '../../src/facts/index.ts';
import { shippedTemplates } from './skeletons.ts';

const withDisk = (more: Partial<PlanDisk>, plan: Partial<Plan> = {}) =>
  planOf({}, { disks: [planDisk('disk0', more)], ...plan });

function toLibvirt(plan: Plan): Emission {
  return libvirt.emit(plan, shippedTemplates(libvirt.templates(plan)));
}

async function toOpenStack(plan: Plan): Promise<Emission> {
  const target = openstack.find(({ id }) => id === 'openstack');
  if (target === undefined) throw new Error('no such target');
  return (await target.load()).emit(plan, {});
}

const codes = ({ findings }: Emission) => findings.map(({ code }) => code);

describe('what a disk is decides how a target takes it', () => {
  it.each([
    ['a kernel', { payload: 'kernel', format: 'raw' }, 'libvirt/not-a-disk', 'aki'],
    ['a ram disk', { payload: 'ramdisk', format: 'raw' }, 'libvirt/not-a-disk', 'ari'],
    [
      'a bare file system',
      { payload: 'filesystem', format: 'raw', bootable: false },
      'libvirt/filesystem-needs-kernel',
      'ami',
    ],
  ] as const)('%s is no disk for libvirt, and has its own format in Glance', async (_title, disk, code, format) => {
    const emission = await toLibvirt(withDisk(disk));
    expect([emission.text, codes(emission)]).toEqual([null, [code]]);
    const { text } = await toOpenStack(withDisk(disk));
    expect(text).toContain(`--disk-format ${format} \\\n  --container-format ${format} \\`);
  });

  it('a bare file system boots with a kernel', async () => {
    const disk = { payload: 'filesystem', format: 'raw', bootable: false } as const;
    const emission = await toLibvirt(withDisk(disk, { kernel: '/srv/images/vmlinuz' }));
    expect(codes(emission)).toEqual([]);
    expect(emission.text).toContain('<kernel>/srv/images/vmlinuz</kernel>');
  });

  it('a file system that starts by itself needs none', async () => {
    expect(codes(await toLibvirt(withDisk({ payload: 'filesystem', bootable: true })))).toEqual([]);
  });

  it('a machine of discs only is uploaded as an ISO image', async () => {
    const cdroms = [{ id: 'cdrom0', path: '/srv/images/install.iso', slice: null, bootOrder: 1 }];
    const emission = await toOpenStack(planOf({ 'cdrom-bus': 'sata' }, { disks: [], cdroms }));
    expect(codes(emission)).toEqual([]);
    expect(emission.text).toContain('--disk-format iso');
    expect(emission.text).toContain('--file /srv/images/install.iso');
  });

  it('a copy is what libvirt gets, the original what Glance gets', async () => {
    const copy = { path: '/srv/vm/disk0.qcow2', format: 'qcow2', command: ['qemu-img'], alternatives: [] };
    const disk = { path: '/srv/images/disk0.vmdk', format: 'vmdk', copy };
    const { text } = await toLibvirt(withDisk(disk));
    expect(text).toContain('<driver name="qemu" type="qcow2"/>');
    expect(text).toContain('<source file="/srv/vm/disk0.qcow2"/>');
    expect((await toOpenStack(withDisk(disk))).text).toContain('--disk-format vmdk');
  });

  it('a block device is attached as one', async () => {
    const { text } = await toLibvirt(withDisk({ path: '/dev/vg0/disk', format: 'raw', device: true }));
    expect(text).toContain('<disk type="block" device="disk">');
    expect(text).toContain('<source dev="/dev/vg0/disk"/>');
  });

  it('a block device below an overlay is one too, and so is one that an archive lies on', async () => {
    const overlay = { path: '/srv/vm/overlay.qcow2', format: 'qcow2', command: ['qemu-img'], alternatives: [] };
    const below = withDisk({ path: '/dev/vg0/disk', format: 'raw', device: true, overlay });
    const { text } = await toLibvirt(below);
    expect(text).toContain('<source file="/srv/vm/overlay.qcow2"/>');
    expect(text).toMatch(/<backingStore type="block">\s*<format type="raw"\/>\s*<source dev="\/dev\/vg0\/disk"\/>/);
    const script = virtInstall.emit(below, {}).text;
    expect(script).toContain('xpath0.set=./backingStore/@type,xpath0.value=block');
    expect(script).toContain('/backingStore/source/@dev,xpath2.value=/dev/vg0/disk');

    const archive = withDisk({ path: '/dev/sr0', format: 'vmdk', device: true, slice: { offset: 1024, size: 4096 } });
    expect((await toLibvirt(archive)).text).toMatch(
      /<source dev="\/dev\/sr0">\s*<slices>\s*<slice type="storage" offset="1024" size="4096"\/>/,
    );
  });

  it('an encrypted disk is planned, and both targets say what is missing', async () => {
    expect(codes(await toLibvirt(withDisk({ encrypted: true })))).toEqual(['libvirt/encrypted']);
    expect(codes(await toOpenStack(withDisk({ encrypted: true })))).toEqual(['openstack/encrypted']);
  });

  it('extended L2 entries are refused for Glance before the upload', async () => {
    const details = { features: { incompatible: ['extended-l2'] } };
    const emission = await toOpenStack(withDisk({ details }));
    expect([emission.text, codes(emission)]).toEqual([null, ['openstack/extended-l2']]);
    const command = ['qemu-img', 'convert', '-O', 'qcow2', '/srv/images/disk0.qcow2', '/srv/vm/disk0.qcow2'];
    const copy = { path: '/srv/vm/disk0.qcow2', format: 'qcow2', command, alternatives: [] };
    const converted = await toOpenStack(withDisk({ details, copy }));
    expect(codes(converted)).toEqual([]);
    expect(converted.text).toMatch(new RegExp(`^${command.join(' ')}$`, 'm'));
    expect(converted.text).toContain('--file /srv/vm/disk0.qcow2');
  });
});
