import { describe, expect, it } from 'vitest';
import { encodePayload, HINT_EXTENSION_TYPE, slotSizeFor } from '../../src/disks/qcow2/hint-extension.ts';
import type { DiskEvidence } from '../../src/facts/index.ts';
import { inspect } from '../../src/pipeline/index.ts';
import { LARGEST_DISK } from '../../src/synthesis/guest.ts';
import { type ImageSpec, synthesise } from '../../src/synthesis/image.ts';
import { GIB, spec, TIB } from './images.ts';

const PATH = '/nowhere/disk0.img';

/** The image as `inspect` sees it. */
async function read(wanted: Partial<ImageSpec>) {
  const evidence = await inspect([synthesise(PATH, spec(wanted))]);
  const [disk] = evidence.disks;
  const told = evidence.findings.filter(({ severity }) => severity !== 'info');
  return { evidence, disk, findings: evidence.findings.map(({ code }) => code), told: told.map(({ code }) => code) };
}

const proven = (evidence: Awaited<ReturnType<typeof read>>['evidence'], key: string) =>
  evidence.votes
    .filter((vote) => vote.key === key)
    .flatMap(({ strength, values }) => values.map((value) => `${strength} ${value}`));

describe('a synthetic image, read by the real readers', () => {
  const said: readonly (readonly [title: string, wanted: Partial<ImageSpec>, disk: Partial<DiskEvidence>])[] = [
    ['an empty qcow2', {}, { format: 'qcow2', virtualSize: GIB, bootable: null, encrypted: false, backing: null }],
    ['an empty raw disk', { format: 'raw', size: 4096 }, { format: 'raw', virtualSize: 4096, fileSize: 4096 }],
    ['a qcow2 of 100 TiB', { size: 100 * TIB, boot: 'uefi' }, { virtualSize: 100 * TIB, bootable: true }],
    ['a raw disk of 100 TiB', { format: 'raw', size: 100 * TIB, boot: 'uefi' }, { fileSize: 100 * TIB }],
    ['the largest disk', { size: LARGEST_DISK, boot: 'uefi' }, { virtualSize: LARGEST_DISK, bootable: true }],
    ['a file as large as it is said to be', { fileSize: 5 * GIB }, { fileSize: 5 * GIB }],
    ['a raw disk that is encrypted', { format: 'raw', encrypted: true }, { format: 'luks', virtualSize: GIB }],
    ['a qcow2 that is encrypted', { encrypted: true }, { format: 'qcow2', encrypted: true }],
  ];

  it.each(said)('%s', async (_title, wanted, expected) => {
    const { disk } = await read(wanted);
    expect(disk).toMatchObject({ path: PATH, uri: PATH, ...expected });
  });

  it.each([
    ['bios', false, 'mbr', 'bios'],
    ['bios', true, 'mbr', 'bios'],
    ['uefi', false, 'gpt', 'uefi'],
    ['uefi', true, 'gpt', 'uefi'],
  ] as const)('boots by %s, windows %s', async (boot, windows, table, firmware) => {
    for (const format of ['raw', 'qcow2'] as const) {
      const { disk, evidence, told } = await read({ format, boot, windows });
      expect(told).toEqual([]);
      expect(disk).toMatchObject({ bootable: true, content: { table } });
      expect(proven(evidence, 'firmware').join()).toContain(firmware);
      expect(disk?.partitions.some(({ filesystem }) => filesystem === 'ntfs')).toBe(windows);
      expect(disk?.partitions.some(({ role }) => role === 'msr')).toBe(windows && boot === 'uefi');
    }
  });

  it.each(['x86_64', 'aarch64', 'i686', 'riscv64'] as const)('a loader of %s', async (architecture) => {
    const { disk } = await read({ boot: 'uefi', architecture });
    expect(disk?.content?.fallback).toEqual([architecture]);
  });

  it('a disk of Windows that does not boot', async () => {
    const { disk } = await read({ windows: true });
    expect(disk).toMatchObject({ bootable: false });
    expect(disk?.partitions.map(({ role }) => role)).toEqual(['msr', 'windows-data']);
  });

  it.each([
    ['a backing file', { backing: { name: 'base.qcow2', format: 'qcow2' } }, ['disk/backing-file']],
    ['the dirty bit', { dirty: true }, ['qcow2/dirty']],
    ['encryption', { encrypted: true }, ['qcow2/encrypted-luks']],
    ['snapshots', { snapshots: [{ id: '1', name: 'a' }] }, ['qcow2/internal-snapshots']],
    [
      'saved memory',
      { snapshots: [{ id: '1', name: 'a', vmStateSize: 4096 }] },
      ['qcow2/internal-snapshots', 'qcow2/saved-vm-state'],
    ],
  ])('%s', async (_title, wanted, expected) => {
    expect((await read(wanted)).findings).toEqual(expected);
  });

  it('hints in the header', async () => {
    const document = Buffer.from('{"vmHints":1,"hardware":{"machine":{"required":["i440fx"]}}}');
    const data = encodePayload(document, slotSizeFor(16384));
    const { evidence } = await read({ extensions: [{ type: HINT_EXTENSION_TYPE, data }] });
    expect(proven(evidence, 'machine')).toEqual(['required i440fx']);
  });

  it('takes no more memory for more disk', () => {
    const before = process.memoryUsage().arrayBuffers;
    const images = Array.from({ length: 20 }, () => synthesise(PATH, spec({ size: 100 * TIB, boot: 'uefi' })));
    expect(images).toHaveLength(20);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 512 * 1024);
  });
});
