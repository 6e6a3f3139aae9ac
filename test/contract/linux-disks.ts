import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianPackages } from './debian-packages.ts';
import { fatDisk, PARTITION, SECTOR } from './fat-disks.ts';
import { initramfs } from './initramfs.ts';
import { pasteBytes } from './sparse-files.ts';
import { runTool } from './tools.ts';

/** Up to here a boot sector is code; behind it are the disk's signature and the partition table. */
const CODE_SIZE = 440;

/** What the system is started from, on a disk and in the directory alike. */
const SYSTEM = ['vmlinuz', 'initrd'] as const;

/** How GRUB starts it. */
const START = 'linux /vmlinuz console=ttyS0 quiet\ninitrd /initrd\nboot\n';

const PACKAGES = [
  ...['linux-image-cloud-amd64', 'busybox-static', 'grub-pc-bin', 'grub-efi-amd64-bin'],
  ...['shim-signed', 'grub-efi-amd64-signed'],
] as const;

/** A Linux of Debian, that starts to the console, as a kernel and as disks. */
export class LinuxDisks {
  readonly #directory: string;
  readonly #packages: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.#packages = join(directory, 'packages');
    debianPackages(PACKAGES, this.#packages);
    const kernel = readdirSync(join(this.#packages, 'boot')).find((name) => name.startsWith('vmlinuz-'));
    if (kernel === undefined) throw new Error('the package of the kernel has no kernel');
    copyFileSync(join(this.#packages, 'boot', kernel), join(directory, 'vmlinuz'));
    writeFileSync(join(directory, 'initrd'), initramfs(this.#packages, kernel.slice('vmlinuz-'.length)));
  }

  /** A disk with an MBR and GRUB in the gap behind it, as grub-bios-setup lays them out. */
  bios(name: string): void {
    const modules = ['biosdisk', 'part_msdos', 'fat', 'linux'];
    const core = readFileSync(join(this.#directory, this.#grub('i386-pc', '(hd0,msdos1)/', '', modules)));
    if (SECTOR + core.length > PARTITION) throw new Error('GRUB does not fit in front of the partition');
    fatDisk(join(this.#directory, name), 'mbr', new Map(SYSTEM.map((file) => [file, file])));
    const boot = readFileSync(join(this.#packages, 'usr/lib/grub/i386-pc/boot.img')).subarray(0, CODE_SIZE);
    pasteBytes(join(this.#directory, name), boot, 0);
    pasteBytes(join(this.#directory, name), core, SECTOR);
  }

  /** A disk with a GPT and an EFI system partition with GRUB at a path. */
  uefi(name: string, loader: string): void {
    const modules = ['part_gpt', 'fat', 'linux', 'search_fs_file'];
    const program = this.#grub('x86_64-efi', '/', 'search.file /vmlinuz root\n', modules);
    const files = [...SYSTEM.map((file) => [file, file] as const), [loader, program] as const];
    fatDisk(join(this.#directory, name), 'gpt', new Map(files));
  }

  /** A disk whose loader, GRUB and kernel are all signed: shim by Microsoft, the others by Debian. */
  signed(name: string): void {
    writeFileSync(join(this.#directory, 'grub.cfg'), `search --file --set=root /vmlinuz\n${START}`);
    const library = 'packages/usr/lib';
    const files = new Map<string, string>([
      ...SYSTEM.map((file) => [file, file] as const),
      ['EFI/BOOT/BOOTX64.EFI', `${library}/shim/shimx64.efi.signed`],
      ['EFI/BOOT/grubx64.efi', `${library}/grub/x86_64-efi-signed/grubx64.efi.signed`],
      ['EFI/debian/grub.cfg', 'grub.cfg'],
    ]);
    fatDisk(join(this.#directory, name), 'gpt', files);
  }

  /** A file system without a partition table, for a kernel from outside. */
  bare(name: string, banner: string): void {
    const root = join(this.#directory, `${name}.root`);
    mkdirSync(root);
    for (const directory of ['etc', 'sbin', 'usr']) mkdirSync(join(root, directory));
    writeFileSync(join(root, 'banner'), `${banner}\n`);
    runTool('mke2fs', ['-q', '-t', 'ext4', '-d', root, name, '16M'], this.#directory);
  }

  /** The name of GRUB's image for a target, which starts the system of the disk it lies on. */
  #grub(target: string, prefix: string, first: string, modules: readonly string[]): string {
    const [config, image] = [`${target}.cfg`, `${target}.img`];
    writeFileSync(join(this.#directory, config), `${first}${START}`);
    const from = join(this.#packages, 'usr/lib/grub', target);
    const argv = ['-d', from, '-O', target, '-p', prefix, '-c', config, '-o', image, ...modules];
    runTool('grub-mkimage', argv, this.#directory);
    return image;
  }
}
