import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sparseSource } from '../../src/bytes/sparse.ts';
import { guestDisk, LARGEST_DISK } from '../../src/synthesis/guest.ts';
import type { ImageSpec } from '../../src/synthesis/image.ts';
import { qcow2File } from '../../src/synthesis/qcow2.ts';
import { GIB, spec, TIB } from '../synthesis/images.ts';
import { describeWith, runTool } from './tools.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'synthesis-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Puts a synthetic image on a real disk, sparse as it is. */
async function written(name: string, wanted: Partial<ImageSpec>): Promise<string> {
  const whole = spec(wanted);
  const guest = whole.encrypted === true ? [] : guestDisk(whole);
  const { size, extents } = whole.format === 'raw' ? { size: whole.size, extents: guest } : qcow2File(whole, guest);
  const file = await open(join(dir, name), 'w+');
  await file.truncate(Math.max(size, whole.fileSize));
  for (const { offset, bytes } of extents) await file.write(bytes, 0, bytes.length, offset);
  // what is read in memory is what stands here
  const head = await sparseSource(name, size, extents).read(0, Math.min(size, 4096));
  const stands = Buffer.alloc(head.length);
  await file.read(stands, 0, stands.length, 0);
  await file.close();
  expect(head.equals(stands)).toBe(true);
  return name;
}

describeWith(['qemu-img'], 'qemu-img on synthetic qcow2 images', () => {
  const images: readonly (readonly [title: string, wanted: Partial<ImageSpec>, info: object])[] = [
    ['empty', {}, { 'virtual-size': GIB, 'dirty-flag': false }],
    ['of 100 TiB', { size: 100 * TIB, boot: 'uefi' }, { 'virtual-size': 100 * TIB, 'cluster-size': 65536 }],
    ['of 512 TiB', { size: LARGEST_DISK, boot: 'uefi' }, { 'virtual-size': LARGEST_DISK }],
    ['with a file of 300 MiB', { boot: 'bios', fileSize: 300 * 2 ** 20 }, { 'virtual-size': GIB }],
    [
      'on a backing file',
      { backing: { name: 'base.qcow2', format: 'qcow2' } },
      { 'backing-filename': 'base.qcow2', 'backing-filename-format': 'qcow2' },
    ],
    ['dirty', { dirty: true, boot: 'uefi' }, { 'dirty-flag': true }],
    ['encrypted', { encrypted: true }, { encrypted: true }],
    [
      'with snapshots',
      {
        snapshots: [
          { id: '1', name: 'one' },
          { id: '2', name: 'two', vmStateSize: 4096 },
        ],
      },
      { snapshots: [{ name: 'one' }, { name: 'two', 'vm-state-size': 4096 }] },
    ],
  ];

  it.each(images)('%s', async (title, wanted, info) => {
    const name = await written(`${title}.qcow2`, wanted);
    const said = JSON.parse(runTool('qemu-img', ['info', '--output=json', name], dir));
    expect(said).toMatchObject({ format: 'qcow2', ...info });
  });

  it.each([
    ['bios', { boot: 'bios' }],
    ['uefi', { boot: 'uefi', size: 100 * TIB }],
    ['windows', { boot: 'uefi', windows: true }],
  ] as const)('%s holds together, and has the guest bytes of the raw disk', async (title, wanted) => {
    const name = await written(`check ${title}.qcow2`, wanted);
    expect(runTool('qemu-img', ['check', name], dir)).toContain('No errors were found');
    const size = 64 * 2 ** 20;
    const small = { ...wanted, size };
    const qcow2 = await written(`small ${title}.qcow2`, small);
    const raw = await written(`small ${title}.raw`, { ...small, format: 'raw' });
    expect(runTool('qemu-img', ['compare', '-f', 'qcow2', '-F', 'raw', qcow2, raw], dir)).toContain('identical');
  });
});

describeWith(['sfdisk', 'mdir'], 'sfdisk and mtools on synthetic raw disks', () => {
  it.each([
    ['bios', { boot: 'bios' }, 'dos', [{ type: '83', bootable: true }]],
    ['windows on bios', { boot: 'bios', windows: true }, 'dos', [{ type: '7', bootable: true }]],
    ['uefi', { boot: 'uefi' }, 'gpt', [{ name: 'EFI System Partition' }, { name: 'root' }]],
    ['4 TiB', { boot: 'uefi', size: 4 * TIB }, 'gpt', [{ name: 'EFI System Partition' }, { name: 'root' }]],
    [
      'windows on uefi',
      { boot: 'uefi', windows: true },
      'gpt',
      [{}, { type: 'E3C9E316-0B5C-4DB8-817D-F92DF00215AE' }, { type: 'EBD0A0A2-B9E5-4433-87C0-68B6B72699C7' }],
    ],
  ] as const)('%s', async (title, wanted, label, partitions) => {
    const name = await written(`${title}.raw`, { format: 'raw', ...wanted });
    const { partitiontable } = JSON.parse(runTool('sfdisk', ['--json', name], dir));
    expect(partitiontable).toMatchObject({ label, partitions });
    expect(runTool('sfdisk', ['--verify', name], dir)).toContain('No errors detected');
  });

  it('finds the loader on the EFI system partition', async () => {
    const name = await written('esp.raw', { format: 'raw', boot: 'uefi', windows: true });
    const at = 2048 * 512;
    expect(runTool('mdir', ['-i', `${name}@@${at}`, '-/', '-b', '::'], dir)).toMatch(
      /BOOTX64\.EFI[\s\S]*bootmgfw\.efi/,
    );
  });
});
