import { describe, expect, it } from 'vitest';
import { fat16EntryAt } from '../../../fixtures/generate/fat.ts';
import { bufferSource } from '../../../src/bytes/index.ts';
import { openFat } from '../../../src/content/fat/index.ts';
import type { FileSystem } from '../../../src/content/filesystem.ts';
import { buildFat } from '../../../src/synthesis/fat.ts';

const LARGE = Buffer.alloc(5000, 'a').fill('b', 4000);
const FILES = {
  'EFI/BOOT/BOOTX64.EFI': LARGE,
  'EFI/a-vendor-with-a-long-name/grub.cfg': Buffer.from('set x'),
  'README.TXT': Buffer.alloc(0),
};

async function mount(volume: Buffer): Promise<FileSystem> {
  const files = await openFat(bufferSource('fat.img', volume));
  if (files === null) throw new Error('no FAT');
  return files;
}

const names = async (files: FileSystem, path: string): Promise<readonly string[] | undefined> =>
  (await files.list(path))?.map(({ name }) => name);

describe.each([12, 16, 32] as const)('a FAT%i volume', (type) => {
  const volume = buildFat({ type, files: FILES });

  it('lists directories, with long names and without regard to case', async () => {
    const files = await mount(volume);
    expect(await names(files, '')).toEqual(['EFI', 'README.TXT']);
    expect(await names(files, 'efi')).toEqual(['BOOT', 'a-vendor-with-a-long-name']);
    expect(await names(files, 'efi/A-Vendor-With-A-Long-Name')).toEqual(['grub.cfg']);
    expect(await files.list('EFI/nothing')).toBeNull();
    expect(await files.list('README.TXT')).toBeNull();
  });

  it('gives the first bytes of a file, over as many clusters as it takes', async () => {
    const files = await mount(volume);
    expect(await files.read('EFI/BOOT/bootx64.efi', 10_000)).toEqual(LARGE);
    expect(await files.read('/EFI//BOOT/BOOTX64.EFI', 4100)).toEqual(LARGE.subarray(0, 4100));
    expect(await files.read('readme.txt', 10)).toEqual(Buffer.alloc(0));
    expect(await files.read('EFI', 10)).toBeNull();
    expect(await files.read('EFI/none', 10)).toBeNull();
    expect(await files.read('', 10)).toBeNull();
  });

  it('says where a file begins', async () => {
    const [entry] = (await (await mount(volume)).list('EFI/BOOT')) ?? [];
    expect(volume.subarray(entry?.at ?? 0, (entry?.at ?? 0) + 512)).toEqual(LARGE.subarray(0, 512));
  });
});

describe('a damaged FAT volume', () => {
  const volume = buildFat({ type: 16, files: { 'FILE.BIN': LARGE } });

  it.each([
    ['a chain that comes back to itself gives no more than was asked for', 2, 4096],
    ['a chain that leads outside ends there', 0xff00, 512],
    ['a chain that leads to a free cluster ends there', 0, 512],
    ['a chain that leads to a bad cluster ends there', 0xfff7, 512],
  ])('%s', async (_title, next, length) => {
    const bent = Buffer.from(volume);
    bent.writeUInt16LE(next, fat16EntryAt(2));
    expect(await (await mount(bent)).read('FILE.BIN', 4096)).toHaveLength(length);
  });

  it.each([
    ['sectors of no known size', 11, 0x0300],
    ['no reserved sector', 14, 0],
    ['no size', 19, 0],
  ])('with %s is none', async (_title, offset, value) => {
    const bent = Buffer.from(volume);
    bent.writeUInt16LE(value, offset);
    expect(await openFat(bufferSource('fat.img', bent))).toBeNull();
  });

  it('that is cut off gives what is left', async () => {
    const cut = volume.subarray(0, volume.indexOf(Buffer.alloc(512, 'a')) + 1024);
    expect(await (await mount(cut)).read('FILE.BIN', 4096)).toHaveLength(1024);
  });

  it('whose long name has a part of another file falls back to the short name', async () => {
    const long = buildFat({ type: 16, files: { 'a-long-file-name.efi': LARGE } });
    const at = long.indexOf(Buffer.from('a\0-\0l\0', 'latin1')) + 12;
    long.writeUInt8((long[at] ?? 0) ^ 1, at);
    expect(await names(await mount(long), '')).toEqual(['ALONG~0.EFI']);
  });
});
