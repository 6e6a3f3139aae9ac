import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildQcow2, type Qcow2Options, u32, u64 } from '../../fixtures/generate/qcow2.ts';
import { type DiskImage, PROBE_LENGTH } from '../../src/disks/format.ts';
import { reader } from '../../src/disks/qcow2/reader.ts';
import { writeHints } from '../../src/disks/qcow2/write-hints.ts';
import { openFile } from '../../src/sources/file.ts';
import { codes, findingOf } from '../findings.ts';
import { fileName, type Info, makeBench, pattern } from './disk-image.ts';
import { describeWith } from './tools.ts';

const bench = makeBench(reader);
afterAll(() => bench.remove());

interface Qcow2Info extends Info {
  readonly snapshots?: readonly { readonly id: string; readonly name: string; readonly 'vm-state-size': number }[];
  readonly 'format-specific': { readonly data: Readonly<Record<string, unknown>> };
}

const info = (name: string) => bench.info<Qcow2Info>(name);

const COMPRESSION: Readonly<Record<string, string>> = { zlib: 'deflate', zstd: 'zstd' };

/** What `qemu-img info` says, in the terms of our details. */
function expectAgreement(image: DiskImage, said: Qcow2Info): void {
  const data = said['format-specific'].data;
  const { features, ...details } = image.details as Readonly<Record<string, unknown>> & {
    readonly features: Readonly<Record<'incompatible' | 'compatible' | 'autoclear', readonly string[]>>;
  };
  expect(image.virtualSize).toBe(said['virtual-size']);
  expect(image.encrypted).toBe(said.encrypted ?? false);
  expect(image.backing?.name).toBe(said['backing-filename']);
  expect(image.backing?.format ?? undefined).toBe(said['backing-filename-format']);
  expect(details).toMatchObject({
    version: data['compat'] === '0.10' ? 2 : 3,
    clusterSize: said['cluster-size'],
    compressionType: COMPRESSION[String(data['compression-type'])],
    refcountBits: data['refcount-bits'],
    bitmaps: ((data['bitmaps'] ?? []) as readonly unknown[]).length,
    snapshotCount: (said.snapshots ?? []).length,
    snapshots: (said.snapshots ?? []).map((s) => ({ id: s.id, name: s.name, vmStateSize: s['vm-state-size'] })),
    dataFile: data['data-file'] ?? null,
  });
  expect(features.incompatible.includes('corrupt')).toBe(data['corrupt'] ?? false);
  expect(features.incompatible.includes('extended-l2')).toBe(data['extended-l2'] ?? false);
  expect(features.compatible.includes('lazy-refcounts')).toBe(data['lazy-refcounts'] ?? false);
  expect(features.autoclear.includes('raw-external-data')).toBe(data['data-file-raw'] ?? false);
}

interface CreateCase {
  readonly title: string;
  readonly options: readonly string[];
  readonly size?: string;
  readonly after?: (name: string) => void;
  readonly findings?: readonly string[];
}

const CREATE: readonly CreateCase[] = [
  { title: 'defaults', options: [] },
  { title: 'defaults, 10 GiB', options: [], size: '10G' },
  { title: 'an empty disk', options: [], size: '0' },
  { title: 'one sector', options: [], size: '512' },
  { title: 'compat 0.10', options: ['-o', 'compat=0.10'] },
  ...[512, 1024, 2048, 4096, 8192, 16384, 32768, 131072, 1048576, 2097152].map((clusterSize) => ({
    title: `clusters of ${clusterSize} bytes`,
    options: ['-o', `cluster_size=${clusterSize}`],
  })),
  { title: 'compat 0.10 with clusters of 512 bytes', options: ['-o', 'compat=0.10,cluster_size=512'] },
  { title: 'extended L2', options: ['-o', 'extended_l2=on'] },
  { title: 'extended L2 with the smallest clusters', options: ['-o', 'extended_l2=on,cluster_size=16k'] },
  { title: 'zstd', options: ['-o', 'compression_type=zstd'] },
  { title: 'zstd and extended L2', options: ['-o', 'compression_type=zstd,extended_l2=on'] },
  { title: 'lazy refcounts', options: ['-o', 'lazy_refcounts=on'] },
  ...[1, 2, 4, 8, 32, 64].map((bits) => ({
    title: `refcounts of ${bits} bits`,
    options: ['-o', `refcount_bits=${bits}`],
  })),
  { title: 'preallocated metadata', options: ['-o', 'preallocation=metadata'] },
  { title: 'preallocated space', options: ['-o', 'preallocation=falloc'], size: '3M' },
  { title: 'preallocated zeros', options: ['-o', 'preallocation=full'], size: '3M' },
  { title: 'a raw backing file', options: ['-b', 'base.raw', '-F', 'raw'] },
  { title: 'a qcow2 backing file', options: ['-b', 'base.qcow2', '-F', 'qcow2'] },
  { title: 'a backing file with compat 0.10', options: ['-b', 'base.qcow2', '-F', 'qcow2', '-o', 'compat=0.10'] },
  {
    title: 'a backing file with small clusters',
    options: ['-b', 'base.qcow2', '-F', 'qcow2', '-o', 'cluster_size=512'],
  },
  {
    title: 'an external data file',
    options: ['-o', 'data_file=data.raw'],
    findings: ['qcow2/external-data-file'],
  },
  {
    title: 'a raw external data file',
    options: ['-o', 'data_file=data2.raw,data_file_raw=on'],
    findings: ['qcow2/external-data-file'],
  },
  {
    title: 'LUKS encryption',
    options: [
      '--object',
      'secret,id=s0,data=secret',
      '-o',
      'encrypt.format=luks,encrypt.key-secret=s0,encrypt.iter-time=10',
    ],
    findings: ['qcow2/encrypted-luks'],
  },
  {
    title: 'the legacy AES encryption',
    options: ['--object', 'secret,id=s0,data=secret', '-o', 'encrypt.format=aes,encrypt.key-secret=s0'],
    findings: ['qcow2/encrypted-aes'],
  },
  {
    title: 'internal snapshots',
    options: [],
    after: (name) => {
      bench.qemuImg('snapshot', '-c', 'before the update', name);
      bench.qemuImg('snapshot', '-c', 'zweiter Schnappschuß', name);
    },
    findings: ['qcow2/internal-snapshots'],
  },
  {
    title: 'internal snapshots in compat 0.10',
    options: ['-o', 'compat=0.10'],
    after: (name) => {
      bench.qemuImg('snapshot', '-c', 'one', name);
    },
    findings: ['qcow2/internal-snapshots'],
  },
  {
    title: 'bitmaps',
    options: [],
    after: (name) => {
      bench.qemuImg('bitmap', '--add', name, 'b0');
      bench.qemuImg('bitmap', '--add', name, 'b1');
    },
  },
  {
    title: 'a grown disk',
    options: ['-o', 'cluster_size=4096'],
    after: (name) => void bench.qemuImg('resize', name, '5G'),
  },
  {
    title: 'a shrunk disk',
    options: ['-o', 'cluster_size=4096'],
    size: '5G',
    after: (name) => void bench.qemuImg('resize', '--shrink', name, '64M'),
  },
];

describeWith(['qemu-img', 'qemu-io'], 'qcow2 headers as qemu-img info reads them', () => {
  beforeAll(() => {
    bench.qemuImg('create', '-q', '-f', 'raw', 'base.raw', '64M');
    bench.qemuImg('create', '-q', '-f', 'qcow2', 'base.qcow2', '64M');
  });

  it.each(CREATE)('$title', async ({ title, options, size = '64M', after, findings = [] }) => {
    const name = fileName(title, 'qcow2');
    bench.qemuImg('create', '-q', '-f', 'qcow2', ...options, name, size);
    after?.(name);
    await bench.read(name, (image, { bytesRead }) => {
      expectAgreement(image, info(name));
      expect(codes(image)).toEqual(findings);
      // one request, but for snapshot tables behind it
      expect(bytesRead).toBeLessThanOrEqual(PROBE_LENGTH + (after === undefined ? 0 : 65536));
    });
  });
});

interface DataCase {
  readonly title: string;
  readonly options: readonly string[];
  readonly create?: readonly string[];
}

const DATA: readonly DataCase[] = [
  { title: 'plain clusters', options: [] },
  { title: 'plain clusters in compat 0.10', options: ['-o', 'compat=0.10'] },
  { title: 'clusters of 512 bytes', options: ['-o', 'cluster_size=512'] },
  { title: 'clusters of 2 MiB', options: ['-o', 'cluster_size=2M'] },
  { title: 'extended L2', options: ['-o', 'extended_l2=on'] },
  { title: 'deflate', options: ['-c'] },
  { title: 'deflate in compat 0.10', options: ['-c', '-o', 'compat=0.10'] },
  { title: 'deflate in clusters of 512 bytes', options: ['-c', '-o', 'cluster_size=512'] },
  { title: 'deflate in clusters of 2 MiB', options: ['-c', '-o', 'cluster_size=2M'] },
  { title: 'deflate with extended L2', options: ['-c', '-o', 'extended_l2=on'] },
  { title: 'zstd', options: ['-c', '-o', 'compression_type=zstd'] },
  { title: 'zstd in clusters of 512 bytes', options: ['-c', '-o', 'compression_type=zstd,cluster_size=512'] },
  { title: 'zstd in clusters of 2 MiB', options: ['-c', '-o', 'compression_type=zstd,cluster_size=2M'] },
  { title: 'zstd with extended L2', options: ['-c', '-o', 'compression_type=zstd,extended_l2=on'] },
];

describeWith(['qemu-img', 'qemu-io'], 'guest bytes as qemu-img convert reads them', () => {
  const size = 6 * 1024 * 1024 + 512;
  const source = pattern(size);
  beforeAll(() => writeFileSync(join(bench.dir, 'pattern.raw'), source));

  it.each(DATA)('$title', async ({ title, options }) => {
    const name = fileName(`data-${title}`, 'qcow2');
    bench.qemuImg('convert', '-O', 'qcow2', ...options, 'pattern.raw', name);
    await bench.expectSameGuest(name, 'qcow2');
    // single sectors and zeros over what is there: subclusters, zero clusters, clusters half written
    bench.qemuIo(
      name,
      'write -P 0x11 4096 512',
      'write -z 3000320 65536',
      'write -P 0x22 2097152 70144',
      'discard 1048576 131072',
    );
    await bench.expectSameGuest(name, 'qcow2');
  });

  it('a last cluster that the file does not hold to its end', async () => {
    bench.qemuImg('create', '-q', '-f', 'qcow2', 'tail.qcow2', `${65536 + 512}`);
    bench.qemuIo('tail.qcow2', 'write -P 0x33 65536 512');
    await bench.expectSameGuest('tail.qcow2', 'qcow2');
  });

  it('preallocated metadata without data', async () => {
    bench.qemuImg('create', '-q', '-f', 'qcow2', '-o', 'preallocation=metadata', 'pre.qcow2', '4M');
    await bench.expectSameGuest('pre.qcow2', 'qcow2');
  });

  it.each([
    ['an overlay on raw', 'raw', []],
    ['an overlay on qcow2 with extended L2', 'qcow2', ['-o', 'extended_l2=on']],
  ] as const)('%s, larger than its base', async (title, format, options) => {
    const name = fileName(title, 'qcow2');
    bench.qemuImg('convert', '-O', format, 'pattern.raw', `${name}.base`);
    bench.qemuImg('create', '-q', '-f', 'qcow2', ...options, '-b', `${name}.base`, '-F', format, name, '8M');
    bench.qemuIo(name, 'write -P 0x44 20480 3072', 'write -z 1048576 65536', 'write -P 0x55 7340032 4096');
    const base = await openFile(join(bench.dir, `${name}.base`));
    try {
      const below = format === 'raw' ? base : (await reader.read(base, { disk: 'disk0' })).guest(null);
      await bench.expectSameGuest(name, 'qcow2', { base: below });
    } finally {
      await base.close();
    }
    await bench.read(name, (image) => expect(image.guest(null)).toBeNull());
  });
});

const GENERATED: readonly { readonly title: string; readonly options: Qcow2Options }[] = [
  { title: 'version 3', options: {} },
  { title: 'version 2', options: { version: 2 } },
  { title: 'clusters of 512 bytes', options: { clusterBits: 9 } },
  { title: 'refcounts of 1 bit', options: { refcountOrder: 0 } },
  { title: 'refcounts of 64 bits', options: { refcountOrder: 6 } },
  { title: 'a long header', options: { headerLength: 144 } },
  { title: 'an unknown extension', options: { extensions: [{ type: 0x564d4832, data: Buffer.from('abc') }] } },
  { title: 'snapshots', options: { snapshots: [{ id: '1', name: 'one' }] } },
  {
    title: 'all kinds of clusters',
    options: {
      clusters: {
        0: { kind: 'data', bytes: Buffer.alloc(65536, 0x61) },
        1: { kind: 'compressed', bytes: Buffer.alloc(65536, 0x62), at: 700 },
        2: { kind: 'zero' },
        3: { kind: 'zero-allocated' },
      },
    },
  },
  {
    title: 'extended L2',
    options: {
      extendedL2: true,
      clusters: {
        0: { kind: 'sub', bytes: Buffer.alloc(65536, 0x61), allocated: 0x0000_ffff, zero: 0xff00_0000 },
        1: { kind: 'sub', bytes: null, allocated: 0, zero: 0x0f },
        2: { kind: 'compressed', bytes: Buffer.alloc(65536, 0x62) },
      },
    },
  },
];

describeWith(['qemu-img', 'qemu-io'], 'our own qcow2 writer, used by the unit tests', () => {
  it.each(GENERATED)('$title passes qemu-img check', async ({ title, options }) => {
    const name = fileName(`gen-${title}`, 'qcow2');
    writeFileSync(join(bench.dir, name), buildQcow2(options).bytes);
    expect(JSON.parse(bench.qemuImg('check', '--output=json', name))).toMatchObject({ 'check-errors': 0 });
    await bench.read(name, (image) => expectAgreement(image, info(name)));
    await bench.expectSameGuest(name, 'qcow2', { piece: 100_000 });
  });
});

/** Fields and bytes that qemu refuses to open; we have to be at least as strict. */
const BROKEN: readonly (readonly [string, Qcow2Options])[] = [
  ['version 4', { patches: [{ offset: 4, bytes: u32(4) }] }],
  ['cluster_bits 8', { patches: [{ offset: 20, bytes: u32(8) }] }],
  ['cluster_bits 22', { patches: [{ offset: 20, bytes: u32(22) }] }],
  ['header_length 96', { patches: [{ offset: 100, bytes: u32(96) }] }],
  ['header_length above a cluster', { patches: [{ offset: 100, bytes: u32(65544) }] }],
  ['refcount_order 7', { patches: [{ offset: 96, bytes: u32(7) }] }],
  ['crypt_method 3', { patches: [{ offset: 32, bytes: u32(3) }] }],
  ['compression_type 2', { compressionType: 2 }],
  ['zstd without its bit', { patches: [{ offset: 104, bytes: Buffer.from([1]) }] }],
  ['the bit of zstd without zstd', { incompatible: 8n }],
  ['an unknown incompatible feature', { incompatible: 1n << 5n }],
  ['raw external data without data file', { autoclear: 2n }],
  ['extended L2 with clusters of 8 KiB', { clusterBits: 13, incompatible: 16n }],
  ['a backing file name behind the first cluster', { patches: [{ offset: 8, bytes: u64(65537) }] }],
  ['a backing file name of 1024 bytes', { backing: { name: 'b'.repeat(1024), format: 'raw' } }],
  ['no refcount table', { patches: [{ offset: 56, bytes: u32(0) }] }],
  ['a refcount table above 8 MiB', { patches: [{ offset: 56, bytes: u32(129) }] }],
  ['a refcount table between clusters', { patches: [{ offset: 48, bytes: u64(65537) }] }],
  ['an L1 table too small', { patches: [{ offset: 36, bytes: u32(0) }] }],
  ['an L1 table above 32 MiB', { patches: [{ offset: 36, bytes: u32(4194305) }] }],
  ['an L1 table between clusters', { patches: [{ offset: 40, bytes: u64(0x30200) }] }],
  ['65537 snapshots', { patches: [{ offset: 60, bytes: u32(65537) }] }],
  ['a backing format of 16 bytes', { extensions: [{ type: 0xe2792aca, data: Buffer.alloc(16, 0x61) }] }],
  ['a bitmaps extension of 23 bytes', { extensions: [{ type: 0x23852875, data: Buffer.alloc(23) }], autoclear: 1n }],
  ['a LUKS pointer without LUKS', { extensions: [{ type: 0x0537be77, data: Buffer.alloc(16) }] }],
  ['an extension that leaves the cluster', { patches: [{ offset: 112, bytes: Buffer.concat([u32(9), u32(65536)]) }] }],
];

describeWith(['qemu-img'], 'what qemu refuses to open', () => {
  it.each(BROKEN)('%s is refused here too', async (title, options) => {
    const name = fileName(`broken-${title}`, 'qcow2');
    writeFileSync(join(bench.dir, name), buildQcow2(options).bytes);
    await bench.expectRefused(name, 'qcow2');
  });

  it('a size that is no whole number of sectors is rounded as qemu rounds it', async () => {
    const patches = [{ offset: 24, bytes: u64(1024 * 1024 - 1) }];
    writeFileSync(join(bench.dir, 'odd.qcow2'), buildQcow2({ patches }).bytes);
    await bench.read('odd.qcow2', (image) => expectAgreement(image, info('odd.qcow2')));
  });
});

const DOCUMENT = Buffer.from('{"vmHints":1,"hardware":{"firmware":["uefi"]}}');

async function hintsOf(name: string): Promise<string | null> {
  return bench.read(name, (image) => (image.hints === null ? null : Buffer.from(image.hints.bytes).toString()));
}

describeWith(['qemu-img', 'qemu-io'], 'hints in the header live with qemu', () => {
  /** An image with some data and hints in it, checked before it is handed out. */
  async function hinted(name: string, ...options: readonly string[]): Promise<string> {
    bench.qemuImg('create', '-q', '-f', 'qcow2', ...options, name, '64M');
    bench.qemuIo(name, 'write -P 0x61 1M 1M');
    const before = info(name);
    await writeHints(join(bench.dir, name), DOCUMENT);
    const size = (all: Qcow2Info) => ({ ...all, 'actual-size': 0 });
    expect(size(info(name))).toEqual(size(before));
    expect(JSON.parse(bench.qemuImg('check', '--output=json', name))).toMatchObject({ 'check-errors': 0 });
    expect(await hintsOf(name)).toBe(DOCUMENT.toString());
    return name;
  }

  const SURVIVES: readonly {
    readonly title: string;
    readonly run: (name: string) => void;
    readonly options?: string;
  }[] = [
    { title: 'a guest write', run: (name) => bench.qemuIo(name, 'write -P 0x62 3M 64k') },
    {
      title: 'a guest write with lazy refcounts',
      options: 'lazy_refcounts=on',
      run: (name) => bench.qemuIo(name, 'write 3M 64k'),
    },
    {
      title: 'amend to compat 0.10 and back',
      run: (name) => {
        bench.qemuImg('amend', '-o', 'compat=0.10', name);
        bench.qemuImg('amend', '-o', 'compat=1.1', name);
      },
    },
    {
      title: 'amend of the refcount width',
      run: (name) => void bench.qemuImg('amend', '-o', 'refcount_bits=64', name),
    },
    {
      title: 'rebase -u to a base and back',
      run: (name) => {
        bench.qemuImg('rebase', '-u', '-F', 'raw', '-b', `/${'b'.repeat(1022)}`, name);
        bench.qemuImg('rebase', '-u', '-b', '', name);
      },
    },
    {
      title: 'snapshot -c, -a and -d',
      run: (name) => {
        bench.qemuImg('snapshot', '-c', 's', name);
        bench.qemuImg('snapshot', '-a', 's', name);
        bench.qemuImg('snapshot', '-d', 's', name);
      },
    },
    { title: 'resize', run: (name) => void bench.qemuImg('resize', name, '128M') },
    { title: 'bitmap --add', run: (name) => void bench.qemuImg('bitmap', '--add', name, 'b0') },
    {
      title: 'bitmap --add with clusters of 4096 bytes',
      options: 'cluster_size=4096',
      run: (name) => {
        bench.qemuImg('bitmap', '--add', name, 'b0');
        expect(info(name)['format-specific'].data['bitmaps']).toHaveLength(1);
        bench.qemuImg('bitmap', '--remove', name, 'b0');
        bench.qemuImg('rebase', '-u', '-F', 'raw', '-b', `/${'b'.repeat(1022)}`, name);
      },
    },
    { title: 'check -r all', run: (name) => void bench.qemuImg('check', '-q', '-r', 'all', name) },
  ];

  it.each(SURVIVES)('they survive $title', async ({ title, run, options }) => {
    const name = await hinted(fileName(`hints-${title}`, 'qcow2'), ...(options === undefined ? [] : ['-o', options]));
    run(name);
    expect(await hintsOf(name)).toBe(DOCUMENT.toString());
  });

  it('they can be updated after qemu moved them, and taken out again', async () => {
    const name = await hinted('hints-update.qcow2');
    bench.qemuImg('bitmap', '--add', name, 'b0');
    await writeHints(join(bench.dir, name), Buffer.from('{"vmHints":1}'));
    expect(await hintsOf(name)).toBe('{"vmHints":1}');
    await writeHints(join(bench.dir, name), null);
    expect(await hintsOf(name)).toBeNull();
    expect(readFileSync(join(bench.dir, name)).subarray(0, 65536).includes('vmHints')).toBe(false);
    expect(info(name)['format-specific'].data['bitmaps']).toHaveLength(1);
    expect(JSON.parse(bench.qemuImg('check', '--output=json', name))).toMatchObject({ 'check-errors': 0 });
  });

  it('convert makes a new header: they are lost', async () => {
    const name = await hinted('hints-convert.qcow2');
    bench.qemuImg('convert', '-O', 'qcow2', name, 'converted.qcow2');
    expect(await hintsOf('converted.qcow2')).toBeNull();
  });

  it.each([
    [
      'encrypted with LUKS',
      ['--object', 'secret,id=s0,data=secret', '-o', 'encrypt.format=luks,encrypt.key-secret=s0,encrypt.iter-time=10'],
    ],
    ['of compat 0.10', ['-o', 'compat=0.10']],
    ['of extended L2', ['-o', 'extended_l2=on']],
  ] as const)('an image %s can carry them', async (title, options) => {
    const name = fileName(`hints-${title}`, 'qcow2');
    bench.qemuImg('create', '-q', '-f', 'qcow2', ...options, name, '64M');
    await writeHints(join(bench.dir, name), DOCUMENT);
    expect(await hintsOf(name)).toBe(DOCUMENT.toString());
    info(name);
  });
});

describeWith(['qemu-img', 'qemu-io', 'qemu-nbd'], 'hints are not written under a running program', () => {
  const running: ChildProcess[] = [];
  afterAll(() => {
    for (const child of running) child.kill();
  });

  async function until(condition: () => boolean): Promise<void> {
    for (let tries = 0; tries < 200 && !condition(); tries++) await new Promise((done) => setTimeout(done, 50));
    expect(condition()).toBe(true);
  }

  const locked = (name: string) => {
    const inode = statSync(join(bench.dir, name)).ino;
    return readFileSync('/proc/locks', 'utf8').includes(`:${inode} `);
  };

  it.each([
    ['qemu-nbd', (name: string) => ['qemu-nbd', '-f', 'qcow2', '-k', join(bench.dir, 'nbd.sock'), '-t', name]],
    [
      'qemu-nbd for reading',
      (name: string) => ['qemu-nbd', '-r', '-f', 'qcow2', '-k', join(bench.dir, 'nbd-r.sock'), '-t', name],
    ],
    ['qemu-io', (name: string) => ['qemu-io', '-f', 'qcow2', name]],
  ] as const)('%s', async (title, argv) => {
    const name = fileName(`in-use-${title}`, 'qcow2');
    bench.qemuImg('create', '-q', '-f', 'qcow2', name, '64M');
    const before = readFileSync(join(bench.dir, name));
    const [command = '', ...rest] = argv(name);
    const child = spawn(command, rest, { cwd: bench.dir, stdio: ['pipe', 'ignore', 'ignore'] });
    running.push(child);
    await until(() => locked(name));
    const finding = await findingOf(writeHints(join(bench.dir, name), DOCUMENT));
    expect(finding).toMatchObject({ code: 'qcow2/hints-image-in-use', exit: 2 });
    expect(readFileSync(join(bench.dir, name)).equals(before)).toBe(true);
    child.kill();
    await until(() => !locked(name));
    await writeHints(join(bench.dir, name), DOCUMENT);
    expect(await hintsOf(name)).toBe(DOCUMENT.toString());
  });

  it('a program that opened it for writing without any lock', async () => {
    bench.qemuImg('create', '-q', '-f', 'qcow2', 'unlocked.qcow2', '64M');
    const file = join(bench.dir, 'unlocked.qcow2');
    const child = spawn('sh', ['-c', 'exec 3<>"$1"; echo; read line', 'sh', file], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    running.push(child);
    await new Promise((done) => child.stdout?.once('data', done));
    expect(await findingOf(writeHints(file, DOCUMENT))).toMatchObject({ code: 'qcow2/hints-image-in-use' });
    child.kill();
  });
});

describeWith(['qemu-img', 'python3'], 'docs/hint-extension.md', () => {
  const text = readFileSync('docs/hint-extension.md', 'utf8');

  it('has a reader in Python that reads what is written here', async () => {
    const code = /```python\n(.*?)```/s.exec(text)?.[1] ?? '';
    bench.qemuImg('create', '-q', '-f', 'qcow2', 'appliance.qcow2', '10G');
    const python = () => bench.tool('python3', '-c', code, 'appliance.qcow2');
    expect(python()).toBe('no hints\n');
    await writeHints(join(bench.dir, 'appliance.qcow2'), DOCUMENT);
    expect(python()).toBe(`${DOCUMENT}\n`);
    await writeHints(join(bench.dir, 'appliance.qcow2'), Buffer.from('{"vmHints":1}'));
    expect(python()).toBe('{"vmHints":1}\n');
    await writeHints(join(bench.dir, 'appliance.qcow2'), null);
    expect(python()).toBe('no hints\n');
  });
});
