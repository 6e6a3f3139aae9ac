import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildVmdk, descriptorText, type Grain, u32le, u64le, type VmdkOptions } from '../../fixtures/generate/vmdk.ts';
import { type DiskImage, PROBE_LENGTH } from '../../src/disks/format.ts';
import { format } from '../../src/disks/vmdk/index.ts';
import { reader } from '../../src/disks/vmdk/reader.ts';
import { codes } from '../findings.ts';
import { fileName, type Info, makeBench, pattern } from './disk-image.ts';
import { describeWith } from './tools.ts';

const bench = makeBench(reader);
afterAll(() => bench.remove());

interface VmdkInfo extends Info {
  readonly 'format-specific': {
    readonly data: {
      readonly cid: number;
      readonly 'create-type': string;
      readonly extents: readonly { compressed?: boolean }[];
    };
  };
}

/** What `qemu-img info` says, in the terms of our details. */
function expectAgreement(image: DiskImage, said: VmdkInfo): void {
  const { data } = said['format-specific'];
  expect(said.format).toBe('vmdk');
  expect(image.virtualSize).toBe(said['virtual-size']);
  expect(String(image.details['createType']).toLowerCase()).toBe(data['create-type'].toLowerCase());
  expect(Number.parseInt(String(image.details['cid']), 16)).toBe(data.cid);
  const sparse = ['monolithicSparse', 'streamOptimized'].includes(data['create-type']);
  expect(image.details['kind']).toBe(sparse ? 'sparse' : 'descriptor');
  if (!sparse) return;
  expect(image.details['grainSize']).toBe(said['cluster-size']);
  expect(image.details['compressed']).toBe(data.extents[0]?.compressed ?? false);
}

interface CreateCase {
  readonly title: string;
  readonly options: string;
  readonly size?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly findings?: readonly string[];
  readonly votes?: readonly string[];
}

const ide = ['disk-bus=ide'];
const CREATE: readonly CreateCase[] = [
  { title: 'defaults', options: 'subformat=monolithicSparse', details: { version: 1, adapterType: 'ide' } },
  { title: 'defaults, 10 TiB', options: 'subformat=monolithicSparse', size: '2000G' },
  { title: 'one sector', options: 'subformat=monolithicSparse', size: '512' },
  {
    title: 'streamOptimized',
    options: 'subformat=streamOptimized',
    details: { version: 3, compressed: true },
  },
  { title: 'zeroed grains', options: 'zeroed_grain=on', details: { version: 2, zeroGrains: true } },
  {
    title: 'streamOptimized with zeroed grains',
    options: 'subformat=streamOptimized,zeroed_grain=on',
    details: { zeroGrains: true },
  },
  { title: 'compat6', options: 'compat6=on', details: { virtualHWVersion: 6 } },
  { title: 'hardware version 13', options: 'hwversion=13', details: { virtualHWVersion: 13 } },
  { title: 'tools version', options: 'toolsversion=10249', details: { toolsVersion: '10249' } },
  ...(
    [
      ['ide', ide],
      ['lsilogic', ['disk-bus=scsi', 'scsi-model=lsilogic']],
      ['buslogic', ['disk-bus=scsi']],
      ['legacyESX', ['disk-bus=scsi']],
    ] as const
  ).map(([adapter, votes]) => ({
    title: `adapter ${adapter}`,
    options: `adapter_type=${adapter}`,
    details: { adapterType: adapter },
    votes,
  })),
  ...['monolithicFlat', 'twoGbMaxExtentSparse', 'twoGbMaxExtentFlat'].map((subformat) => ({
    title: subformat,
    options: `subformat=${subformat}`,
    size: '5G',
    details: { kind: 'descriptor', extentCount: subformat === 'monolithicFlat' ? 1 : 3 },
    findings: ['vmdk/not-self-contained'],
    votes: [],
  })),
];

describeWith(['qemu-img'], 'VMDK headers and descriptors as qemu-img info reads them', () => {
  it.each(CREATE)('$title', async ({ title, options, size = '64M', details = {}, findings = [], votes = ide }) => {
    const name = fileName(title, 'vmdk');
    bench.qemuImg('create', '-q', '-f', 'vmdk', '-o', options, name, size);
    await bench.read(name, async (image, source) => {
      expectAgreement(image, bench.info<VmdkInfo>(name));
      expect(image.details).toMatchObject(details);
      expect(codes(image)).toEqual(findings);
      expect(image.votes.map(({ key, values }) => `${key}=${values}`)).toEqual(votes);
      expect(source.bytesRead).toBeLessThanOrEqual(PROBE_LENGTH);
      const head = await source.read(0, Math.min(source.size, PROBE_LENGTH));
      expect(format.probe({ head, size: source.size })).toBe(true);
    });
  });

  it('an extent of a split disk, which qemu does not open either', async () => {
    bench.qemuImg('create', '-q', '-f', 'vmdk', '-o', 'subformat=twoGbMaxExtentSparse', 'split.vmdk', '5G');
    await bench.read('split-s001.vmdk', (image) => {
      expect(() => bench.qemuImg('info', 'split-s001.vmdk')).toThrow(/Could not open/);
      expect(image.virtualSize).toBe(2 ** 31);
      expect(codes(image)).toEqual(['vmdk/no-descriptor']);
      expect(image.guest(null)).toBeNull();
    });
  });

  it('an overlay is refused', async () => {
    bench.qemuImg('create', '-q', '-f', 'vmdk', 'base.vmdk', '64M');
    bench.qemuImg('create', '-q', '-f', 'vmdk', '-b', 'base.vmdk', '-F', 'vmdk', 'overlay.vmdk');
    await bench.read('overlay.vmdk', (image) => {
      expect(codes(image)).toEqual(['vmdk/parent', 'vmdk/parent']);
      expect(image.guest(null)).toBeNull();
    });
  });
});

describeWith(['qemu-img', 'qemu-io'], 'guest bytes as qemu-img convert reads them', () => {
  const size = 6 * 1024 * 1024 + 512;
  const source = pattern(size);
  beforeAll(() => writeFileSync(join(bench.dir, 'pattern.raw'), source));

  it.each([
    ['sparse', 'subformat=monolithicSparse'],
    ['sparse with zeroed grains', 'subformat=monolithicSparse,zeroed_grain=on'],
    ['streamOptimized', 'subformat=streamOptimized'],
  ])('%s', async (title, options) => {
    const name = fileName(`data-${title}`, 'vmdk');
    bench.qemuImg('convert', '-O', 'vmdk', '-o', options, 'pattern.raw', name);
    await bench.expectSameGuest(name, 'vmdk');
    if (title === 'streamOptimized') return;
    bench.qemuIo(
      name,
      'write -P 0x11 4096 512',
      'write -z 3000320 65536',
      'write -z 0 131072',
      'write -P 0x22 2097152 70144',
    );
    await bench.expectSameGuest(name, 'vmdk');
  });

  const grains: Readonly<Record<number, Grain>> = {
    0: { kind: 'data', bytes: source.subarray(0, 65536) },
    2: { kind: 'data', bytes: source.subarray(65536, 131072) },
    600: { kind: 'data', bytes: source.subarray(1_000_000, 1_065_536) },
  };
  it.each([
    ['plain', {}],
    ['with a second directory', { redundant: true }],
    ['with grains of 4 KiB', { grainSectors: 8, grains: { 3: { kind: 'data', bytes: Buffer.alloc(4096, 7) } } }],
    ['with tables of 16 entries', { entriesPerTable: 16 }],
    ['with zeroed grains', { zeroGrains: true, grains: { 1: { kind: 'entry', entry: 1 } } }],
    ['streamOptimized', { stream: true }],
    ['streamOptimized with a footer', { stream: true, footer: true }],
    ['streamOptimized with a footer and small tables', { stream: true, footer: true, entriesPerTable: 16 }],
  ] satisfies readonly (readonly [string, VmdkOptions])[])('our own writer, %s', async (title, options) => {
    const name = fileName(`own-${title}`, 'vmdk');
    writeFileSync(join(bench.dir, name), buildVmdk({ capacity: 128 * 700, grains, ...options }).bytes);
    await bench.read(name, (image) => {
      expectAgreement(image, bench.info<VmdkInfo>(name));
      expect(image.findings).toEqual([]);
    });
    await bench.expectSameGuest(name, 'vmdk');
  });
});

/** Files that qemu refuses to open; we have to be at least as strict. */
const BROKEN: readonly (readonly [string, VmdkOptions])[] = [
  ['version 4', { patches: [{ offset: 4, bytes: u32le(4) }] }],
  ['a grain of 0 sectors', { patches: [{ offset: 20, bytes: u64le(0) }] }],
  ['a grain above 1 GiB', { patches: [{ offset: 20, bytes: u64le(0x40_0000) }] }],
  ['513 entries in a table', { patches: [{ offset: 44, bytes: u32le(513) }] }],
  ['no entries in a table', { patches: [{ offset: 44, bytes: u32le(0) }] }],
  ['more overhead than file', { patches: [{ offset: 64, bytes: u64le(1 << 20) }] }],
  [
    'a footer without signature',
    { stream: true, footer: true, patches: [{ offset: -1024, bytes: Buffer.from('KDMW') }] },
  ],
  ['a footer without marker', { stream: true, footer: true, patches: [{ offset: -1524, bytes: u32le(2) }] }],
  ['no end of stream', { stream: true, footer: true, patches: [{ offset: -500, bytes: u32le(1) }] }],
];

describeWith(['qemu-img'], 'what qemu refuses to open', () => {
  it.each(BROKEN)('%s is refused here too', async (title, options) => {
    const name = fileName(`broken-${title}`, 'vmdk');
    writeFileSync(join(bench.dir, name), buildVmdk(options).bytes);
    await bench.expectRefused(name, 'vmdk');
  });

  it('a sparse file of capacity 0 has qemu open what its descriptor names (CVE-2022-47951), and is refused here', async () => {
    const descriptor = descriptorText({ createType: 'monolithicFlat', extents: ['RW 1 FLAT "secret" 0'] });
    writeFileSync(join(bench.dir, 'secret'), Buffer.alloc(512, 0x53));
    const patches = [{ offset: 12, bytes: u64le(0) }];
    writeFileSync(join(bench.dir, 'empty.vmdk'), buildVmdk({ descriptor, patches }).bytes);
    bench.qemuImg('convert', '-f', 'vmdk', '-O', 'raw', 'empty.vmdk', 'stolen');
    expect(readFileSync(join(bench.dir, 'stolen'))).toEqual(Buffer.alloc(512, 0x53));
    await expect(bench.read('empty.vmdk', () => null)).rejects.toMatchObject({
      finding: { code: 'vmdk/capacity-zero' },
    });
  });
});
