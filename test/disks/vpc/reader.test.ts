import { describe, expect, it } from 'vitest';
import { buildVpc, type Patch, type VpcOptions } from '../../../fixtures/generate/vpc.ts';
import { format } from '../../../src/disks/vpc/index.ts';
import { reader } from '../../../src/disks/vpc/reader.ts';
import { findingOf } from '../../findings.ts';
import { u16be, u32be, u64be } from '../../words.ts';
import { codes, open, openBytes } from './open.ts';

const SIZE = 64 * 1024;

describe('probe', () => {
  it.each([
    ['a footer copy at the start', 'conectix', true],
    ['other text', 'conectiX', false],
    ['half a cookie', 'conec', false],
    ['nothing', '', false],
  ])('%s', (_title, text, expected) => {
    const head = Buffer.from(text);
    expect(format.probe({ head, size: head.length })).toBe(expected);
  });

  it.each([
    ['a footer of 512 bytes', 512, true],
    ['a footer of 511 bytes', 511, true],
    ['a footer of 510 bytes', 510, false],
    ['a cookie and nothing behind it', 8, false],
    ['nothing', 0, false],
  ])('at the end: %s', (_title, length, expected) => {
    const tail = Buffer.alloc(1024);
    if (length > 0) tail.write('conectix', tail.length - length, 'latin1');
    expect(format.probeTail?.(tail, 5000)).toBe(expected);
    const whole = tail.subarray(tail.length - length);
    expect(format.probeTail?.(whole, whole.length)).toBe(expected);
  });

  it('loads the reader', async () => expect(await format.load()).toBe(reader));
});

describe('what a VHD says', () => {
  it('of a dynamic disk', async () => {
    const image = await open({ size: SIZE });
    expect(image).toMatchObject({ format: 'vpc', virtualSize: SIZE, backing: null, encrypted: false, hints: null });
    expect(codes(image)).toEqual([]);
    expect(image.details).toEqual({
      type: 'dynamic',
      creator: 'win',
      creatorName: 'Windows (Hyper-V)',
      creatorVersion: '10.0',
      creatorOs: 'Wi2k',
      created: '2000-01-02T00:00:00.000Z',
      uuid: '11111111-1111-1111-1111-111111111111',
      originalSize: SIZE,
      currentSize: SIZE,
      geometrySize: SIZE,
      geometry: { cylinders: 128, heads: 1, sectors: 1 },
      sizeRule: 'current-size',
      sizeInOldQemu: SIZE,
      sizeInNewQemu: SIZE,
      footerLength: 512,
      savedState: false,
      hidden: false,
      blockSize: 4096,
      batEntries: 16,
      batmap: { expected: 'never', state: 'absent' },
      parent: null,
    });
  });

  it('of a fixed disk', async () => {
    const image = await open({ type: 'fixed', size: SIZE });
    expect(image.virtualSize).toBe(SIZE);
    expect(image.details).toMatchObject({ type: 'fixed', blockSize: null, batmap: null, footerLength: 512 });
  });

  it('shows bytes of the creator that cannot be printed', async () => {
    const { details } = await open({ creator: 'a\x1b\xff\0' });
    expect(details).toMatchObject({ creator: 'a\\x1b\\xff', creatorName: 'an unknown program' });
  });
});

const at = (offset: number, bytes: Buffer): readonly Patch[] => [{ offset, bytes }];

describe('copies of the footer', () => {
  const cases: readonly (readonly [string, VpcOptions, readonly string[]])[] = [
    ['with another time in one are out of step', { copyPatches: at(24, u32be(7)) }, ['vpc/copies-out-of-step']],
    ['with another identifier in one are out of step', { copyPatches: at(70, u32be(7)) }, ['vpc/copies-out-of-step']],
    ['are read from the end when the start is damaged', { patches: at(70, u32be(7)) }, ['vpc/copy-damaged']],
    ['are read from the start when the end is missing', { endLength: 0 }, ['vpc/no-footer']],
    ['are read from the end when the start is missing', { patches: at(0, u32be(0)) }, ['vpc/no-header-copy']],
    ['may lack the last byte at the end', { endLength: 511 }, ['vpc/footer-511']],
  ];
  it.each(cases)('%s', async (_title, options, expected) => {
    const image = await open(options);
    expect(codes(image)).toEqual(expected);
    expect(image.virtualSize).toBe(SIZE);
  });

  it.each([
    ['size', 48, u64be(123n), 'current size'],
    ['type', 60, u32be(4), 'type'],
    ['creator', 28, Buffer.from('vpc '), 'creator application'],
    ['geometry', 56, u16be(7), 'geometry'],
    ['place of the header', 16, u64be(1024n), 'data offset'],
  ])('that do not agree on the %s are refused', async (_title, offset, bytes, fields) => {
    const finding = await findingOf(open({ copyPatches: at(offset, bytes) }));
    expect(finding).toMatchObject({ code: 'vpc/copies-differ', safety: true, exit: 3, args: { fields } });
  });

  it('that are both damaged are refused', async () => {
    const { bytes } = buildVpc();
    bytes.writeUInt8(7, 100);
    bytes.writeUInt8(7, bytes.length - 400);
    expect((await findingOf(openBytes(bytes))).code).toBe('vpc/wrong-checksum');
  });

  it('written by the guest into its fixed disk are refused', async () => {
    const inner = buildVpc({ size: SIZE }).bytes.subarray(0, 4096);
    const fixed: VpcOptions = { type: 'fixed', size: SIZE, blocks: { 0: inner } };
    expect(await findingOf(open(fixed))).toMatchObject({ code: 'vpc/copies-differ', safety: true });
    const copy = buildVpc({ type: 'fixed', size: SIZE }).bytes.subarray(SIZE);
    expect(await findingOf(open({ ...fixed, blocks: { 0: copy } }))).toMatchObject({
      code: 'vpc/footer-over-guest',
      safety: true,
    });
  });
});

describe('a differencing disk', () => {
  const parent = {
    name: 'base.vhd',
    locators: [
      { platform: 'W2ru', data: Buffer.from('.\\base.vhd', 'utf16le') },
      { platform: 'MacX', data: Buffer.from('file:///base.vhd\0rest') },
      { platform: 'Mac ', data: Buffer.from('alias') },
    ],
  };

  it('is refused, and its parent is named', async () => {
    const image = await open({ type: 'differencing', parent });
    const finding = image.findings.find(({ code }) => code === 'vpc/differencing');
    expect(finding).toMatchObject({
      safety: true,
      severity: 'error',
      args: { parent: 'base.vhd, .\\base.vhd, file:///base.vhd' },
    });
    expect(image.details['parent']).toEqual({
      uuid: 'abababab-abab-abab-abab-abababababab',
      name: 'base.vhd',
      locators: [
        { platform: 'W2ru', name: '.\\base.vhd' },
        { platform: 'MacX', name: 'file:///base.vhd' },
      ],
    });
    expect(image.guest(null)).toBeNull();
  });

  it('is named by its identifier where it has no name', async () => {
    const image = await open({ type: 'differencing', parent: { name: '' } });
    expect(image.findings.map(({ args }) => args['parent'])).toContain('abababab-abab-abab-abab-abababababab');
  });

  it.each([
    ['lies behind the end of the file', { platform: 'W2ku', data: Buffer.alloc(4), offset: 1n << 40n }],
    ['lies beyond any number', { platform: 'W2ku', data: Buffer.alloc(4), offset: (1n << 64n) - 1n }],
    ['is longer than any path', { platform: 'W2ku', data: Buffer.alloc(5000) }],
  ])('is refused also when its locator %s', async (_title, locator) => {
    const image = await open({ type: 'differencing', parent: { name: 'p', locators: [locator] } });
    expect(image.details['parent']).toMatchObject({ name: 'p', locators: [] });
  });
});

describe('a file that is refused', () => {
  const cases: readonly (readonly [string, VpcOptions, string])[] = [
    ['version 2 of the footer', { footerPatches: at(12, u16be(2)) }, 'vpc/bad-footer'],
    ['type 0', { footerPatches: at(60, u32be(0)) }, 'vpc/bad-footer'],
    ['type 5', { footerPatches: at(60, u32be(5)) }, 'vpc/bad-footer'],
    ['no sectors', { footerPatches: at(48, u64be(511n)) }, 'vpc/bad-footer'],
    ['a size above 2^53', { footerPatches: at(48, u64be(1n << 60n)) }, 'bytes/number-too-large'],
    ['a header inside the footer', { footerPatches: at(16, u64be(100n)) }, 'vpc/outside-file'],
    ['a header behind the end', { footerPatches: at(16, u64be(1n << 40n)) }, 'vpc/outside-file'],
    ['no header', { footerPatches: at(16, u64be((1n << 64n) - 1n)) }, 'vpc/outside-file'],
    ['a header elsewhere', { footerPatches: at(16, u64be(1024n)) }, 'vpc/bad-header'],
    ['a header with a wrong sum', { patches: at(512 + 900, u32be(1)) }, 'vpc/wrong-checksum'],
    ['version 2 of the header', { headerPatches: at(24, u16be(2)) }, 'vpc/bad-header'],
    ['blocks of 0 bytes', { headerPatches: at(32, u32be(0)) }, 'vpc/bad-header'],
    ['blocks of 256 bytes', { headerPatches: at(32, u32be(256)) }, 'vpc/bad-header'],
    ['blocks of 3 sectors', { headerPatches: at(32, u32be(1536)) }, 'vpc/bad-header'],
    ['a table that is too short', { headerPatches: at(28, u32be(15)) }, 'vpc/bad-header'],
    ['a table of 16 GiB', { headerPatches: at(28, u32be(0xffffffff)) }, 'vpc/outside-file'],
    ['a table behind the end', { headerPatches: at(16, u64be(1n << 50n)) }, 'vpc/outside-file'],
    ['a table over the footer copy', { headerPatches: at(16, u64be(0n)) }, 'vpc/outside-file'],
    [
      'a fixed disk larger than its file',
      { type: 'fixed', footerPatches: at(48, u64be(1n << 30n)) },
      'vpc/outside-file',
    ],
  ];
  it.each(cases)('%s', async (_title, options, code) => {
    const finding = await findingOf(open(options));
    expect(finding).toMatchObject({ code, severity: 'error', exit: 3 });
  });

  it('has nothing but the cookie', async () => {
    expect((await findingOf(openBytes(Buffer.from('conectix')))).code).toBe('vpc/truncated-footer');
  });
});

describe('guest bytes', () => {
  const blocks = { 0: Buffer.alloc(4096, 0x61), 1: Buffer.alloc(4096, 0x62), 5: Buffer.alloc(4096, 0x63) };
  const expected = Buffer.concat([
    Buffer.alloc(4096, 0x61),
    Buffer.alloc(4096, 0x62),
    Buffer.alloc(3 * 4096),
    Buffer.alloc(4096, 0x63),
    Buffer.alloc(10 * 4096),
  ]);

  it.each(['fixed', 'dynamic'] as const)('of a %s disk', async (type) => {
    const guest = (await open({ type, size: SIZE, blocks })).guest(null);
    expect((await guest?.read(0, SIZE))?.equals(expected)).toBe(true);
    expect((await guest?.read(4095, 4098))?.equals(expected.subarray(4095, 8193))).toBe(true);
    expect(guest?.size).toBe(SIZE);
    expect((await findingOf(guest?.read(SIZE - 1, 2) ?? Promise.resolve())).code).toBe('bytes/out-of-range');
  });

  it('need no whole last block', async () => {
    const size = 4096 + 512;
    const { bytes, blockOffsets } = buildVpc({ size, blocks: { 1: Buffer.alloc(4096, 0x64) } });
    const start = blockOffsets.get(1) ?? 0;
    const cut = Buffer.concat([bytes.subarray(0, start + 512 + 512), bytes.subarray(-512)]);
    const guest = (await openBytes(cut)).guest(null);
    expect((await guest?.read(4096, 512))?.equals(Buffer.alloc(512, 0x64))).toBe(true);
  });

  it.each([
    ['behind the end of the file', 0x7fffffff],
    ['half behind the end of the file', 26],
    ['in the copy of the footer', 0],
    ['in the dynamic disk header', 1],
    ['in its own table', 3],
  ])('are refused when an entry points %s', async (_title, entry) => {
    const { bytes, batOffset } = buildVpc({ size: SIZE, blocks });
    bytes.writeUInt32BE(entry, batOffset + 4);
    const guest = (await openBytes(bytes)).guest(null);
    expect((await guest?.read(0, 4096))?.[0]).toBe(0x61);
    const finding = await findingOf(guest?.read(5000, 1) ?? Promise.resolve());
    expect(finding).toMatchObject({ code: 'vpc/bad-block', exit: 3, args: { offset: 5000 } });
  });
});
