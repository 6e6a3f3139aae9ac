import { describe, expect, it } from 'vitest';
import { planDisk, planOf } from '../../../fixtures/emitters/plans.ts';
import { scriptEmitter, setEmitter } from '../../../src/emitters/openstack/emitters.ts';
import { type Properties, propertyFindings } from '../../../src/emitters/openstack/rules.ts';
import type { Plan, PlanDisk } from '../../../src/facts/index.ts';

const withDisk = (more: Partial<PlanDisk>): Plan => planOf({}, { disks: [planDisk('disk0', more)] });

describe('what Glance, its client or Nova would refuse is not printed', () => {
  it.each<[string, Plan, string, number]>([
    [
      'a disk with a backing file',
      withDisk({ backing: [{ name: 'base', path: '/srv/base', format: 'raw' }] }),
      'openstack/backing-file',
      3,
    ],
    ['a format Glance has no name for', withDisk({ format: 'qed' }), 'openstack/disk-format', 4],
    ['a format named like Object.prototype', withDisk({ format: 'toString' }), 'openstack/disk-format', 4],
    [
      'a fixed VHD, which is a raw disk and a footer',
      withDisk({ format: 'vhd', virtualSize: 1 << 20, fileSize: (1 << 20) + 512 }),
      'openstack/fixed-vhd',
      4,
    ],
    ['a kernel beside a qcow2 disk', planOf({}, { kernel: '/boot/vmlinuz' }), 'openstack/kernel-boot', 4],
    [
      'extended L2 entries',
      withDisk({ details: { features: { incompatible: ['extended-l2'] } } }),
      'openstack/extended-l2',
      4,
    ],
    ['a disk that is no file of its own', withDisk({ wrapping: [{ kind: 'gzip' }] }), 'openstack/inside-archive', 1],
    [
      'a disk that is no file at all',
      withDisk({ path: 'https://example.org/disk.qcow2' }),
      'openstack/relative-path',
      2,
    ],
    ['a path that the client would take for an option', withDisk({ path: '--public' }), 'openstack/relative-path', 2],
    ['a path that reads as another', withDisk({ path: '/srv/\u202e2wocq.ksid' }), 'openstack/path', 2],
    ['a path of two lines', withDisk({ path: '/srv/a\nb' }), 'openstack/path', 2],
    ['a kernel in a path of two lines', planOf({}, { kernel: '/srv/a\nb' }), 'openstack/path', 2],
    ['a name that reads as another', planOf({}, { name: 'a\u2066b' }), 'openstack/name', 2],
    ['a name that is not Unicode', planOf({}, { name: 'a\ud800' }), 'openstack/name', 2],
    ['a name that is empty', planOf({}, { name: '' }), 'openstack/name', 2],
    [
      'a name that is too long for a kernel beside it',
      planOf({}, { name: 'n'.repeat(250), kernel: '/k' }),
      'openstack/name',
      2,
    ],
    ['a name of 256 characters', planOf({}, { name: 'n'.repeat(256) }), 'openstack/name', 2],
    ['a name beyond the BMP', planOf({}, { name: 'guest 😀' }), 'openstack/name', 2],
    ['a name that looks like an option', planOf({}, { name: '--public' }), 'openstack/name', 2],
    ['a name with a control character', planOf({}, { name: 'a\u001b[2Jb' }), 'openstack/name', 2],
    ['a path that hides a part of itself', withDisk({ path: '/srv/a\rb' }), 'openstack/path', 2],
    ['no disk', planOf({}, { disks: [] }), 'openstack/no-disk', 4],
    ['Secure Boot without UEFI', planOf({ 'secure-boot': true, firmware: 'bios' }), 'openstack/combination', 4],
    [
      'Secure Boot on i440fx',
      planOf({ 'secure-boot': true, firmware: 'uefi', machine: 'i440fx' }),
      'openstack/combination',
      4,
    ],
    ['IDE on q35', planOf({ 'disk-bus.disk0': 'ide' }), 'openstack/combination', 4],
    ['BIOS on aarch64', planOf({ architecture: 'aarch64', machine: 'virt' }), 'openstack/combination', 4],
    ['a CRB TPM 1.2', planOf({ tpm: '1.2', 'tpm-model': 'tpm-crb' }), 'openstack/combination', 4],
    ['SEV with BIOS', planOf({ 'launch-security': 'sev' }), 'openstack/combination', 4],
    [
      'a version beyond the BMP',
      planOf({}, { os: { id: 'x', shortId: 'x', name: 'x', version: '\u{1f600}', family: 'linux', distro: 'debian' } }),
      'openstack/property',
      4,
    ],
  ])('%s', (_, plan, code, exit) => {
    const { text, findings } = scriptEmitter.emit(plan, {});
    expect(text).toBeNull();
    expect(findings).toContainEqual(expect.objectContaining({ code, exit, severity: 'error' }));
  });

  it.each<[Properties, number]>([
    [{ hw_tpm_model: 'tpm-tis' }, 1],
    [{ hw_scsi_model: 'virtio-scsi', hw_disk_bus: 'virtio' }, 1],
    [{ hw_scsi_model: 'virtio-scsi', hw_disk_bus: 'scsi' }, 0],
    [{ hw_cdrom_bus: 'ide', hw_machine_type: 'pc-q35-8.2' }, 1],
    [{ hw_cdrom_bus: 'ide', hw_machine_type: 'pc' }, 0],
    [{ hw_viommu_model: 'intel', hw_machine_type: 'pc' }, 1],
    [{ hw_viommu_model: 'smmuv3', hw_machine_type: 'virt-8.2' }, 0],
    [{ hw_viommu_model: 'smmuv3', hw_machine_type: 'q35' }, 1],
    [{ hw_locked_memory: 'true' }, 1],
    [{ hw_locked_memory: 'true', hw_mem_page_size: 'large' }, 0],
    [{ os_require_quiesce: 'yes' }, 1],
    [{ os_require_quiesce: 'yes', hw_qemu_guest_agent: 'yes' }, 0],
    [{ hw_video_ram: '64' }, 1],
    [{ kernel_id: '7a1c3f6e-22a4-4a7d-9d2c-0d4be5a0c0de', os_command_line: 'ro' }, 0],
    [{ ramdisk_id: '7a1c3f6e-22a4-4a7d-9d2c-0d4be5a0c0de' }, 1],
    [{ os_command_line: 'ro' }, 1],
    [{ os_version: 'a\nb' }, 1],
    [{ os_version: 'a\u0000b' }, 1],
    [{ os_version: '\ud800' }, 1],
    [{ os_version: '-1=--public' }, 0],
    [{ os_version: 'v'.repeat(65_535) }, 0],
    [{ os_version: 'ü'.repeat(32_768) }, 1],
    [{ name: 'another' }, 1],
    [{ owner: 'another' }, 1],
    [{ min_disk: '3' }, 1],
    [{ os_glance_importing_to_stores: 'x' }, 1],
    [{ '': 'x' }, 1],
    [{ 'a=b': 'x' }, 1],
    [{ '--public': 'x' }, 1],
    [{ ['n'.repeat(256)]: 'x' }, 1],
    [{ 'emoji 😀': 'x' }, 1],
    [Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`p${index}`, ''])), 1],
  ])('%o breaks %i rule(s)', (properties, count) => {
    expect(propertyFindings(properties)).toHaveLength(count);
  });

  it('what is started with a kernel may have a command line', () => {
    expect(propertyFindings({ os_command_line: 'ro' }, ['kernel'])).toEqual([]);
    expect(propertyFindings({}, ['ramdisk'])).toHaveLength(1);
  });

  it('an architecture that Nova does not know is a warning', () => {
    const { text, findings } = scriptEmitter.emit(
      planOf({ architecture: 'loongarch64', machine: 'virt', firmware: 'uefi' }),
      {},
    );
    expect(text).not.toContain('hw_architecture');
    expect(findings).toMatchObject([{ code: 'openstack/architecture', severity: 'warning' }]);
  });

  it('an upload that is over is not judged again', () => {
    const codes = (more: Partial<PlanDisk>) => setEmitter.emit(withDisk(more), {}).findings.map(({ code }) => code);
    expect(codes({ format: 'qed', path: '/srv/a\nb' })).toEqual([]);
    expect(codes({ encrypted: true })).toEqual(['openstack/encrypted']);
    expect(codes({ backing: [{ name: 'base', path: '/srv/base', format: 'raw' }] })).toEqual([
      'openstack/backing-file',
    ]);
  });

  it('a CD-ROM that is left out is a warning, not a refusal', () => {
    const { text, findings } = scriptEmitter.emit(
      planOf({ 'cdrom-bus': 'sata' }, { cdroms: [{ id: 'cdrom0', path: '/srv/a.iso', slice: null, bootOrder: null }] }),
      {},
    );
    expect(text).toContain('hw_cdrom_bus=sata');
    expect(findings).toMatchObject([{ code: 'openstack/cdrom-left-out', severity: 'warning' }]);
  });
});
