import { describe, expect, it } from 'vitest';
import { buildVdi, MAP, type VdiOptions } from '../../../fixtures/generate/vdi.ts';
import { format } from '../../../src/disks/vdi/index.ts';
import { reader } from '../../../src/disks/vdi/reader.ts';
import { codes, findingOf } from '../../findings.ts';
import { u32le, u64le } from '../../words.ts';
import { openBytes } from './open.ts';

const MIB = 1024 * 1024;
const open = (options: VdiOptions = {}) => openBytes(buildVdi(options));

describe('probe', () => {
  it.each([
    ['a whole header', buildVdi().subarray(0, 512), true],
    ['the signature and nothing behind it', buildVdi().subarray(0, 68), true],
    ['half a signature', buildVdi().subarray(0, 66), false],
    ['other bytes', Buffer.alloc(512), false],
    ['nothing', Buffer.alloc(0), false],
  ])('%s', (_title, head, expected) => expect(format.probe({ head, size: head.length })).toBe(expected));

  it('loads the reader', async () => expect(await format.load()).toBe(reader));
});

describe('what a VDI says', () => {
  it('of a dynamic disk', async () => {
    const image = await open({ comment: 'Hello', blocks: [[0, Buffer.alloc(1)]] });
    expect(image).toMatchObject({ format: 'vdi', virtualSize: 8 * MIB, backing: null, encrypted: false, findings: [] });
    expect(image.details).toEqual({
      type: 'dynamic',
      comment: 'Hello',
      blockSize: MIB,
      blocks: 8,
      allocatedBlocks: 1,
      mapOffset: 512,
      dataOffset: 1024,
      imageUuid: '11111111-1111-1111-1111-111111111111',
      snapshotUuid: '12121212-1212-1212-1212-121212121212',
      linkUuid: null,
      parentUuid: null,
    });
  });

  it('of a static disk', async () => expect((await open({ type: 2 })).details['type']).toBe('static'));

  it('of a size that is not whole sectors', async () => {
    const image = await open({ size: MIB + 100 });
    expect(image.virtualSize).toBe(MIB + 512);
    expect(codes(image)).toEqual(['vdi/size-not-sectors']);
  });

  it.each([
    ['its link', { link: 0x22 }],
    ['its parent', { parent: 0x22 }],
    ['its type', { type: 4 }],
    ['being an undo image', { type: 3 }],
  ])('of a differencing disk, known by %s', async (_title, options) => {
    const image = await open(options);
    expect(image.findings).toMatchObject([{ code: 'vdi/differencing', safety: true, severity: 'error' }]);
    expect(image.guest(null)).toBeNull();
  });
});

describe('a file that is refused', () => {
  it.each([
    ['version 0.1', 68, u32le(1), 'vdi/unsupported-version'],
    ['type 0', 76, u32le(0), 'vdi/bad-header'],
    ['type 5', 76, u32le(5), 'vdi/bad-header'],
    ['sectors of 4096 bytes', 360, u32le(4096), 'vdi/bad-header'],
    ['blocks of 0 bytes', 376, u32le(0), 'vdi/bad-header'],
    ['blocks of 2 MiB', 376, u32le(2 * MIB), 'vdi/bad-header'],
    ['extra bytes in each block', 380, u32le(512), 'vdi/bad-header'],
    ['too many blocks', 384, u32le(0x40000000), 'vdi/bad-header'],
    ['a block map of 4 GiB', 384, u32le(0x3fffffff), 'vdi/outside-file'],
    ['more blocks in use than there are', 388, u32le(9), 'vdi/bad-header'],
    ['a size above its blocks', 368, u64le(8n * 1048576n + 1n), 'vdi/bad-header'],
    ['a size above 2^53', 368, u64le(1n << 60n), 'bytes/number-too-large'],
    ['a map in the header', 340, u32le(0), 'vdi/bad-header'],
    ['a map off its boundary', 340, u32le(513), 'vdi/bad-header'],
    ['a map behind the end', 340, u32le(0x10000000), 'vdi/outside-file'],
    ['data off their boundary', 344, u32le(1025), 'vdi/bad-header'],
    ['data over the map', 344, u32le(512), 'vdi/bad-header'],
  ])('%s', async (_title, offset, bytes, code) => {
    expect(await findingOf(open({ patches: [{ offset, bytes }] }))).toMatchObject({ code, severity: 'error', exit: 3 });
  });

  it('cut in its header', async () => {
    expect((await findingOf(openBytes(buildVdi().subarray(0, 511)))).code).toBe('vdi/truncated-header');
  });
});

describe('guest bytes', () => {
  const blocks = [
    [5, Buffer.alloc(MIB, 0x63)],
    [0, Buffer.alloc(MIB, 0x61)],
    [1, Buffer.alloc(MIB, 0x62)],
  ] as const;

  it('come from the blocks that are there', async () => {
    const guest = (await open({ blocks, entries: { 2: 0xfffffffe } })).guest(null);
    const bytes = (await guest?.read(0, 8 * MIB)) ?? Buffer.alloc(0);
    expect(Array.from({ length: 8 }, (_, index) => bytes[index * MIB])).toEqual([0x61, 0x62, 0, 0, 0, 0x63, 0, 0]);
    expect((await guest?.read(MIB - 1, 2))?.toString()).toBe('ab');
    expect((await guest?.read(5 * MIB - 1, 2))?.toString()).toBe('\0c');
    expect((await findingOf(guest?.read(8 * MIB, 1) ?? Promise.resolve())).code).toBe('bytes/out-of-range');
  });

  it('need no whole last block', async () => {
    const bytes = buildVdi({ size: MIB + 512, blocks: [[1, Buffer.alloc(MIB, 0x64)]] });
    const guest = (await openBytes(bytes.subarray(0, MAP + 512 + 512))).guest(null);
    expect((await guest?.read(MIB, 512))?.equals(Buffer.alloc(512, 0x64))).toBe(true);
  });

  it.each([3, 0x7fffffff, 0xfffffffd])('are refused when an entry is %i, behind the end', async (entry) => {
    const guest = (await open({ blocks, entries: { 3: entry } })).guest(null);
    const finding = await findingOf(guest?.read(3 * MIB, 1) ?? Promise.resolve());
    expect(finding).toMatchObject({ code: 'vdi/bad-block', exit: 3, args: { offset: 3 * MIB } });
  });
});
