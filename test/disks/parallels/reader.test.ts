import { describe, expect, it } from 'vitest';
import { buildParallels, type ParallelsOptions } from '../../../fixtures/generate/parallels.ts';
import { format } from '../../../src/disks/parallels/index.ts';
import { reader } from '../../../src/disks/parallels/reader.ts';
import { codes, findingOf } from '../../findings.ts';
import { u32le } from '../../words.ts';
import { open, openBytes } from './open.ts';

const CLUSTER = 4096;
const fill = (byte: number, length = CLUSTER) => Buffer.alloc(length, byte);
const patched = (offset: number, bytes: Buffer): ParallelsOptions => ({ patches: [{ offset, bytes }] });

describe('probe', () => {
  it.each([
    ['the first variant', 'WithoutFreeSpace', true],
    ['the second variant', 'WithouFreSpacExt', true],
    ['half a magic', 'WithoutFree', false],
    ['nothing', '', false],
  ])('%s', (_title, text, expected) => {
    const head = Buffer.from(text);
    expect(format.probe({ head, size: head.length })).toBe(expected);
  });

  it('loads the reader', async () => expect(await format.load()).toBe(reader));
});

describe('an image', () => {
  it('tells what its header says', async () => {
    const image = await open();
    expect(image).toMatchObject({
      format: 'parallels',
      virtualSize: 2048 * 512,
      backing: null,
      findings: [],
      votes: [],
    });
    expect(image.details).toEqual({
      variant: 'WithouFreSpacExt',
      clusterSize: 4096,
      tableEntries: 256,
      heads: 16,
      cylinders: 4,
      dataOffset: 4096,
      flags: '0x0',
      extensionOffset: '0x0',
      inUse: false,
    });
  });

  it('of the first variant has a size of 32 bits, whatever stands behind it', async () => {
    const image = await open({ first: true, ...patched(40, u32le(0xffffffff)) });
    expect(image).toMatchObject({ virtualSize: 2048 * 512, details: { variant: 'WithoutFreeSpace' } });
  });

  it('that was not closed is read with a warning', async () => {
    expect(codes(await open({ inUse: true }))).toEqual(['parallels/in-use']);
  });
});

describe('a header that cannot be right', () => {
  it.each([
    ['another magic', patched(0, Buffer.from('QFI')), 'bad-header'],
    ['version 1', patched(16, u32le(1)), 'unsupported-version'],
    ['clusters of no sectors (CVE-2014-0142)', patched(28, u32le(0)), 'bad-header'],
    ['clusters of 2 GiB', patched(28, u32le(2 ** 22)), 'bad-header'],
    ['a table longer than the file (CVE-2014-0143)', patched(32, u32le(0xffffffff)), 'bad-header'],
    ['a table shorter than the disk', patched(32, u32le(255)), 'bad-header'],
    ['more sectors than can be counted', patched(40, u32le(0x7fffffff)), 'bad-header'],
  ] satisfies readonly (readonly [string, ParallelsOptions, string])[])('%s', async (_title, options, code) => {
    expect(await findingOf(open(options))).toMatchObject({ code: `parallels/${code}`, severity: 'error', exit: 3 });
  });

  it('a file cut in header or table', async () => {
    const bytes = buildParallels();
    for (let length = 0; length < 64 + 256 * 4; length += 13) {
      expect((await findingOf(openBytes(bytes.subarray(0, length)))).exit).toBe(3);
    }
  });
});

describe('guest bytes', () => {
  const sectors = 6 * 8;
  const clusters = { 0: fill(0x61), 1: fill(0x62), 3: fill(0x63) };

  it.each([
    ['first', true],
    ['second', false],
  ])('are data or not there, in the %s variant', async (_title, first) => {
    const guest = (await open({ sectors, clusters, first })).guest(null);
    const expected = Buffer.concat([fill(0x61), fill(0x62), fill(0), fill(0x63), fill(0, 2 * CLUSTER)]);
    expect((await guest?.read(0, 6 * CLUSTER))?.equals(expected)).toBe(true);
    expect((await guest?.read(CLUSTER - 1, 2))?.toString()).toBe('ab');
    expect((await findingOf(guest?.read(6 * CLUSTER, 1) ?? Promise.resolve())).code).toBe('bytes/out-of-range');
  });

  it('of clusters that are no power of two', async () => {
    const odd = { 1: fill(7, 63 * 512) };
    const guest = (await open({ sectors: 130, clusterSectors: 63, clusters: odd })).guest(null);
    const expected = Buffer.concat([fill(0, 63 * 512), fill(7, 63 * 512), fill(0, 4 * 512)]);
    expect((await guest?.read(0, 130 * 512))?.equals(expected)).toBe(true);
  });

  it('that a cut file does not hold to the end of its last cluster are zeros', async () => {
    const bytes = buildParallels({ sectors, clusters });
    const guest = (await openBytes(bytes.subarray(0, bytes.length - 100))).guest(null);
    const expected = Buffer.concat([fill(0x63, CLUSTER - 100), fill(0, 100)]);
    expect((await guest?.read(3 * CLUSTER, CLUSTER))?.equals(expected)).toBe(true);
  });

  it.each([
    ['a cluster in the table, in the first variant', { first: true, clusters: { 0: 0, 1: 1 }, sectors: 2048 }],
    ['a cluster behind the end of the file', { clusters: { 1: 0x7fffffff }, sectors }],
    ['a cluster at the end of the numbers', { clusters: { 1: 0xffffffff }, sectors }],
  ] satisfies readonly (readonly [string, ParallelsOptions])[])('are refused for %s', async (_title, options) => {
    const guest = (await open(options)).guest(null);
    const finding = await findingOf(guest?.read(CLUSTER, 1) ?? Promise.resolve());
    expect(finding).toMatchObject({ code: 'parallels/bad-cluster', exit: 3 });
  });
});
