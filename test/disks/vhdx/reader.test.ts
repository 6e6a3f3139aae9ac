import { describe, expect, it } from 'vitest';
import {
  BAT,
  BLOCKS,
  buildVhdx,
  HEADER_1,
  HEADER_2,
  METADATA,
  type Patch,
  REGIONS_1,
  REGIONS_2,
  u32,
  u64,
  type VhdxOptions,
} from '../../../fixtures/generate/vhdx.ts';
import { format } from '../../../src/disks/vhdx/index.ts';
import { reader } from '../../../src/disks/vhdx/reader.ts';
import { codes, findingOf } from '../../findings.ts';
import { open, openBytes } from './open.ts';

const MIB = 1024 * 1024;
const SOME_GUID = '01234567-89AB-CDEF-0123-456789ABCDEF';
const at = (offset: number, bytes: Buffer): readonly Patch[] => [{ offset, bytes }];

describe('probe', () => {
  it.each([
    ['the signature', 'vhdxfile', true],
    ['another signature', 'vhdxFile', false],
    ['half a signature', 'vhdx', false],
    ['nothing', '', false],
  ])('%s', (_title, text, expected) => {
    const head = Buffer.from(text);
    expect(format.probe({ head, size: head.length })).toBe(expected);
  });

  it('loads the reader', async () => expect(await format.load()).toBe(reader));
});

describe('what a VHDX says', () => {
  it('of a dynamic disk', async () => {
    const image = await open();
    expect(image).toMatchObject({
      format: 'vhdx',
      virtualSize: 8 * MIB,
      backing: null,
      encrypted: false,
      findings: [],
    });
    expect(image.details).toEqual({
      type: 'dynamic',
      creator: 'a test',
      sequence: '8',
      fileWriteGuid: '21212121-2121-2121-2121-212121212121',
      dataWriteGuid: '22222222-2222-2222-2222-222222222222',
      logGuid: null,
      logLength: MIB,
      blockSize: MIB,
      chunkRatio: 4096,
      logicalSectorSize: 512,
      physicalSectorSize: 4096,
      virtualDiskId: '33333333-3333-3333-3333-333333333333',
      parentLocator: null,
    });
  });

  const cases: readonly (readonly [string, VhdxOptions, object])[] = [
    ['of a fixed disk', { flags: 1 }, { type: 'fixed' }],
    ['when the first header is damaged', { patches: at(HEADER_1 + 100, u32(1)) }, { sequence: '8' }],
    ['when the second header is damaged', { patches: at(HEADER_2 + 100, u32(1)) }, { sequence: '7' }],
    ['when the first header is newer', { headerPatches: [at(8, u64(99n))] }, { sequence: '99' }],
    ['when both headers are the same', { headerPatches: [at(8, u64(8n))] }, { sequence: '8' }],
    ['when one region table is damaged', { patches: at(REGIONS_1 + 100, u32(1)) }, { blockSize: MIB }],
    ['when the other region table is damaged', { patches: at(REGIONS_2 + 100, u32(1)) }, { blockSize: MIB }],
    ['without a log', { log: false }, { logLength: 0 }],
    ['without the items that are not needed', { without: ['disk id', 'physical sector'] }, { virtualDiskId: null }],
    [
      'beside regions and items that may be ignored',
      { extraRegions: [{ guid: SOME_GUID, required: false }], extraItems: [{ guid: SOME_GUID, required: false }] },
      { type: 'dynamic' },
    ],
  ];
  it.each(cases)('%s', async (_title, options, details) => {
    const image = await open(options);
    expect(image.details).toMatchObject(details);
    expect(image.findings).toEqual([]);
  });
});

describe('what is not looked through', () => {
  it('a log that was not replayed', async () => {
    const image = await open({ logGuid: SOME_GUID });
    expect(codes(image)).toEqual(['vhdx/dirty-log']);
    expect(image.details['logGuid']).toBe(SOME_GUID.toLowerCase());
    expect(image.guest(null)).toBeNull();
  });

  it.each([
    ['by its flag', { flags: 2 }, 'not named'],
    ['by its locator', { locator: { parent_linkage: '{x}', relative_path: '..\\base.vhdx' } }, '..\\base.vhdx'],
    ['by both', { flags: 2, locator: { absolute_win32_path: 'C:\\base.vhdx' } }, 'C:\\base.vhdx'],
  ])('a differencing disk, known %s', async (_title, options, parent) => {
    const image = await open(options);
    expect(image.findings).toMatchObject([{ code: 'vhdx/differencing', safety: true, args: { parent } }]);
    expect(image.details['type']).toBe('differencing');
    expect(image.guest(null)).toBeNull();
  });

  it('shows what the locator says', async () => {
    const locator = { relative_path: 'a', __proto__x: 'b' };
    expect((await open({ locator })).details['parentLocator']).toEqual(locator);
  });
});

describe('a file that is refused', () => {
  const both = (offset: number, bytes: Buffer) => [at(offset, bytes), at(offset, bytes)];
  const item = (index: number, field: number) => METADATA + 32 + index * 32 + field;
  const cases: readonly (readonly [string, VhdxOptions, string])[] = [
    ['no valid header', { patches: [...at(HEADER_1, u32(0)), ...at(HEADER_2 + 9, u32(1))] }, 'vhdx/no-valid-copy'],
    [
      'two headers with one number',
      { headerPatches: [at(8, u64(9n)), [...at(8, u64(9n)), ...at(20, u32(1))]] },
      'vhdx/copies-differ',
    ],
    ['version 2', { headerPatches: both(66, Buffer.from([2, 0])) }, 'vhdx/bad-field'],
    ['another log version', { logGuid: SOME_GUID, headerPatches: both(64, Buffer.from([1, 0])) }, 'vhdx/bad-field'],
    ['a log behind the end', { headerPatches: both(72, u64(1n << 40n)) }, 'vhdx/outside-file'],
    ['a log in the headers', { headerPatches: both(72, u64(0n)) }, 'vhdx/bad-field'],
    ['a log over the table', { headerPatches: both(72, u64(BigInt(BAT))) }, 'vhdx/overlap'],
    ['a log beyond any number', { headerPatches: both(72, u64((1n << 64n) - 1n)) }, 'bytes/number-too-large'],
    ['no valid region table', { patches: [...at(REGIONS_1, u32(0)), ...at(REGIONS_2, u32(0))] }, 'vhdx/no-valid-copy'],
    ['region tables that differ', { regionPatches: [at(1000, u32(1))] }, 'vhdx/copies-differ'],
    ['too many regions', { regionPatches: both(8, u32(2048)) }, 'vhdx/bad-field'],
    ['no regions', { regionPatches: both(8, u32(0)) }, 'vhdx/missing'],
    ['no metadata region', { regionPatches: both(8, u32(1)) }, 'vhdx/missing'],
    [
      'a region twice',
      { extraRegions: [{ guid: '2DC27766-F623-4200-9D64-115E9BFD4A08', required: true }] },
      'vhdx/duplicate',
    ],
    [
      'an unknown region that is required',
      { extraRegions: [{ guid: SOME_GUID, required: true }] },
      'vhdx/unknown-required',
    ],
    ['a region in the headers', { regionPatches: both(32, u64(0n)) }, 'vhdx/bad-field'],
    ['a region off its boundary', { regionPatches: both(32, u64(BigInt(BAT + 512))) }, 'vhdx/bad-field'],
    ['a region of no length', { regionPatches: both(40, u32(0)) }, 'vhdx/bad-field'],
    ['a region behind the end', { regionPatches: both(32, u64(1n << 40n)) }, 'vhdx/outside-file'],
    ['regions over each other', { regionPatches: both(32, u64(BigInt(METADATA))) }, 'vhdx/overlap'],
    ['no metadata signature', { patches: at(METADATA, u32(0)) }, 'vhdx/bad-field'],
    ['too many items', { patches: at(METADATA + 10, Buffer.from([0, 8])) }, 'vhdx/bad-field'],
    [
      'an unknown item that is required',
      { extraItems: [{ guid: SOME_GUID, required: true }] },
      'vhdx/unknown-required',
    ],
    [
      'an item twice',
      { extraItems: [{ guid: '2FA54224-CD1B-4876-B211-5DBED83BF4B8', required: true }] },
      'vhdx/duplicate',
    ],
    ['an item in the table', { patches: at(item(0, 16), u32(100)) }, 'vhdx/bad-field'],
    ['an item behind its region', { patches: at(item(0, 16), u32(MIB)) }, 'vhdx/bad-field'],
    ['an item that is too short', { patches: at(item(1, 20), u32(4)) }, 'vhdx/bad-field'],
    ['no virtual size', { without: ['virtual size'] }, 'vhdx/missing'],
    ['no file parameters', { without: ['file parameters'] }, 'vhdx/missing'],
    ['no sector size', { without: ['logical sector'] }, 'vhdx/missing'],
    ['a size of 0', { size: 0 }, 'vhdx/bad-field'],
    ['half a sector', { size: MIB + 256 }, 'vhdx/bad-field'],
    ['more than 64 TiB', { size: 2 ** 46 + 512, blockSize: 2 ** 28 }, 'vhdx/bad-field'],
    ['a size above 2^53', { patches: at(METADATA + 65536 + 8, u64(1n << 60n)) }, 'bytes/number-too-large'],
    ['a table that is too short', { size: 2 ** 40 }, 'vhdx/bad-field'],
    ['blocks of 512 KiB', { blockSize: MIB / 2 }, 'vhdx/bad-field'],
    ['blocks of 512 MiB', { blockSize: 512 * MIB }, 'vhdx/bad-field'],
    ['blocks of 3 MiB', { blockSize: 3 * MIB }, 'vhdx/bad-field'],
    ['sectors of 1024 bytes', { logicalSectorSize: 1024 }, 'vhdx/bad-field'],
  ];
  it.each(cases)('%s', async (_title, options, code) => {
    expect(await findingOf(open(options))).toMatchObject({ code, severity: 'error', exit: 3 });
  });

  it.each([8, 65536, HEADER_2, REGIONS_2, MIB - 1])('cut at %i bytes', async (length) => {
    expect((await findingOf(openBytes(buildVhdx().subarray(0, length)))).code).toBe('vhdx/truncated');
  });
});

describe('guest bytes', () => {
  it('come from the blocks that are there', async () => {
    const blocks = { 0: Buffer.alloc(MIB, 0x61), 1: Buffer.alloc(MIB, 0x62), 6: Buffer.alloc(MIB, 0x63) };
    const guest = (await open({ blocks, entries: { 3: 1n, 4: 2n, 5: 3n, 7: 5n } })).guest(null);
    const bytes = (await guest?.read(0, 8 * MIB)) ?? Buffer.alloc(0);
    const letters = Array.from({ length: 8 }, (_, index) => bytes[index * MIB] ?? 0);
    expect(letters).toEqual([0x61, 0x62, 0, 0, 0, 0, 0x63, 0]);
    expect((await guest?.read(2 * MIB - 1, 2))?.toString('latin1')).toBe('b\0');
    expect((await findingOf(guest?.read(8 * MIB, 1) ?? Promise.resolve())).code).toBe('bytes/out-of-range');
  });

  it('pass over the entry of sector bitmaps after each chunk', async () => {
    const ratio = 2 ** 32 / (256 * MIB);
    const options = { size: 20 * 256 * MIB, blockSize: 256 * MIB };
    const patches = [
      // a bitmap entry that says it is present, then block 16 behind it
      ...at(BAT + ratio * 8, u64(6n)),
      ...at(BAT + (ratio + 1) * 8, u64(BigInt(BLOCKS) + 6n)),
    ];
    const image = buildVhdx({ ...options, patches });
    const guest = (await openBytes(Buffer.concat([image, Buffer.from('block 16')]))).guest(null);
    expect((await findingOf(guest?.read(ratio * 256 * MIB, 8) ?? Promise.resolve())).code).toBe('vhdx/bad-block');
    expect((await guest?.read((ratio - 1) * 256 * MIB, 8))?.equals(Buffer.alloc(8))).toBe(true);
  });

  it('need no whole last block', async () => {
    const bytes = buildVhdx({ size: MIB + 512, blocks: { 1: Buffer.alloc(MIB, 0x64) } });
    const guest = (await openBytes(bytes.subarray(0, BLOCKS + 512))).guest(null);
    expect((await guest?.read(MIB, 512))?.equals(Buffer.alloc(512, 0x64))).toBe(true);
  });

  it('can be read with sectors of 4096 bytes, though qemu does not', async () => {
    const image = await open({ logicalSectorSize: 4096, blocks: { 0: Buffer.alloc(MIB, 0x61) } });
    expect(codes(image)).toEqual(['vhdx/sector-size']);
    expect((await image.guest(null)?.read(0, 1))?.[0]).toBe(0x61);
  });

  it.each([
    ['partly in a parent', 7n + BigInt(BLOCKS)],
    ['in a state that is not defined', 4n],
    ['behind the end of the file', 6n + (1n << 40n)],
    ['beyond any number', 0xffff_ffff_fff0_0006n],
    ['in the headers', 6n],
    ['in the log', 6n + BigInt(MIB)],
    ['in the table', 6n + BigInt(BAT)],
    ['in the metadata', 6n + BigInt(METADATA)],
  ])('are refused when a block is %s', async (_title, entry) => {
    const guest = (await open({ blocks: { 0: Buffer.alloc(MIB, 0x61) }, entries: { 2: entry } })).guest(null);
    expect((await guest?.read(0, MIB))?.[0]).toBe(0x61);
    const finding = await findingOf(guest?.read(2 * MIB, 1) ?? Promise.resolve());
    expect(finding).toMatchObject({ code: 'vhdx/bad-block', exit: 3, args: { offset: 2 * MIB } });
  });
});
