import { mkdir, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inspectContent } from '../../src/content/inspect.ts';
import type { ContentReading } from '../../src/facts/content.ts';
import { openFile } from '../../src/sources/file.ts';
import { codes } from '../findings.ts';
import { describeWith } from './tools.ts';

const MIB = 1024 * 1024;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'content-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** Runs a real tool; the administration tools are not on every user's PATH. */
const run = (tool: string, args: readonly string[], input = ''): Promise<{ stdout: string }> =>
  execa(tool, args, { input, env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` } });

/** Reads a file through its front door and checks what must hold of every reading. */
async function inspect(path: string): Promise<ContentReading> {
  const file = await openFile(path);
  try {
    const reading = await inspectContent(file, { disk: 'disk0', uri: file.uri });
    expect(file.bytesRead).toBeLessThanOrEqual(200 * 1024 + MIB);
    const pointers = reading.proofs.map(({ pointer }) => pointer);
    for (const { pointer } of reading.votes) expect(pointers).toContain(pointer);
    for (const { offset, hex } of reading.proofs) {
      expect((await file.read(offset, hex.length / 2)).toString('hex')).toBe(hex);
    }
    return reading;
  } finally {
    await file.close();
  }
}

async function blank(name: string, size: number): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, '');
  await truncate(path, size);
  return path;
}

/** Writes the bytes of one file into another. */
async function paste(into: string, from: string | Buffer, offset: number): Promise<void> {
  const bytes = typeof from === 'string' ? await readFile(from) : from;
  const handle = await open(into, 'r+');
  await handle.write(bytes, 0, bytes.length, offset);
  await handle.close();
}

/** What is said about each key, as `strength values`. */
function said(reading: ContentReading, key: string): readonly string[] {
  return reading.votes
    .filter((vote) => vote.key === key)
    .map(({ strength, values }) => `${strength} ${values.join(', ')}`);
}

describeWith(
  ['mke2fs', 'mkfs.xfs', 'mkfs.btrfs', 'mkfs.vfat', 'mkntfs', 'mkswap'],
  'file systems of real tools',
  () => {
    it.each([
      ['ext4', 'ext4', 'mke2fs', ['-q', '-t', 'ext4']],
      ['ext3', 'ext3', 'mke2fs', ['-q', '-t', 'ext3']],
      ['ext2', 'ext2', 'mke2fs', ['-q', '-t', 'ext2']],
      ['xfs', 'xfs', 'mkfs.xfs', ['-q']],
      ['btrfs', 'btrfs', 'mkfs.btrfs', ['-q']],
      ['FAT16', 'fat16', 'mkfs.vfat', ['-F', '16']],
      ['FAT32', 'fat32', 'mkfs.vfat', ['-F', '32']],
      ['a FAT16 volume with an MBR of its own', 'fat16', 'mkfs.vfat', ['-F', '16', '--mbr=y']],
      ['ntfs', 'ntfs', 'mkntfs', ['-q', '-F', '-f']],
      ['swap', 'swap', 'mkswap', []],
      ['swap with pages of 64 KiB', 'swap', 'mkswap', ['-p', '65536']],
    ])('%s is a bare file system', async (title, id, tool, args) => {
      const path = await blank(`fs-${title.replaceAll(' ', '-')}.img`, 320 * MIB);
      await run(tool, [...args, path]);
      const reading = await inspect(path);
      expect({ payload: reading.payload, id: reading.details.filesystem }).toEqual({ payload: 'filesystem', id });
      expect(reading.votes).toEqual([]);
    });

    it('FAT12 is a bare file system', async () => {
      const path = await blank('fs-floppy.img', 1440 * 1024);
      await run('mkfs.vfat', ['-F', '12', path]);
      expect(await inspect(path)).toMatchObject({ payload: 'filesystem', details: { filesystem: 'fat12' } });
    });
  },
);

describeWith(['mkfs.f2fs', 'mkfs.exfat', 'mksquashfs', 'mkfs.erofs'], 'more file systems of real tools', () => {
  it.each([
    ['f2fs', 'mkfs.f2fs', ['-q']],
    ['exfat', 'mkfs.exfat', []],
  ])('%s is a bare file system', async (id, tool, args) => {
    const path = await blank(`fs-${id}.img`, 128 * MIB);
    await run(tool, [...args, path]);
    expect((await inspect(path)).details.filesystem).toBe(id);
  });

  it('squashfs and erofs are bare file systems', async () => {
    const tree = join(dir, 'tree');
    await mkdir(tree, { recursive: true });
    await writeFile(join(tree, 'file'), 'text');
    const squash = join(dir, 'fs.squashfs');
    await run('mksquashfs', [tree, squash, '-quiet', '-no-progress']);
    const erofs = join(dir, 'fs.erofs');
    await run('mkfs.erofs', [erofs, tree]);
    expect((await inspect(squash)).details.filesystem).toBe('squashfs');
    expect((await inspect(erofs)).details.filesystem).toBe('erofs');
  });
});

describeWith(['cryptsetup'], 'LUKS containers of cryptsetup', () => {
  it.each(['luks1', 'luks2'])('%s is named, and what is inside stays unknown', async (type) => {
    const path = await blank(`${type}.img`, 32 * MIB);
    const cheap = ['--batch-mode', '--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000', '--key-file', '-'];
    await run('cryptsetup', ['luksFormat', '--type', type, ...cheap, path], 'secret');
    const reading = await inspect(path);
    expect(reading.details.filesystem).toBe(type);
    expect(codes(reading)).toEqual(['content/encrypted']);
  });
});

const SCRIPT = `label: gpt
size=1MiB, type=21686148-6449-6E6F-744E-656564454649
size=40MiB, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name="EFI system"
type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, name="root"
`;

/** The partitions have no content, and that is found too. */
const NOT_THE_TABLE = ['content/esp-unreadable', 'content/bios-boot-unused'];

interface SfdiskTable {
  readonly partitiontable: {
    readonly label: string;
    readonly sectorsize: number;
    readonly partitions: readonly {
      readonly start: number;
      readonly size: number;
      readonly type: string;
      readonly name?: string;
      readonly bootable?: boolean;
    }[];
  };
}

describeWith(['sfdisk', 'sgdisk'], 'partition tables as sfdisk and sgdisk see them', () => {
  it.each([
    ['a GPT', SCRIPT],
    ['an MBR with an active partition', 'label: dos\nsize=20MiB, type=83, bootable\ntype=8e\n'],
    [
      'an MBR with logical partitions',
      'label: dos\nsize=8MiB, type=83\ntype=5\nsize=8MiB, type=83\nsize=8MiB, type=82\nsize=8MiB, type=7\n',
    ],
  ])('%s is read as sfdisk prints it', async (title, script) => {
    const path = await blank(`table-${title.replaceAll(' ', '-')}.img`, 64 * MIB);
    await run('sfdisk', ['-q', path], script);
    const { stdout } = await run('sfdisk', ['-J', path]);
    const { partitiontable }: SfdiskTable = JSON.parse(stdout);
    const reading = await inspect(path);
    expect(reading.payload).toBe('disk');
    expect(codes(reading).filter((code) => !NOT_THE_TABLE.includes(code))).toEqual([]);
    expect(reading.details.table).toBe(partitiontable.label === 'gpt' ? 'gpt' : 'mbr');
    expect(
      reading.partitions.map(({ start, size, typeId, name, active }) => ({ start, size, typeId, name, active })),
    ).toEqual(
      partitiontable.partitions.map(({ start, size, type, name, bootable }) => ({
        start: start * partitiontable.sectorsize,
        size: size * partitiontable.sectorsize,
        typeId: type.length > 2 ? type.toLowerCase() : `0x${type.padStart(2, '0')}`,
        name: name ?? null,
        active: bootable === true,
      })),
    );
  });

  it('a hybrid MBR of sgdisk is said to be one, and the GPT counts', async () => {
    const path = await blank('hybrid.img', 64 * MIB);
    await run('sfdisk', ['-q', path], SCRIPT);
    await run('sgdisk', ['-h', '2', path]);
    const reading = await inspect(path);
    expect(reading.details).toMatchObject({ table: 'gpt', hybrid: true });
    expect(codes(reading)).toContain('content/hybrid-mbr');
    expect(reading.partitions).toHaveLength(3);
  });

  it.each([
    ['a wiped primary table gives way to the backup', 512, 'content/gpt-primary-damaged'],
    ['a wiped backup is reported', 64 * MIB - 512, 'content/gpt-backup-damaged'],
  ])('%s', async (_title, offset, code) => {
    const path = await blank(`damaged-${offset}.img`, 64 * MIB);
    await run('sfdisk', ['-q', path], SCRIPT);
    await paste(path, Buffer.alloc(512), offset);
    const reading = await inspect(path);
    expect(codes(reading)).toContain(code);
    expect(reading.partitions).toHaveLength(3);
  });

  it.each([
    ['an enlarged disk', 80 * MIB, 'content/gpt-backup-not-at-end'],
    ['a disk that was cut', 50 * MIB, 'content/disk-cut-off'],
  ])('%s is told from a whole one', async (_title, size, code) => {
    const path = await blank(`resized-${size}.img`, 64 * MIB);
    await run('sfdisk', ['-q', path], SCRIPT);
    await truncate(path, size);
    expect(codes(await inspect(path))).toContain(code);
  });
});

/** Packages of the distribution, unpacked and not installed: the loaders and kernels that guests really have. */
const PACKAGES = ['grub-efi-amd64-bin', 'grub-pc-bin', 'shim-signed', 'grub-efi-amd64-signed', 'systemd-boot-efi'];

describeWith(['apt-get', 'dpkg', 'sfdisk', 'mkfs.vfat', 'mcopy', 'mmd'], 'disks with real boot loaders', () => {
  let files: string;

  beforeAll(async () => {
    files = join(dir, 'packages');
    await mkdir(files);
    await execa('apt-get', ['download', '-q', ...PACKAGES, 'syslinux-common'], { cwd: files });
    for (const name of await readdir(files)) await execa('dpkg', ['-x', join(files, name), join(files, 'root')]);
  }, 120_000);

  const loader = {
    shim: 'usr/lib/shim/shimx64.efi.signed',
    grub: 'usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed',
    monolithic: 'usr/lib/grub/x86_64-efi/monolithic/grubx64.efi',
    systemd: 'usr/lib/systemd/boot/efi/systemd-bootx64.efi',
  };

  /** A GPT disk with an ESP that holds `tree`: path inside it to a file of the packages. */
  async function uefiDisk(name: string, tree: Readonly<Record<string, string>>, script = SCRIPT): Promise<string> {
    const path = await blank(name, 64 * MIB);
    await run('sfdisk', ['-q', path], script);
    const esp = await blank(`${name}.esp`, 40 * MIB);
    await run('mkfs.vfat', ['-F', '32', esp]);
    await run('mmd', [
      '-i',
      esp,
      '::EFI',
      ...new Set(Object.keys(tree).map((file) => `::${file.split('/', 2).join('/')}`)),
    ]);
    for (const [file, from] of Object.entries(tree)) {
      await run('mcopy', ['-i', esp, join(files, 'root', from), `::${file}`]);
    }
    await paste(path, esp, script.includes('21686148') ? 2 * MIB : MIB);
    return path;
  }

  it('shim as fallback loader makes UEFI required, and its signature is seen', async () => {
    const path = await uefiDisk('shim.img', {
      'EFI/BOOT/BOOTX64.EFI': loader.shim,
      'EFI/debian/shimx64.efi': loader.shim,
      'EFI/debian/grubx64.efi': loader.grub,
      'EFI/debian/a-rather-long-name-of-a-loader.efi': loader.monolithic,
    });
    const reading = await inspect(path);
    expect(reading.bootable).toBe(true);
    expect(said(reading, 'firmware')).toEqual(['required uefi']);
    expect(said(reading, 'architecture')).toEqual(['required x86_64', 'recommended x86_64']);
    expect(reading.details.fallback).toEqual(['x86_64']);
    expect(reading.details.loaders?.map(({ path: shown, signed, efi }) => [shown, signed, efi])).toEqual([
      ['EFI/BOOT/BOOTX64.EFI', true, true],
      ['EFI/debian/shimx64.efi', true, true],
      ['EFI/debian/grubx64.efi', true, true],
      ['EFI/debian/a-rather-long-name-of-a-loader.efi', false, true],
    ]);
    expect(codes(reading)).toEqual(['content/bios-boot-unused', 'content/nvram-not-needed']);
  });

  it('an ESP without a fallback loader needs its NVRAM', async () => {
    const script = SCRIPT.replace(/size=1MiB.*\n/, '');
    const path = await uefiDisk('no-fallback.img', { 'EFI/systemd/systemd-bootx64.efi': loader.systemd }, script);
    const reading = await inspect(path);
    expect(reading.bootable).toBeNull();
    expect(said(reading, 'firmware')).toEqual(['recommended uefi']);
    expect(said(reading, 'architecture')).toEqual(['required x86_64', 'recommended x86_64']);
    expect(codes(reading)).toEqual(['content/needs-nvram']);
    expect(reading.findings[0]?.args).toEqual({
      fallback: 'EFI/BOOT/BOOTX64.EFI',
      loaders: 'EFI/systemd/systemd-bootx64.efi',
    });
  });

  it('boot.img of GRUB and a core image beside a fallback loader leave both firmwares open', async () => {
    const path = await uefiDisk('both.img', { 'EFI/BOOT/BOOTX64.EFI': loader.monolithic });
    const boot = await readFile(join(files, 'root', 'usr/lib/grub/i386-pc/boot.img'));
    boot.writeBigUInt64LE(2048n, 0x5c);
    await paste(path, boot.subarray(0, 440), 0);
    expect(said(await inspect(path), 'firmware')).toEqual(['required uefi']);
    await paste(path, join(files, 'root', 'usr/lib/grub/i386-pc/diskboot.img'), MIB);
    const reading = await inspect(path);
    expect(said(reading, 'firmware')).toEqual(['required bios, uefi']);
    expect(reading.details.bootCode).toBe('grub');
    expect(reading.bootable).toBe(true);
  });

  it.each(['mbr.bin', 'altmbr.bin', 'gptmbr.bin'])('%s of syslinux is recognised', async (name) => {
    const path = await blank(`syslinux-${name}.img`, 16 * MIB);
    await run('sfdisk', ['-q', path], 'label: dos\ntype=83, bootable\n');
    await paste(path, join(files, 'root', 'usr/lib/syslinux/mbr', name), 0);
    const reading = await inspect(path);
    expect(reading.details.bootCode).toBe('syslinux');
    expect(codes(reading)).toEqual(['content/boot-code-without-target']);
  });

  it.each(Object.entries(loader))('%s alone is an EFI program, not a disk', async (_name, file) => {
    const reading = await inspect(join(files, 'root', file));
    expect(reading).toMatchObject({ payload: 'kernel', details: { kernel: { kind: 'efi', architecture: 'x86_64' } } });
  });
});

describeWith(['apt-get', 'apt-cache', 'dpkg', 'file'], 'a real kernel', () => {
  it('is a bzImage of the version that file(1) prints', { timeout: 120_000 }, async () => {
    const work = join(dir, 'kernel');
    await mkdir(work);
    const { stdout } = await execa('apt-cache', ['depends', 'linux-image-cloud-amd64']);
    const name = /Depends: (linux-image-\S+)/.exec(stdout)?.[1] ?? '';
    await execa('apt-get', ['download', '-q', name], { cwd: work });
    const [archive = ''] = (await readdir(work)).filter((file) => file.endsWith('.deb'));
    await execa('sh', ['-c', `dpkg --fsys-tarfile ${archive} | tar -x --wildcards './boot/vmlinuz-*'`], { cwd: work });
    const [kernel = ''] = await readdir(join(work, 'boot'));
    const path = join(work, 'boot', kernel);
    const reading = await inspect(path);
    expect(reading.payload).toBe('kernel');
    expect(reading.details.kernel).toMatchObject({ kind: 'bzimage', architecture: 'x86_64' });
    const told = await execa('file', ['-b', path]);
    expect(told.stdout).toContain(`version ${reading.details.kernel?.version ?? '?'} `);
    expect(basename(path)).toContain(reading.details.kernel?.version ?? '?');
  });
});

describeWith(['xorriso', 'isoinfo', 'mkfs.vfat', 'mmd'], 'discs of xorriso', () => {
  it.each([
    ['BIOS only', ['-b', 'bios.img', '-no-emul-boot'], ['bios']],
    ['UEFI only', ['-e', 'efi.img', '-no-emul-boot'], ['uefi']],
    [
      'both',
      ['-b', 'bios.img', '-no-emul-boot', '-eltorito-alt-boot', '-e', 'efi.img', '-no-emul-boot'],
      ['bios', 'uefi'],
    ],
    ['neither', [], []],
  ])('a disc for %s has these entries', async (title, options, platforms) => {
    const tree = join(dir, `iso-${title.replaceAll(' ', '-')}`);
    await mkdir(tree);
    await writeFile(join(tree, 'bios.img'), Buffer.alloc(2048, 0x90));
    const efi = join(tree, 'efi.img');
    await writeFile(efi, '');
    await truncate(efi, 4 * MIB);
    await run('mkfs.vfat', [efi]);
    await run('mmd', ['-i', efi, '::EFI', '::EFI/BOOT']);
    const disc = `${tree}.iso`;
    await run('xorriso', ['-as', 'mkisofs', '-quiet', '-V', 'A_DISC', ...options, '-o', disc, tree]);
    const reading = await inspect(disc);
    expect(reading.payload).toBe('iso');
    expect(reading.details.iso?.volume).toBe('A_DISC');
    expect(reading.details.iso?.entries.map(({ platform }) => platform)).toEqual(platforms);
    const { stdout } = await run('isoinfo', ['-d', '-i', disc]);
    expect(stdout.includes('Eltorito validation header')).toBe(platforms.length > 0);
  });
});
