import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { execa } from 'execa';
import { afterAll, expect, it } from 'vitest';
import type { ByteSource } from '../../src/bytes/index.ts';
import { inspectContent } from '../../src/content/inspect.ts';
import { formats } from '../../src/disks/registry.generated.ts';
import type { ContentReading } from '../../src/facts/content.ts';
import { openFile } from '../../src/sources/file.ts';
import { pattern } from './disk-image.ts';
import { blankFile, pasteBytes } from './sparse-files.ts';
import { describeWith, runTool } from './tools.ts';

const MIB = 1024 * 1024;

const dir = mkdtempSync(join(tmpdir(), 'vm-import-oracles-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The administration tools are not on every user's PATH. */
async function run(tool: string, args: readonly string[], input = ''): Promise<string> {
  const env = { PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, LC_ALL: 'C' };
  return (await execa(tool, args, { cwd: dir, input, env })).stdout;
}

function blank(name: string, size: number): string {
  const path = join(dir, name);
  blankFile(path, size);
  return path;
}

async function inspect(path: string): Promise<ContentReading> {
  const file = await openFile(path);
  try {
    return await inspectContent(file, { disk: 'disk0', uri: file.uri });
  } finally {
    await file.close();
  }
}

/** What blkid says of a file, by low-level probing: TYPE, PTTYPE and the like. */
async function blkid(path: string): Promise<Readonly<Record<string, string>>> {
  const lines = (await run('blkid', ['-p', '-o', 'export', path])).split('\n');
  return Object.fromEntries(lines.map((line) => line.split('=', 2)));
}

/** Where blkid has another name for the same. */
const NAMES: Readonly<Record<string, string>> = {
  luks1: 'crypto_LUKS',
  luks2: 'crypto_LUKS',
  'lvm2-pv': 'LVM2_member',
  'linux-raid': 'linux_raid_member',
  fat12: 'vfat',
  fat16: 'vfat',
  fat32: 'vfat',
};

/** CRC-32 without the inversions at start and end, from LVM's own initial value. */
const lvmCrc = (bytes: Buffer): number => (crc32(bytes, ~0xf597a6cf >>> 0) ^ 0xffffffff) >>> 0;

/** The label of an LVM2 physical volume in its sector; pvcreate works on block devices only. */
function lvmLabel(sector: number): Buffer {
  const label = Buffer.alloc(512);
  label.write('LABELONE', 0, 'latin1');
  label.writeBigUInt64LE(BigInt(sector), 8);
  label.writeUInt32LE(32, 20);
  label.write('LVM2 001', 24, 'latin1');
  label.write('abcdefghijklmnopqrstuvwxyz012345', 32, 'latin1');
  label.writeUInt32LE(lvmCrc(label.subarray(20)), 16);
  return label;
}

/** An md superblock of version 1.1 (offset 0) or 1.2 (4096), with the checksum that mdadm writes; mdadm wants devices. */
function raidSuperblock(offset: number): Buffer {
  const block = Buffer.alloc(256);
  block.writeUInt32LE(0xa92b4efc, 0);
  block.writeUInt32LE(1, 4);
  block.fill(0x5a, 16, 32);
  block.writeBigUInt64LE(BigInt(offset / 512), 144);
  let sum = 0n;
  for (let at = 0; at < block.length; at += 4) sum += BigInt(block.readUInt32LE(at));
  block.writeUInt32LE(Number((sum & 0xffffffffn) + (sum >> 32n)), 216);
  return block;
}

describeWith(
  [
    'blkid',
    'mke2fs',
    'mkfs.xfs',
    'mkfs.btrfs',
    'mkfs.vfat',
    'mkntfs',
    'mkswap',
    'mkfs.f2fs',
    'mkfs.exfat',
    'cryptsetup',
  ],
  'what blkid says of a volume',
  () => {
    it.each([
      ['ext2', 'mke2fs', ['-q', '-t', 'ext2']],
      ['ext3', 'mke2fs', ['-q', '-t', 'ext3']],
      ['ext4', 'mke2fs', ['-q', '-t', 'ext4']],
      ['ext4 without a journal', 'mke2fs', ['-q', '-t', 'ext4', '-O', '^has_journal']],
      ['xfs', 'mkfs.xfs', ['-q']],
      ['btrfs', 'mkfs.btrfs', ['-q']],
      ['FAT16', 'mkfs.vfat', ['-F', '16']],
      ['FAT32', 'mkfs.vfat', ['-F', '32']],
      ['FAT32 with sectors of 4096 bytes', 'mkfs.vfat', ['-F', '32', '-S', '4096', '-s', '1']],
      ['ntfs', 'mkntfs', ['-q', '-F', '-f']],
      ['exfat', 'mkfs.exfat', []],
      ['f2fs', 'mkfs.f2fs', ['-q']],
      ['swap', 'mkswap', []],
      ['swap with pages of 16 KiB', 'mkswap', ['-p', '16384']],
    ])('%s', async (title, tool, args) => {
      const path = blank(title.replaceAll(' ', '-'), 320 * MIB);
      await run(tool, [...args, path]);
      await expectSameType(path);
    });

    it.each(['luks1', 'luks2'])('%s', async (type) => {
      const path = blank(type, 32 * MIB);
      const cheap = ['--batch-mode', '--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000', '--key-file', '-'];
      await run('cryptsetup', ['luksFormat', '--type', type, ...cheap, path], 'secret');
      await expectSameType(path);
    });

    it.each([
      ['LVM in the first sector', 0, lvmLabel(0)],
      ['LVM in the second sector, as usual', 512, lvmLabel(1)],
      ['LVM in the fourth sector', 1536, lvmLabel(3)],
      ['md RAID 1.1', 0, raidSuperblock(0)],
      ['md RAID 1.2', 4096, raidSuperblock(4096)],
    ])('%s', async (title, offset, bytes) => {
      const path = blank(title.replaceAll(' ', '-'), 32 * MIB);
      pasteBytes(path, bytes, offset);
      await expectSameType(path);
    });

    it('FAT12', async () => {
      const path = blank('floppy', 1440 * 1024);
      await run('mkfs.vfat', ['-F', '12', path]);
      await expectSameType(path);
    });

    it('of nothing is nothing', async () => {
      const path = blank('nothing', 32 * MIB);
      await expect(blkid(path)).rejects.toMatchObject({ exitCode: 2 });
      expect((await inspect(path)).details.filesystem).toBeNull();
    });
  },
);

describeWith(['blkid', 'mksquashfs', 'mkfs.erofs'], 'what blkid says of a read-only file system', () => {
  it.each([
    ['squashfs', (tree: string, path: string) => run('mksquashfs', [tree, path, '-quiet', '-no-progress'])],
    ['erofs', (tree: string, path: string) => run('mkfs.erofs', [path, tree])],
  ])('%s', async (name, make) => {
    const path = join(dir, name);
    // any tree will do: this room's own tests
    await make(import.meta.dirname, path);
    await expectSameType(path);
  });
});

async function expectSameType(path: string): Promise<void> {
  const reading = await inspect(path);
  const id = reading.details.filesystem ?? 'nothing';
  expect(NAMES[id] ?? id).toBe((await blkid(path))['TYPE']);
  expect(reading).toMatchObject({ payload: 'filesystem', bootable: false });
}

const SCRIPT = `label: gpt
size=1MiB, type=21686148-6449-6E6F-744E-656564454649
size=40MiB, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name="EFI system"
type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, name="root"
`;

describeWith(['blkid', 'sfdisk', 'sgdisk', 'fdisk'], 'partition tables of every kind', () => {
  it.each([
    ['a GPT', SCRIPT, 'gpt'],
    ['an MBR', 'label: dos\nsize=20MiB, type=83, bootable\ntype=8e\n', 'dos'],
  ])('%s is named by blkid too', async (title, script, type) => {
    const path = blank(title.replaceAll(' ', '-'), 64 * MIB);
    await run('sfdisk', ['-q', path], script);
    expect((await blkid(path))['PTTYPE']).toBe(type);
    expect((await inspect(path)).details.table).toBe(type === 'dos' ? 'mbr' : type);
  });

  it('a hybrid MBR shows what sfdisk prints of the table inside', async () => {
    const path = blank('hybrid', 64 * MIB);
    await run('sfdisk', ['-q', path], SCRIPT);
    await run('sgdisk', ['-h', '2:3', path]);
    const reading = await inspect(path);
    expect((await blkid(path))['PTTYPE']).toBe('gpt');
    const outer = JSON.parse(await run('sfdisk', ['-J', path])).partitiontable;
    const inner = JSON.parse(await run('sfdisk', ['-J', '--label-nested', 'dos', path])).partitiontable;
    expect(reading.details).toMatchObject({ table: outer.label, hybrid: true });
    const [hybrid] = reading.findings.filter(({ code }) => code === 'content/hybrid-mbr');
    expect(hybrid?.args).toEqual({
      count: inner.partitions.filter(({ type }: { type: string }) => type !== 'ee').length,
    });
    expect(reading.partitions.map(({ start, size }) => ({ start: start / 512, size: size / 512 }))).toEqual(
      outer.partitions.map(({ start, size }: { start: number; size: number }) => ({ start, size })),
    );
  });

  it('a disk with sectors of 4096 bytes is what fdisk lists', async () => {
    const path = blank('4kn', 256 * MIB);
    const keys = ['g', 'n', '1', '', '+64M', 't', '1', 'n', '2', '', '', 'w', ''];
    await run('fdisk', ['-b', '4096', path], keys.join('\n'));
    const listed = await run('fdisk', ['-b', '4096', '-l', '-o', 'Start,Sectors,Type-UUID', path]);
    const rows = [...listed.matchAll(/^ *(\d+) +(\d+) +([0-9A-F-]{36})$/gm)];
    expect(rows).toHaveLength(2);
    const reading = await inspect(path);
    expect(reading.details).toMatchObject({ table: 'gpt', sectorSize: 4096 });
    expect(reading.partitions.map(({ start, size, typeId }) => [start, size, typeId])).toEqual(
      rows.map(([, start, sectors, type]) => [Number(start) * 4096, Number(sectors) * 4096, type?.toLowerCase()]),
    );
    expect(reading.findings.filter(({ code }) => code.startsWith('content/gpt'))).toEqual([]);
  });
});

interface MapRange {
  readonly start: number;
  readonly length: number;
  readonly zero: boolean;
  readonly data: boolean;
  /** Where the bytes are in the file; absent where they are packed, or nowhere. */
  readonly offset?: number;
}

/** Without VHDX: qemu's driver says of no block where it is, so that only its bytes can be compared (`vhdx.test.ts`). */
const FORMATS: readonly (readonly [format: string, ...options: string[]])[] = [
  ['qcow2'],
  ['qcow2', 'cluster_size=4096'],
  ['qcow2', 'extended_l2=on'],
  ['qcow2', 'preallocation=metadata'],
  ['qcow'],
  ['qed'],
  ['vmdk'],
  ['vpc', 'subformat=dynamic,force_size=on'],
  ['vdi'],
  ['parallels'],
];
/** A length that no table is read in. */
const PROBE = 1000;

describeWith(['qemu-img', 'qemu-io'], 'guest ranges are where qemu-img map finds them', () => {
  it.each(FORMATS.map((format) => ({ format, title: format.join(' ') })))(
    '$title',
    async ({ format: [format, ...options] }) => {
      const name = `map-${format}-${options.join('-')}`;
      const raw = `${name}.raw`;
      writeFileSync(join(dir, raw), pattern(64 * MIB));
      // a hole of some MiB that every format leaves out
      runTool('qemu-img', ['convert', '-S', '4k', '-O', 'raw', raw, `${raw}.sparse`], dir);
      const asked = options.flatMap((option) => ['-o', option]);
      runTool('qemu-img', ['convert', '-f', 'raw', '-O', format, ...asked, `${raw}.sparse`, name], dir);
      if (format === 'qcow2') runTool('qemu-io', ['-f', format, '-c', 'write -z 8M 1M', name], dir);
      const map: readonly MapRange[] = JSON.parse(
        runTool('qemu-img', ['map', '--output=json', '-f', format, name], dir),
      );
      expect(map.some(({ zero }) => zero)).toBe(true);
      expect(map.some(({ offset, zero }) => offset !== undefined && !zero)).toBe(true);
      await withGuest(name, format, async (guest, requests) => {
        expect(guest.size).toBe(Math.max(...map.map(({ start, length }) => start + length)));
        for (const range of map) await expectRange(guest, requests, range);
      });
    },
  );
});

type Requests = { readonly offset: number; readonly length: number }[];

/** Reads the first and the last bytes of a range, and compares what was asked of the file. */
async function expectRange(guest: ByteSource, requests: Requests, range: MapRange): Promise<void> {
  const length = Math.min(PROBE, range.length);
  for (const inside of [0, range.length - length]) {
    requests.length = 0;
    const bytes = await guest.read(range.start + inside, length);
    const data = requests.filter((request) => request.length === length);
    const where = `${range.start}+${inside}`;
    if (range.zero) {
      expect(bytes.equals(Buffer.alloc(length)), where).toBe(true);
      if (!range.data) expect(data, where).toEqual([]);
    } else if (range.offset !== undefined) {
      expect(data, where).toEqual([{ offset: range.offset + inside, length }]);
    }
  }
}

/** The guest of an image, and the requests that its file gets. */
async function withGuest(
  name: string,
  format: string,
  use: (guest: ByteSource, requests: Requests) => Promise<void>,
): Promise<void> {
  const file = await openFile(join(dir, name));
  const requests: Requests = [];
  const recorded: ByteSource = Object.create(file, {
    read: {
      value: (offset: number, length: number) => {
        requests.push({ offset, length });
        return file.read(offset, length);
      },
    },
  });
  try {
    const reader = await formats.find(({ id }) => id === format)?.load();
    const guest = (await reader?.read(recorded, { disk: 'disk0' }))?.guest(null) ?? null;
    if (guest === null) throw new Error('no guest bytes');
    await use(guest, requests);
  } finally {
    await file.close();
  }
}
