import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ovfOf, packed, pasted, printedCommands, sha256Of, vmImport } from './bundle.ts';
import { EmbeddedLibvirt, onUserNetwork } from './embedded-libvirt.ts';
import { describeWith, runTool } from './tools.ts';

const MIB = 1024 * 1024;

describeWith(['virsh', 'qemu-img', 'qemu-system-x86_64', 'tar'], 'libvirt starts from the disks of an OVA', () => {
  let directory: string;
  let libvirt: EmbeddedLibvirt;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'vm-import-bundle-domains-'));
    chmodSync(directory, 0o755);
    const run = (...argv: string[]) => runTool('qemu-img', argv, directory);
    // an empty qcow2 ends inside a sector
    run('create', '-q', '-f', 'qcow2', 'one.qcow2', '8M');
    run('create', '-q', '-f', 'vmdk', '-o', 'subformat=streamOptimized', 'two.vmdk', '8M');
    run('create', '-q', '-f', 'raw', 'three.raw', '8M');
    const disks = ['one.qcow2', 'two.vmdk', 'three.raw'];
    const ovf = ovfOf(
      'machine',
      disks.map((href) => ({ href, capacity: 8 * MIB })),
    );
    packed(directory, 'machine.ova', ovf, disks);
    libvirt = await EmbeddedLibvirt.start('bundles');
  }, 300_000);
  afterAll(async () => {
    await libvirt.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it.each([
    ['in-place', 'virtio', 3],
    ['in-place', 'scsi', 3],
    ['overlay', 'sata', 3],
    ['overlay', 'virtio', 3],
    ['copy', 'virtio', 0],
  ])('%s on %s', async (placement, bus, slices) => {
    const work = join(directory, `${placement}-${bus}`);
    mkdirSync(work);
    chmodSync(work, 0o755);
    const before = sha256Of(join(directory, 'machine.ova'));
    const { status, stdout, stderr } = vmImport(
      directory,
      ...['machine.ova', '--disk-placement', placement, '--set', `disk-bus=${bus}`, '--set', 'virt-type=qemu'],
      ...['--set', 'cpu-mode=maximum', '--disk-dir', work],
    );
    expect(status, stderr).toBe(0);
    for (const [command = ''] of printedCommands(stderr)) pasted(command, directory);
    expect(stdout.match(/<slice type="storage"/g) ?? []).toHaveLength(slices);
    expect(stdout.match(new RegExp(`<target dev="[a-z]+" bus="${bus}"/>`, 'g'))).toHaveLength(3);
    const file = join(work, 'domain.xml');
    writeFileSync(file, onUserNetwork(stdout));
    expect(await libvirt.run(`create --paused --validate ${file}`)).not.toMatch(/error:/);
    expect(await libvirt.run('domstate machine')).toContain('paused');
    // QEMU has opened the disks with their sizes: what the guest would see
    for (const target of [...stdout.matchAll(/<target dev="([a-z]+)" bus/g)].map(([, dev]) => dev)) {
      expect(await libvirt.run(`domblkinfo machine ${target}`)).toMatch(new RegExp(`Capacity: +${8 * MIB}\\b`));
    }
    expect(await libvirt.run('destroy machine')).not.toMatch(/error:/);
    expect(await libvirt.run(`define --validate ${file}`)).not.toMatch(/error:/);
    expect(await libvirt.run('undefine machine')).not.toMatch(/error:/);
    expect(sha256Of(join(directory, 'machine.ova'))).toBe(before);
  });

  it('in place on SATA is refused before libvirt refuses it', () => {
    const { status, codes } = vmImport(
      directory,
      ...['machine.ova', '--disk-placement', 'in-place', '--set', 'disk-bus=sata', '--quiet'],
    );
    expect([status, codes]).toEqual([4, expect.arrayContaining(['plan/unresolved'])]);
  });
});
