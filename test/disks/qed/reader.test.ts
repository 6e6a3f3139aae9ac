import { describe, expect, it } from 'vitest';
import { buildQed, type QedOptions } from '../../../fixtures/generate/qed.ts';
import { bufferSource } from '../../../src/bytes/index.ts';
import { format } from '../../../src/disks/qed/index.ts';
import { reader } from '../../../src/disks/qed/reader.ts';
import { codes, findingOf } from '../../findings.ts';
import { u32le, u64le } from '../../words.ts';
import { open, openBytes } from './open.ts';

const CLUSTER = 4096;
const fill = (byte: number, length = CLUSTER) => Buffer.alloc(length, byte);
const patched = (offset: number, bytes: Buffer): QedOptions => ({ patches: [{ offset, bytes }] });

describe('probe', () => {
  it.each([
    ['QED', 'QED\0', true],
    ['QED without NUL', 'QED1', false],
    ['three bytes', 'QED', false],
    ['nothing', '', false],
  ])('%s', (_title, text, expected) => {
    const head = Buffer.from(text, 'latin1');
    expect(format.probe({ head, size: head.length })).toBe(expected);
  });

  it('loads the reader', async () => expect(await format.load()).toBe(reader));
});

describe('an image', () => {
  it('tells what its header says, and that it is retired', async () => {
    const image = await open();
    expect(image).toMatchObject({
      format: 'qed',
      virtualSize: 1024 * 1024,
      backing: null,
      encrypted: false,
      votes: [],
      hints: null,
    });
    expect(codes(image)).toEqual(['qed/deprecated']);
    expect(image.details).toEqual({
      clusterSize: 4096,
      tableSize: 8192,
      headerSize: 4096,
      l1TableOffset: 4096,
      features: [],
      compatFeatures: '0x0',
      autoclearFeatures: '0x0',
      backingFile: null,
    });
  });

  it.each([
    ['raw where the header says so', { name: 'base.raw', raw: true }, { name: 'base.raw', format: 'raw' }],
    ['of an unknown format otherwise', { name: '../base' }, { name: '../base', format: null }],
    ['none where the name is empty', { name: '' }, null],
  ])('has a backing file, %s', async (_title, backing, expected) => {
    const image = await open({ backing });
    expect(image.backing).toEqual(expected === null ? null : { ...expected, pointer: 'header+0x38' });
    expect(image.guest(null) === null).toBe(expected !== null);
  });

  it('that was not closed is read with a warning', async () => {
    const image = await open({ features: 2n });
    expect(codes(image)).toEqual(['qed/deprecated', 'qed/need-check']);
    expect(image.details['features']).toEqual(['need-check']);
  });
});

describe('a header that cannot be right', () => {
  it.each([
    ['another magic', patched(0, Buffer.from('QFI')), 'bad-header'],
    ['clusters of 2 KiB', patched(4, u32le(2048)), 'bad-header'],
    ['clusters of 128 MiB', patched(4, u32le(2 ** 27)), 'bad-header'],
    ['clusters of 5000 bytes', patched(4, u32le(5000)), 'bad-header'],
    ['no table', patched(8, u32le(0)), 'bad-header'],
    ['tables of 1 cluster, which qemu never opens', patched(8, u32le(1)), 'bad-header'],
    ['tables of 3 clusters', patched(8, u32le(3)), 'bad-header'],
    ['tables of 32 clusters', patched(8, u32le(32)), 'bad-header'],
    ['no header', patched(12, u32le(0)), 'bad-header'],
    ['a header larger than the file', patched(12, u32le(0xffffffff)), 'bad-header'],
    ['an unknown feature', { features: 8n }, 'unknown-feature'],
    ['an L1 table in the header', patched(40, u64le(0)), 'bad-header'],
    ['an L1 table between clusters', patched(40, u64le(4097)), 'bad-header'],
    ['an L1 table behind the end', patched(40, u64le(12288)), 'bad-header'],
    ['an L1 table that the file holds in part', patched(8, u32le(4)), 'bad-header'],
    ['half a sector', patched(48, u64le(256)), 'bad-header'],
    ['more than the tables can hold', patched(48, u64le(1024 * 1024 * 4096 + 512)), 'bad-header'],
    ['a name above 4095 bytes', { ...patched(60, u32le(4096)), backing: { name: 'b' } }, 'bad-header'],
    ['a name in the fields', { ...patched(56, u32le(63)), backing: { name: 'b' } }, 'bad-header'],
    ['a name behind the header', { ...patched(56, u32le(4096)), backing: { name: 'b' } }, 'bad-header'],
    ['a name with a NUL byte', { backing: { name: 'a\0b' } }, 'bad-name'],
    ['a name that is not UTF-8', { backing: { name: Buffer.from([0xff]) } }, 'bad-name'],
  ] satisfies readonly (readonly [string, QedOptions, string])[])('%s', async (_title, options, code) => {
    expect(await findingOf(open(options))).toMatchObject({ code: `qed/${code}`, severity: 'error', exit: 3 });
  });

  it('a size that no number holds', async () => {
    expect((await findingOf(open(patched(48, u64le(2n ** 60n))))).code).toBe('bytes/number-too-large');
  });

  it('a file cut anywhere', async () => {
    const { bytes } = buildQed();
    for (let length = 0; length < bytes.length; length += length < 70 ? 1 : 97) {
      expect((await findingOf(openBytes(bytes.subarray(0, length)))).exit).toBe(3);
    }
  });
});

describe('guest bytes', () => {
  const size = 6 * CLUSTER;
  const clusters = { 0: fill(0x61), 1: fill(0x62), 3: 'zero', 5: fill(0x63) } as const;

  it('are data, zero, or not there', async () => {
    const guest = (await open({ size, clusters })).guest(null);
    const expected = Buffer.concat([fill(0x61), fill(0x62), fill(0, 3 * CLUSTER), fill(0x63)]);
    expect((await guest?.read(0, size))?.equals(expected)).toBe(true);
    expect((await guest?.read(CLUSTER - 1, 2))?.toString()).toBe('ab');
  });

  it('come from the base where they are not there, and only there', async () => {
    const base = bufferSource('base', fill(0x42, 2 * CLUSTER + 5));
    const guest = (await open({ size, clusters, backing: { name: 'b', raw: true } })).guest(base);
    const bytes = await guest?.read(2 * CLUSTER, 3 * CLUSTER);
    expect(bytes?.equals(Buffer.concat([fill(0x42, 5), fill(0, 3 * CLUSTER - 5)]))).toBe(true);
  });

  const built = buildQed({ size, clusters });
  const l2 = built.l2Offsets.get(0) ?? 0;
  it.each([
    ['a cluster in the header', l2, 2n],
    ['a cluster between clusters', l2, 0x3001n],
    ['a cluster behind the end of the file', l2, 1n << 40n],
    ['a cluster at the end of the numbers', l2, (1n << 64n) - 4096n],
    ['a table in the header', built.l1Offset, 1n],
    ['a table behind the end of the file', built.l1Offset, 1n << 50n],
  ])('are refused for %s', async (_title, offset, entry) => {
    const bytes = Buffer.from(built.bytes);
    u64le(entry).copy(bytes, offset);
    const guest = (await openBytes(bytes)).guest(null);
    expect(await findingOf(guest?.read(0, 1) ?? Promise.resolve())).toMatchObject({ code: 'qed/bad-cluster', exit: 3 });
  });
});
