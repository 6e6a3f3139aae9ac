import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { debianPackages } from './debian-packages.ts';
import { initramfs } from './initramfs.ts';
import { runTool } from './tools.ts';

const SECTOR = 512;
const MIB = 1024 * 1024;

/** First byte of the only partition. */
const PARTITION = MIB;
const DISK_SIZE = 64 * MIB;

/** Up to here a boot sector is code; behind it are the disk's signature and the partition table. */
const CODE_SIZE = 440;

/** The EFI system partition of a disk; start and size in sectors. */
export const ESP = {
  guid: '4f5a1e0c-9d3b-4c57-8a61-0d2e6b7f9a13',
  start: PARTITION / SECTOR,
  size: (DISK_SIZE - 2 * PARTITION) / SECTOR,
} as const;

/** A Linux of Debian, that starts to the console, as a kernel and as disks. */
export class LinuxDisks {
  readonly #directory: string;
  readonly #packages: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.#packages = join(directory, 'packages');
    debianPackages(['linux-image-cloud-amd64', 'busybox-static', 'grub-pc-bin', 'grub-efi-amd64-bin'], this.#packages);
    const kernel = readdirSync(join(this.#packages, 'boot')).find((name) => name.startsWith('vmlinuz-'));
    if (kernel === undefined) throw new Error('the package of the kernel has no kernel');
    copyFileSync(join(this.#packages, 'boot', kernel), join(directory, 'vmlinuz'));
    writeFileSync(join(directory, 'initrd'), initramfs(this.#packages, kernel.slice('vmlinuz-'.length)));
  }

  /** A disk with an MBR and GRUB in the gap behind it, as grub-bios-setup lays them out. */
  bios(name: string): void {
    const modules = ['biosdisk', 'part_msdos', 'fat', 'linux'];
    const core = readFileSync(this.#grub('i386-pc', '(hd0,msdos1)/', '', modules));
    if (SECTOR + core.length > PARTITION) throw new Error('GRUB does not fit in front of the partition');
    this.#disk(name, `label: dos\nstart=${ESP.start}, size=${ESP.size}, type=c, bootable\n`);
    const boot = readFileSync(join(this.#packages, 'usr/lib/grub/i386-pc/boot.img')).subarray(0, CODE_SIZE);
    const disk = openSync(join(this.#directory, name), 'r+');
    writeSync(disk, boot, 0, boot.length, 0);
    writeSync(disk, core, 0, core.length, SECTOR);
    closeSync(disk);
  }

  /** A disk with a GPT and an EFI system partition with GRUB at a path. */
  uefi(name: string, loader: string): void {
    const modules = ['part_gpt', 'fat', 'linux', 'search_fs_file'];
    const program = this.#grub('x86_64-efi', '/', 'search.file /vmlinuz root\n', modules);
    this.#disk(name, `label: gpt\nstart=${ESP.start}, size=${ESP.size}, type=uefi, uuid=${ESP.guid}\n`);
    const directories = loader.split('/').slice(0, -1);
    for (const [depth] of directories.entries()) {
      this.#mtool('mmd', name, `::${directories.slice(0, depth + 1).join('/')}`);
    }
    this.#mtool('mcopy', name, program, `::${loader}`);
  }

  /** A file system without a partition table, for a kernel from outside. */
  bare(name: string, banner: string): void {
    const root = join(this.#directory, `${name}.root`);
    mkdirSync(root);
    for (const directory of ['etc', 'sbin', 'usr']) mkdirSync(join(root, directory));
    writeFileSync(join(root, 'banner'), `${banner}\n`);
    runTool('mke2fs', ['-q', '-t', 'ext4', '-d', root, name, '16M'], this.#directory);
  }

  #grub(target: string, prefix: string, first: string, modules: readonly string[]): string {
    const config = join(this.#directory, `${target}.cfg`);
    const image = join(this.#directory, `${target}.img`);
    writeFileSync(config, `${first}linux /vmlinuz console=ttyS0 quiet\ninitrd /initrd\nboot\n`);
    const from = join(this.#packages, 'usr/lib/grub', target);
    runTool(
      'grub-mkimage',
      ['-d', from, '-O', target, '-p', prefix, '-c', config, '-o', image, ...modules],
      this.#directory,
    );
    return image;
  }

  /** A disk with a FAT partition, in which the kernel and its initial file system lie. */
  #disk(name: string, table: string): void {
    const path = join(this.#directory, name);
    writeFileSync(path, '');
    truncateSync(path, DISK_SIZE);
    const { status, stderr } = spawnSync('sfdisk', ['--quiet', path], { input: table, encoding: 'utf8' });
    if (status !== 0) throw new Error(`sfdisk: ${stderr}`);
    this.#mtool('mformat', name, '-T', String(ESP.size), '::');
    this.#mtool('mcopy', name, 'vmlinuz', 'initrd', '::/');
  }

  #mtool(tool: string, name: string, ...argv: readonly string[]): void {
    runTool(tool, ['-i', `${name}@@${PARTITION}`, ...argv], this.#directory);
  }
}
