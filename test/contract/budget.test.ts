import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inspectContent } from '../../src/content/inspect.ts';
import { inspectDisk } from '../../src/disks/inspect.ts';
import type { DiskEvidence } from '../../src/facts/index.ts';
import { type FileSource, openFile } from '../../src/sources/file.ts';
import { blankFile, pasteBytes } from './sparse-files.ts';
import { describeWith, runTool } from './tools.ts';

const MIB = 1024 * 1024;
const TIB = 1024 * 1024 * MIB;
const READS = 15;
const BYTES = 200 * 1024;
/** What the boot loaders of a disk may cost besides. */
const LOADERS = MIB;

const FORMATS: readonly (readonly [format: string, ...options: string[]])[] = [
  ['raw'],
  ['qcow2'],
  ['qcow2', 'cluster_size=512'],
  ['qcow2', 'cluster_size=2M'],
  ['qcow2', 'extended_l2=on'],
  ['qcow2', 'compat=0.10'],
  ['qcow'],
  ['qed'],
  ['vmdk'],
  ['vmdk', 'subformat=streamOptimized'],
  ['vpc', 'subformat=dynamic,force_size=on'],
  ['vpc', 'subformat=fixed,force_size=on'],
  ['vhdx'],
  ['vhdx', 'subformat=fixed'],
  ['vdi'],
  ['parallels'],
];

/** Small, and near the largest VHD. */
const SIZES = [
  ['64 MiB', 64 * MIB],
  ['1 TiB', TIB],
] as const;
/** The tables of such a qcow2 end before that, and qemu writes a fixed VHDX out. */
const FITS_NOT = ['qcow2 cluster_size=512 1 TiB', 'vhdx subformat=fixed 1 TiB'];

/** BIOS boot and Microsoft reserved partitions hold no file system that would be looked for. */
const TYPES = ['ef02', '0c01', '0c01'];

const dir = mkdtempSync(join(tmpdir(), 'vm-import-budget-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Cost {
  readonly reads: number;
  readonly bytes: number;
}

/** Looks at one image, and counts the requests to its file. */
async function look(name: string): Promise<{ readonly disk: DiskEvidence | null; readonly cost: Cost }> {
  const file = await openFile(join(dir, name));
  let reads = 0;
  const counted: FileSource = Object.create(file, {
    bytesRead: { get: () => file.bytesRead },
    read: {
      value: (offset: number, length: number) => {
        reads += 1;
        return file.read(offset, length);
      },
    },
  });
  try {
    const { disk, findings } = await inspectDisk(counted, {
      id: 'disk0',
      claimed: null,
      backingFiles: 'refuse',
      look: (guest) => inspectContent(guest, { disk: 'disk0', uri: name }),
    });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    return { disk, cost: { reads, bytes: file.bytesRead } };
  } finally {
    await file.close();
  }
}

function paste(into: string, bytes: Buffer, offset: number): void {
  pasteBytes(join(dir, into), bytes, offset);
}

function convert(from: string, [format, ...options]: (typeof FORMATS)[number]): string {
  const name = `${from}-${format}-${options.join('-')}`;
  const asked = options.flatMap((option) => ['-o', option]);
  runTool('qemu-img', ['convert', '-f', 'raw', '-O', format, ...asked, from, name], dir);
  return name;
}

describeWith(['qemu-img', 'sgdisk'], 'identity and partition table stay within 15 reads and 200 KiB', () => {
  beforeAll(() => {
    for (const [title, size] of SIZES) {
      blankFile(join(dir, title), size);
      // the last partition reaches to the end, where the backup of the table is
      const script = [
        '-n1:2048:+1M',
        '-n2:0:+30M',
        '-n3:-20M:0',
        ...TYPES.map((type, index) => `-t${index + 1}:${type}`),
      ];
      runTool('sgdisk', [...script, title], dir);
      paste(title, Buffer.from('boot code of some kind'), 0);
      paste(title, Buffer.from('a byte in the last partition'), size - 10 * MIB);
    }
  });

  const cases = SIZES.flatMap(([size]) =>
    FORMATS.map((format) => ({ size, format, title: [...format, size].join(' ') })),
  );
  it.each(cases.filter(({ title }) => !FITS_NOT.includes(title)))('$title', async ({ size, format }) => {
    const name = convert(size, format);
    const { disk, cost } = await look(name);
    rmSync(join(dir, name));
    expect(disk?.format).toBe(format[0]);
    expect(disk?.partitions).toHaveLength(3);
    expect(disk?.content?.table).toBe('gpt');
    expect(cost.reads).toBeLessThanOrEqual(READS);
    expect(cost.bytes).toBeLessThanOrEqual(BYTES);
  });
});

describeWith(
  ['xorriso', 'cryptsetup', 'mkfs.vfat'],
  'discs and encrypted disks stay within 15 reads and 200 KiB',
  () => {
    it('a disc that starts through BIOS, UEFI and from a stick', async () => {
      for (const [name, length] of [
        ['bios.img', 2048],
        ['efi.img', 4 * MIB],
      ] as const) {
        mkdirSync(join(dir, 'tree'), { recursive: true });
        writeFileSync(join(dir, 'tree', name), Buffer.alloc(length, 0x90));
      }
      runTool('mkfs.vfat', ['tree/efi.img'], dir);
      const boot = ['-b', 'bios.img', '-no-emul-boot', '-eltorito-alt-boot', '-e', 'efi.img', '-no-emul-boot'];
      runTool(
        'xorriso',
        ['-as', 'mkisofs', '-quiet', '-J', ...boot, '-isohybrid-gpt-basdat', '-o', 'disc.iso', 'tree'],
        dir,
      );
      const { disk, cost } = await look('disc.iso');
      expect(disk).toMatchObject({ format: 'iso', payload: 'iso' });
      expect(cost.reads).toBeLessThanOrEqual(READS);
      expect(cost.bytes).toBeLessThanOrEqual(BYTES);
    });

    it.each(['luks1', 'luks2'])('%s', async (type) => {
      blankFile(join(dir, type), 64 * MIB);
      writeFileSync(join(dir, 'key'), 'secret');
      const cheap = ['--batch-mode', '--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000', '--key-file', 'key'];
      runTool('cryptsetup', ['luksFormat', '--type', type, ...cheap, type], dir);
      const { disk, cost } = await look(type);
      expect(disk?.format).toBe('luks');
      expect(cost.reads).toBeLessThanOrEqual(READS);
      expect(cost.bytes).toBeLessThanOrEqual(BYTES);
    });
  },
);

describeWith(['qemu-img', 'sgdisk', 'mkfs.vfat', 'mmd', 'mcopy'], 'the loaders of an ESP add at most 1 MiB', () => {
  it.each(FORMATS.map((format) => ({ format, title: format.join(' ') })))('$title', async ({ format }) => {
    const size = 96 * MIB;
    const disk = `loaders-${format.join('-')}`;
    for (const [name, length] of [
      [disk, size],
      [`${disk}.esp`, 64 * MIB],
      [`${disk}.efi`, 40_000],
    ] as const) {
      blankFile(join(dir, name), length);
    }
    runTool('sgdisk', ['-n1:2048:+64M', '-t1:ef00', disk], dir);
    const esp = `${disk}.esp`;
    runTool('mkfs.vfat', ['-F', '32', '-s', '1', esp], dir);
    const vendors = ['BOOT', 'debian', 'fedora', 'ubuntu', 'systemd', 'tools'];
    runTool('mmd', ['-i', esp, '::EFI', ...vendors.map((vendor) => `::EFI/${vendor}`)], dir);
    const files = vendors.flatMap((vendor) =>
      [1, 2, 3, 4].map((number) => `::EFI/${vendor}/loader-number-${number}.efi`),
    );
    for (const file of files) runTool('mcopy', ['-i', esp, `${disk}.efi`, file], dir);
    paste(disk, readFileSync(join(dir, esp)), MIB);
    const name = convert(disk, format);
    const { disk: seen, cost } = await look(name);
    expect(seen?.content?.loaders).toHaveLength(files.length);
    expect(cost.bytes).toBeLessThanOrEqual(BYTES + LOADERS);
  });
});
