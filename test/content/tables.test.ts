import { describe, expect, it } from 'vitest';
import { buildDisk, writeMbr } from '../../fixtures/generate/partition-tables.ts';
import { FALLBACK, gptDisk, TYPE } from './disks.ts';
import { codes, read, said } from './reading.ts';

const SECTORS = 4096;
const ONE = [{ type: TYPE.linux, first: 100, last: 199, name: 'Größe' }];

/** The disk with some bytes changed. */
function patched(disk: Buffer, offset: number, bytes: Buffer): Buffer {
  const copy = Buffer.from(disk);
  bytes.copy(copy, offset);
  return copy;
}

const whole = buildDisk({ sectors: SECTORS, gpt: ONE });
const last = (SECTORS - 1) * 512;

describe('a GUID partition table', () => {
  it.each([512, 4096] as const)('of %i-byte sectors is read with its names and places', async (sectorSize) => {
    const reading = await read(buildDisk({ sectors: SECTORS, sectorSize, gpt: ONE }));
    expect(reading.details).toMatchObject({ table: 'gpt', sectorSize, hybrid: false, bootCode: 'none' });
    expect(reading.partitions).toEqual([
      {
        index: 1,
        table: 'gpt',
        typeId: TYPE.linux.toLowerCase(),
        typeName: 'Linux filesystem',
        role: 'linux-data',
        name: 'Größe',
        start: 100 * sectorSize,
        size: 100 * sectorSize,
        active: false,
        filesystem: null,
      },
    ]);
    expect(reading.findings).toEqual([]);
  });

  it('of 4 KiB sectors has its ESP read at the right place', async () => {
    const sectorSize = 4096;
    const disk = buildDisk({
      sectors: 8192,
      sectorSize,
      gpt: [{ type: TYPE.esp, first: 256, last: 4000 }],
      content: { 256: FALLBACK },
    });
    expect(said(await read(disk))).toEqual(['firmware: required uefi', 'architecture: required x86_64']);
  });

  it.each([
    ['a primary header with a wrong checksum', patched(whole, 512 + 40, Buffer.from([9])), ['gpt-primary-damaged'], 1],
    ['a primary table with a wrong checksum', patched(whole, 1024, Buffer.from([9])), ['gpt-primary-damaged'], 1],
    ['a primary header that is gone', patched(whole, 512, Buffer.alloc(92)), ['gpt-primary-damaged'], 1],
    ['a backup with a wrong checksum', patched(whole, last + 40, Buffer.from([9])), ['gpt-backup-damaged'], 1],
    ['a backup that is gone', patched(whole, last, Buffer.alloc(512)), ['gpt-backup-damaged'], 1],
    ['neither copy', patched(patched(whole, last, Buffer.alloc(512)), 512, Buffer.alloc(512)), ['gpt-damaged'], 0],
    [
      'a backup with another partition',
      patched(whole, SECTORS * 512 - 33 * 512, buildDisk({ sectors: SECTORS, gpt: [] }).subarray(-33 * 512)),
      ['gpt-backup-damaged'],
      1,
    ],
    ['a disk that grew', Buffer.concat([whole, Buffer.alloc(512 * 100)]), ['gpt-backup-not-at-end'], 1],
    ['a disk that was cut', whole.subarray(0, 512 * 2000), ['disk-cut-off'], 1],
    [
      'a partition behind the end',
      buildDisk({ sectors: SECTORS, gpt: [{ ...ONE[0], first: 100, last: 9000 } as never] }),
      ['disk-cut-off'],
      1,
    ],
    [
      'a hybrid MBR',
      buildDisk({ sectors: SECTORS, gpt: ONE, mbr: [{ type: 0x83, start: 100, sectors: 100 }] }),
      ['hybrid-mbr'],
      1,
    ],
    ['no protective MBR at all', patched(whole, 446, Buffer.alloc(66)), ['gpt-not-protected'], 1],
    [
      'an MBR of its own and a forgotten GPT',
      buildDisk({
        sectors: SECTORS,
        gpt: ONE,
        protective: false,
        mbr: [
          { type: 0x83, start: 64, sectors: 100 },
          { type: 0x83, start: 200, sectors: 10 },
        ],
      }),
      ['gpt-not-protected'],
      2,
    ],
    [
      'the superblock of an earlier file system',
      patched(whole, 4086, Buffer.from('SWAPSPACE2')),
      // it lies in the primary table
      ['gpt-primary-damaged', 'stale-filesystem'],
      1,
    ],
  ])('with %s', async (_title, disk, expected, partitions) => {
    const reading = await read(disk);
    expect(codes(reading)).toEqual(expected);
    expect(reading.payload).toBe('disk');
    expect(reading.partitions).toHaveLength(partitions);
  });

  it('that no protective MBR makes valid gives no vote, even with an ESP', async () => {
    const disk = gptDisk({ esp: FALLBACK });
    expect(said(await read(patched(disk, 446, Buffer.alloc(64))))).toEqual([]);
  });
});

/** An extended partition at 100 whose records are given as rows of two entries. */
function extendedDisk(records: Readonly<Record<number, Parameters<typeof writeMbr>[2]>>): Buffer {
  const disk = buildDisk({ sectors: 2000, mbr: [{ type: 0x05, start: 100, sectors: 1900 }] });
  for (const [sector, rows] of Object.entries(records)) writeMbr(disk, Number(sector) * 512, rows);
  return disk;
}

const LOGICAL = { type: 0x83, start: 10, sectors: 50 };
const link = (start: number) => ({ type: 0x05, start, sectors: 100 });

describe('logical partitions', () => {
  const long = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [100 + index * 100, [LOGICAL, link((index + 1) * 100)]]),
  );
  it.each([
    ['are numbered from 5', extendedDisk({ 100: [LOGICAL, link(200)], 300: [LOGICAL] }), [1, 5, 6], []],
    [
      'that come back to themselves end there',
      extendedDisk({ 100: [LOGICAL, link(0)] }),
      [1, 5],
      ['logical-partitions'],
    ],
    [
      'that turn back end there',
      extendedDisk({ 100: [LOGICAL, link(200)], 300: [LOGICAL, link(100)] }),
      [1, 5, 6],
      ['logical-partitions'],
    ],
    ['that lead outside end there', extendedDisk({ 100: [LOGICAL, link(90000)] }), [1, 5], ['logical-partitions']],
    [
      'that lead to no boot record end there',
      extendedDisk({ 100: [LOGICAL, link(200)] }),
      [1, 5],
      ['logical-partitions'],
    ],
    ['without end are followed for a while', extendedDisk(long), [1, 5, 6, 7, 8, 9, 10], ['logical-partitions']],
  ])('%s', async (_title, disk, indices, expected) => {
    const reading = await read(disk);
    expect(reading.partitions.map(({ index }) => index)).toEqual(indices);
    expect(codes(reading)).toEqual(expected);
  });
});

describe('a table of many partitions', () => {
  const many = Array.from({ length: 30 }, (_, index) => ({
    type: TYPE.linux,
    first: 64 + index * 400,
    last: 463 + index * 400,
  }));
  const reading = read(gptDisk({ others: many }));

  it('is listed whole', async () => expect((await reading).partitions).toHaveLength(30));

  it('and says that not all of them were looked into', async () => {
    const { findings } = await reading;
    expect(findings.filter(({ code }) => code === 'content/read-budget')).toMatchObject([
      { severity: 'info', args: { reads: 15, bytes: 204800 } },
    ]);
  });
});

describe('what is no partition table', () => {
  it.each([
    ['a sector without signature', Buffer.alloc(4096)],
    [
      'a sector with a status byte that does not exist',
      patched(buildDisk({ sectors: 8, mbr: [] }), 446, Buffer.from([1])),
    ],
    ['nothing', Buffer.alloc(0)],
    ['less than a sector', Buffer.alloc(100, 0xaa)],
  ])('%s', async (_title, bytes) => {
    expect(await read(bytes)).toMatchObject({ payload: 'unknown', partitions: [], votes: [], findings: [] });
  });
});
