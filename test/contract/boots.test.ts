import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootDisk } from './boot-sector.ts';
import { ovfOf, packed, pasted, printedCommands, sha256Of, vmImport } from './bundle.ts';
import { efiProgram } from './efi-program.ts';
import { withBootEntry } from './efi-variables.ts';
import { DISK_SECTORS, ESP, fatDisk } from './fat-disks.ts';
import { type Guest, Guests } from './guests.ts';
import { LinuxDisks } from './linux-disks.ts';
import { describeWith, itWithout, missingFiles, runTool } from './tools.ts';

const MIB = 1024 * 1024;

/** What a user adds so that a guest runs anywhere: no KVM, no network of libvirt, little memory. */
const ANYWHERE = ['--set', 'virt-type=qemu', '--set', 'vcpus=1', '--network', 'none'] as const;

/** Firmware and a kernel under TCG, on a machine that does something else as well. */
const SECONDS = 180;
const TIMEOUT = 480_000;

let directory: string;
let guests: Guests;

function start(purpose: string): () => Promise<void> {
  return async () => {
    directory = mkdtempSync(join(tmpdir(), `vm-import-${purpose}-`));
    chmodSync(directory, 0o755);
    guests = await Guests.open(purpose);
  };
}

async function stop(): Promise<void> {
  await guests?.close();
  rmSync(directory, { recursive: true, force: true });
}

/** Imports a machine, runs what is printed for files that have to be made first, and keeps the XML as printed. */
function imported(
  name: string,
  ...argv: readonly string[]
): Guest & { readonly codes: readonly unknown[]; readonly xml: string } {
  const { status, stdout, stderr, codes } = vmImport(directory, ...argv, ...ANYWHERE, '--name', name);
  expect(status, stderr).toBe(0);
  for (const [command = ''] of printedCommands(stderr)) pasted(command, directory);
  const file = join(directory, `${name}.xml`);
  writeFileSync(file, stdout);
  return { file, name, codes, xml: stdout };
}

/** What disks of ours say between the first line and the last. */
const lines = (said: string): readonly string[] => said.trim().split(/[\r\n]+/);

describeWith(
  ['virsh', 'qemu-img', 'qemu-system-x86_64', 'tar', 'bash'],
  'a boot sector starts from what vm-import prints',
  () => {
    beforeAll(async () => {
      await start('boots')();
      for (const name of ['alpha', 'beta']) writeFileSync(join(directory, `${name}.raw`), bootDisk(name, MIB));
    }, TIMEOUT);
    afterAll(stop, TIMEOUT);

    const convert = (name: string, file: string, ...format: readonly string[]) =>
      void runTool('qemu-img', ['convert', '-f', 'raw', '-O', ...format, `${name}.raw`, file], directory);

    it.each([
      ['raw', ['raw']],
      ['qcow2', ['qcow2']],
      ['vmdk', ['vmdk', '-o', 'subformat=streamOptimized']],
      ['vhdx', ['vhdx']],
      ['vpc', ['vpc']],
    ])(
      'of a disk in %s',
      async (extension, format) => {
        const file = `single.${extension}`;
        convert('alpha', file, ...format);
        const guest = imported(`single-${extension}`, file, '--set', 'memory-mib=64');
        const said = await guests.console(guest, '[alpha done]', SECONDS);
        expect(lines(said)).toEqual(['[alpha started]', '[alpha seen]', '[alpha done]']);
      },
      TIMEOUT,
    );

    it.each([
      ['ide', 'i440fx'],
      ['usb', 'q35'],
      ['scsi', 'i440fx'],
    ])(
      'on %s of %s',
      async (bus, machine) => {
        const hardware = ['--set', `disk-bus=${bus}`, '--set', `machine=${machine}`, '--set', 'memory-mib=64'];
        const guest = imported(`on-${bus}`, 'alpha.raw', ...hardware);
        expect(await guests.console(guest, '[alpha done]', SECONDS)).toContain('[alpha started]');
      },
      TIMEOUT,
    );

    it.each([
      [[], ['alpha', 'beta']],
      [
        ['--set', 'boot-order=disk1,disk0'],
        ['beta', 'alpha'],
      ],
    ])(
      'of the first in the order %j, and the BIOS sees the other',
      async (order, [first, second]) => {
        const guest = imported('pair', 'alpha.raw', 'beta.raw', ...order, '--set', 'memory-mib=64');
        const said = await guests.console(guest, `[${first} done]`, SECONDS);
        expect(lines(said)).toEqual([`[${first} started]`, `[${first} seen]`, `[${second} seen]`, `[${first} done]`]);
      },
      TIMEOUT,
    );

    it.each([
      ['in-place', 'virtio', ['beta', 'alpha']],
      ['overlay', 'scsi', ['alpha', 'beta']],
      ['copy', 'sata', ['alpha', 'beta']],
    ])(
      'of an OVA with two disks, %s on %s',
      async (placement, bus, [first = '', second = '']) => {
        convert(first, 'first.vmdk', 'vmdk', '-o', 'subformat=streamOptimized');
        convert(second, 'second.qcow2', 'qcow2');
        const members = ['first.vmdk', 'second.qcow2'];
        const ovf = ovfOf(
          'machine',
          members.map((href) => ({ href, capacity: MIB })),
        );
        const archive = packed(directory, `${placement}.ova`, ovf, members);
        for (const member of members) rmSync(join(directory, member));
        const before = sha256Of(archive);
        const guest = imported(`ova-${placement}`, archive, '--disk-placement', placement, '--set', `disk-bus=${bus}`);
        expect(guest.xml.match(/<slice type="storage"/g) ?? []).toHaveLength(placement === 'copy' ? 0 : 2);
        const said = await guests.console(guest, `[${first} done]`, SECONDS);
        expect(lines(said)).toEqual([`[${first} started]`, `[${first} seen]`, `[${second} seen]`, `[${first} done]`]);
        expect(sha256Of(archive)).toBe(before);
      },
      TIMEOUT,
    );
  },
);

const LINUX_TOOLS = [
  ...['virsh', 'qemu-img', 'qemu-system-x86_64', 'apt-get', 'apt-cache', 'dpkg-deb'],
  ...['grub-mkimage', 'sfdisk', 'mformat', 'mcopy', 'mmd', 'mke2fs'],
];

const EMPTY_STORE = '/usr/share/OVMF/OVMF_VARS_4M.fd';

describeWith(LINUX_TOOLS, 'a Linux starts from what vm-import prints', () => {
  let disks: LinuxDisks;

  beforeAll(async () => {
    await start('boots')();
    disks = new LinuxDisks(directory);
  }, TIMEOUT);
  afterAll(stop, TIMEOUT);

  const started = ['[linux started]', `[disk vda ${DISK_SECTORS}]`, '[linux done]'].join('\r\n');

  it(
    'by GRUB under BIOS',
    async () => {
      disks.bios('bios.raw');
      const guest = imported('linux-bios', 'bios.raw', '--set', 'memory-mib=256');
      expect(await guests.console(guest, '[linux done]', SECONDS)).toContain(started);
    },
    TIMEOUT,
  );

  itWithout(
    missingFiles([EMPTY_STORE]),
    'by the fallback loader under UEFI',
    async () => {
      disks.uefi('fallback.raw', 'EFI/BOOT/BOOTX64.EFI');
      const guest = imported('linux-fallback', 'fallback.raw', '--set', 'memory-mib=256');
      expect(guest.codes).not.toContain('content/needs-nvram');
      expect(guest.xml).toContain('<os firmware="efi">');
      expect(await guests.console(guest, '[linux done]', SECONDS)).toContain(started);
    },
    TIMEOUT,
  );

  itWithout(
    missingFiles([EMPTY_STORE]),
    'with Secure Boot, which lets signed loaders through and no others',
    async () => {
      disks.signed('signed.raw');
      disks.uefi('unsigned.raw', 'EFI/BOOT/BOOTX64.EFI');
      const secure = ['--set', 'secure-boot=true', '--set', 'memory-mib=256'];
      const signed = imported('linux-signed', 'signed.raw', ...secure);
      expect(await guests.console(signed, '[linux done]', SECONDS)).toContain(started);
      const unsigned = imported('linux-unsigned', 'unsigned.raw', ...secure);
      const refused = await guests.console(unsigned, 'Access Denied', SECONDS);
      expect(refused).toContain('Access Denied');
      expect(refused).not.toContain('[linux');
    },
    TIMEOUT,
  );

  itWithout(
    missingFiles([EMPTY_STORE]),
    'by a boot entry alone, after the warning that an empty variable store does not start it',
    async () => {
      disks.uefi('entry.raw', 'EFI/debian/grubx64.efi');
      const guest = imported('linux-entry', 'entry.raw', '--set', 'memory-mib=256');
      expect(guest.codes).toContain('content/needs-nvram');
      const stranded = await guests.console(guest, 'Shell> ', SECONDS);
      expect(stranded).toContain('UEFI Interactive Shell');
      expect(stranded).not.toContain('[linux');

      // the machine's own NVRAM, brought along as the warning advises
      const store = join(directory, 'brought.fd');
      withBootEntry(EMPTY_STORE, store, { title: 'debian', partition: ESP, loader: '\\EFI\\debian\\grubx64.efi' });
      const brought = ['--host', '/usr/share/qemu/firmware', '--set', `nvram=${store}`];
      const entered = imported('linux-nvram', 'entry.raw', ...brought, '--set', 'memory-mib=256');
      expect(entered.codes).not.toContain('content/needs-nvram');
      expect(entered.xml).toContain(`template="${store}"`);
      expect(await guests.console(entered, '[linux done]', SECONDS)).toContain(started);
    },
    TIMEOUT,
  );

  it(
    'by its kernel alone, with the file system of a disk without partitions as its root',
    async () => {
      disks.bare('bare.raw', '[banner of bare]');
      const files = ['--kernel', 'vmlinuz', '--initrd', 'initrd'];
      const guest = imported('linux-bare', 'bare.raw', ...files, '--set', 'memory-mib=256');
      expect(await guests.console(guest, '[linux done]', SECONDS)).toContain('[banner of bare]');
    },
    TIMEOUT,
  );
});

describeWith(
  ['virsh', 'qemu-system-aarch64', 'sfdisk', 'mformat', 'mcopy', 'mmd'],
  'an EFI program for aarch64 starts from what vm-import prints',
  () => {
    beforeAll(start('boots'), TIMEOUT);
    afterAll(stop, TIMEOUT);

    itWithout(
      missingFiles(['/usr/share/AAVMF/AAVMF_CODE.fd']),
      'by the fallback path',
      async () => {
        writeFileSync(join(directory, 'hello.efi'), efiProgram('[aarch64 started]'));
        fatDisk(join(directory, 'aarch64.raw'), 'gpt', new Map([['EFI/BOOT/BOOTAA64.EFI', 'hello.efi']]));
        const guest = imported('aarch64', 'aarch64.raw', '--set', 'memory-mib=256');
        expect(guest.xml).toContain('arch="aarch64" machine="virt"');
        expect(await guests.console(guest, '[aarch64 started]', SECONDS)).toContain('[aarch64 started]');
      },
      TIMEOUT,
    );
  },
);
