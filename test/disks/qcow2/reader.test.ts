import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildQcow2, type Patch, type Qcow2Options, u32, u64 } from '../../../fixtures/generate/qcow2.ts';
import { bufferSource, withHead } from '../../../src/bytes/index.ts';
import { PROBE_LENGTH } from '../../../src/disks/format.ts';
import { format } from '../../../src/disks/qcow2/index.ts';
import { reader } from '../../../src/disks/qcow2/reader.ts';
import { codes, findingOf } from '../../findings.ts';
import { open, openBytes, URI } from './open.ts';

const BACKING_FORMAT = 0xe2792aca;
const FEATURE_NAMES = 0x6803f857;
const BITMAPS = 0x23852875;
const LUKS_POINTER = 0x0537be77;
const DATA_FILE = 0x44415441;

describe('probe', () => {
  it.each([
    ['version 2', '514649fb00000002', true],
    ['version 3', '514649fb00000003', true],
    ['version 1, which is qcow', '514649fb00000001', false],
    ['version 4', '514649fb00000004', false],
    ['another magic', '514649fa00000003', false],
    ['seven bytes', '514649fb000000', false],
    ['nothing', '', false],
  ])('%s', (_title, hex, expected) => {
    const head = Buffer.from(hex, 'hex');
    expect(format.probe({ head, size: head.length })).toBe(expected);
  });

  it('loads the reader', async () => expect(await format.load()).toBe(reader));
});

describe('an image made by qemu-img', () => {
  const bytes = readFileSync('fixtures/disks/qcow2/disk.qcow2');

  it('is read in one request', async () => {
    const source = withHead(bufferSource(URI, bytes), PROBE_LENGTH);
    const image = await reader.read(source, { disk: 'disk0' });
    expect(source.bytesRead).toBe(bytes.length);
    expect(image).toMatchObject({
      format: 'qcow2',
      virtualSize: 1024 ** 3,
      backing: null,
      encrypted: false,
      votes: [],
      findings: [],
      hints: null,
    });
    expect(image.details).toEqual({
      version: 3,
      clusterSize: 4096,
      headerLength: 112,
      compressionType: 'deflate',
      refcountBits: 16,
      l1Size: 512,
      l1TableOffset: 0x3000,
      refcountTableOffset: 0x1000,
      features: { incompatible: [], compatible: [], autoclear: [] },
      encryption: 'none',
      encryptionHeader: null,
      backingFile: null,
      backingFormat: null,
      dataFile: null,
      bitmaps: 0,
      snapshotCount: 0,
      snapshots: [],
      extensions: [],
    });
  });

  it('is refused when cut anywhere', async () => {
    for (let length = 0; length < bytes.length; length += length < 128 ? 1 : 97) {
      const finding = await findingOf(openBytes(bytes.subarray(0, length)));
      expect(['qcow2/truncated-header', 'qcow2/table-outside-file']).toContain(finding.code);
      expect(finding.exit).toBe(3);
    }
  });
});

describe('what a header says', () => {
  it('names the backing file and the format from the header', async () => {
    const image = await open({ backing: { name: '../base/disk.raw', format: 'raw' } });
    expect(image.backing).toEqual({ name: '../base/disk.raw', format: 'raw', pointer: 'header+0x8' });
    expect(image.details).toMatchObject({ backingFile: '../base/disk.raw', backingFormat: 'raw' });
    expect(image.findings).toEqual([]);
  });

  it('leaves the backing format unknown when the header does not say it', async () => {
    expect((await open({ backing: { name: 'base' } })).backing).toMatchObject({ name: 'base', format: null });
  });

  it('reads version 2 without looking at what lies where version 3 has its fields', async () => {
    const image = await open({ version: 2, backing: { name: 'base', format: 'qcow2' } });
    expect(image.backing).toMatchObject({ name: 'base', format: 'qcow2' });
    expect(image.details).toMatchObject({
      version: 2,
      headerLength: 72,
      refcountBits: 16,
      features: { incompatible: [], compatible: [], autoclear: [] },
    });
  });

  it('lists every extension, known or not, by type, place and length', async () => {
    const { details } = await open({
      extensions: [
        { type: FEATURE_NAMES, data: Buffer.alloc(48) },
        { type: 0x12345678, data: Buffer.from('abc') },
        { type: 0x0000beef, data: Buffer.alloc(0) },
      ],
    });
    expect(details['extensions']).toEqual([
      { type: '0x6803f857', name: 'feature-name-table', offset: 112, length: 48 },
      { type: '0x12345678', name: null, offset: 168, length: 3 },
      { type: '0x0000beef', name: null, offset: 184, length: 0 },
    ]);
  });

  it('starts the extensions behind a header that is longer than ours', async () => {
    const { details } = await open({ headerLength: 144, extensions: [{ type: 1, data: Buffer.alloc(1) }] });
    expect(details).toMatchObject({ headerLength: 144, extensions: [{ offset: 144 }] });
  });

  it('needs no end marker where the area is full', async () => {
    const data = Buffer.alloc(512 - 112 - 8);
    const { details } = await open({ clusterBits: 9, extensions: [{ type: 1, data }], endMarker: false });
    expect(details['extensions']).toHaveLength(1);
  });

  it('names the feature bits', async () => {
    const { details } = await open({ compatible: 1n, autoclear: 1n, compressionType: 1, extendedL2: true });
    expect(details['features']).toEqual({
      incompatible: ['compression-type', 'extended-l2'],
      compatible: ['lazy-refcounts'],
      autoclear: ['bitmaps'],
    });
    expect(details['compressionType']).toBe('zstd');
  });

  it('shows undefined compatible and autoclear bits, which may be ignored', async () => {
    const image = await open({ compatible: 1n << 40n, autoclear: 1n << 63n });
    expect(image.details['features']).toMatchObject({ compatible: ['bit-40'], autoclear: ['bit-63'] });
    expect(image.findings).toEqual([]);
  });

  it('counts bitmaps when their autoclear bit vouches for them', async () => {
    const data = Buffer.concat([u32(3), u32(0), u64(96), u64(65536)]);
    const extensions = [{ type: BITMAPS, data }];
    expect((await open({ extensions, autoclear: 1n })).details['bitmaps']).toBe(3);
    expect((await open({ extensions })).details['bitmaps']).toBe(0);
  });

  it('lists snapshots with their machine state', async () => {
    const image = await open({
      snapshots: [
        { id: '1', name: 'clean' },
        { id: '2', name: 'läuft', vmStateSize: 123456 },
      ],
    });
    expect(image.details).toMatchObject({
      snapshotCount: 2,
      snapshots: [
        { id: '1', name: 'clean', vmStateSize: 0 },
        { id: '2', name: 'läuft', vmStateSize: 123456 },
      ],
    });
    expect(codes(image)).toEqual(['qcow2/internal-snapshots', 'qcow2/saved-vm-state']);
  });

  it('lists the first 64 of many snapshots and counts all', async () => {
    const snapshots = Array.from({ length: 300 }, (_, index) => ({ id: `${index}`, name: 'n'.repeat(400) }));
    const { details } = await open({ snapshots });
    expect(details['snapshotCount']).toBe(300);
    expect(details['snapshots']).toHaveLength(64);
  });

  it('rounds a size that is no whole number of sectors down, as qemu does', async () => {
    const image = await open({ patches: [{ offset: 24, bytes: u64(1024 * 1024 - 1) }] });
    expect(image.virtualSize).toBe(1024 * 1024 - 512);
    expect(codes(image)).toEqual(['qcow2/size-not-sectors']);
  });
});

describe('findings that do not stop the reading', () => {
  const luks = [{ type: LUKS_POINTER, data: Buffer.concat([u64(65536), u64(100)]) }];
  const cases: readonly (readonly [string, Qcow2Options, readonly string[]])[] = [
    ['a dirty image', { incompatible: 1n }, ['qcow2/dirty']],
    ['a corrupt image', { incompatible: 2n }, ['qcow2/corrupt']],
    [
      'an external data file',
      { incompatible: 4n, extensions: [{ type: DATA_FILE, data: Buffer.from('/etc/shadow') }] },
      ['qcow2/external-data-file'],
    ],
    ['an external data file without a name', { incompatible: 4n }, ['qcow2/external-data-file']],
    [
      'a json: data file (CVE-2024-4467)',
      { incompatible: 4n, extensions: [{ type: DATA_FILE, data: Buffer.from('json:{"driver":"null-co"}') }] },
      ['qcow2/external-data-file-protocol'],
    ],
    [
      'a data file behind a protocol',
      { incompatible: 4n, extensions: [{ type: DATA_FILE, data: Buffer.from('nbd://host/x') }] },
      ['qcow2/external-data-file-protocol'],
    ],
    ['LUKS encryption', { cryptMethod: 2, extensions: luks }, ['qcow2/encrypted-luks']],
    ['AES encryption', { cryptMethod: 1 }, ['qcow2/encrypted-aes']],
    [
      'a json: backing file',
      { backing: { name: 'json:{"driver":"file"}', format: 'raw' } },
      ['qcow2/backing-protocol'],
    ],
    ['a backing file over http', { backing: { name: 'http://host/a', format: 'raw' } }, ['qcow2/backing-protocol']],
    ['a colon before any slash', { backing: { name: 'a:b.qcow2', format: 'raw' } }, ['qcow2/backing-protocol']],
    ['a colon behind a slash', { backing: { name: './a:b.qcow2', format: 'raw' } }, []],
    [
      'a backing file name out of the sight of libvirt',
      { backing: { name: 'base.raw', format: 'raw' }, extensions: [{ type: 9, data: Buffer.alloc(34000) }] },
      ['qcow2/backing-name-beyond-libvirt'],
    ],
    [
      'a backing file name that libvirt just sees',
      // 112 header, 16 backing format, 8 + n extension, 8 end marker, 8 name
      { backing: { name: 'base.raw', format: 'raw' }, extensions: [{ type: 9, data: Buffer.alloc(33280 - 152) }] },
      [],
    ],
  ];
  it.each(cases)('%s', async (_title, options, expected) => {
    expect(codes(await open(options))).toEqual(expected);
  });

  it.each([
    ['external data file', { incompatible: 4n }],
    ['backing protocol', { backing: { name: 'nbd:x', format: 'raw' } }],
  ] as const)('the one about an %s is a safety finding with exit 3', async (_title, options) => {
    expect((await open(options)).findings).toMatchObject([{ safety: true, severity: 'error', exit: 3 }]);
  });

  it('shows the name of the data file', async () => {
    const extensions = [{ type: DATA_FILE, data: Buffer.from('/etc/shadow') }];
    const image = await open({ incompatible: 4n, extensions });
    expect(image.findings[0]?.args).toEqual({ name: '/etc/shadow' });
    expect(image.details['dataFile']).toBe('/etc/shadow');
  });

  it('marks encrypted images', async () => expect((await open({ cryptMethod: 1 })).encrypted).toBe(true));
});

describe('refused', () => {
  const field = (offset: number, bytes: Buffer): { readonly patches: readonly Patch[] } => ({
    patches: [{ offset, bytes }],
  });
  const ext = (type: number, data: Buffer): Qcow2Options => ({ extensions: [{ type, data }] });
  const bitmaps = (count: number, reserved: number, size: bigint, offset: bigint): Qcow2Options => ({
    autoclear: 1n,
    ...ext(BITMAPS, Buffer.concat([u32(count), u32(reserved), u64(size), u64(offset)])),
  });
  const luks = (offset: bigint, length: bigint): Qcow2Options => ({
    cryptMethod: 2,
    ...ext(LUKS_POINTER, Buffer.concat([u64(offset), u64(length)])),
  });
  const cases: readonly (readonly [string, string, Qcow2Options])[] = [
    ['version 1', 'unsupported-version', field(4, u32(1))],
    ['version 4', 'unsupported-version', field(4, u32(4))],
    ['clusters of 256 bytes', 'bad-header', field(20, u32(8))],
    ['clusters of 4 MiB', 'bad-header', field(20, u32(22))],
    ['a cluster_bits that overflows a shift', 'bad-header', field(20, u32(0xffffffff))],
    ['a header length below that of version 3', 'bad-header', field(100, u32(96))],
    ['a header length that is no multiple of 8', 'bad-header', field(100, u32(108))],
    ['a header longer than a cluster', 'bad-header', field(100, u32(65544))],
    ['a refcount order above 6', 'bad-header', field(96, u32(7))],
    ['an unknown encryption', 'bad-header', field(32, u32(3))],
    ['an unknown compression', 'bad-header', { compressionType: 2 }],
    ['zstd without its feature bit', 'bad-header', field(104, Buffer.from([1]))],
    ['the feature bit of zstd with deflate', 'bad-header', { incompatible: 8n }],
    ['raw external data without a data file', 'bad-header', { autoclear: 2n }],
    ['extended L2 with clusters of 8 KiB', 'bad-header', { clusterBits: 13, incompatible: 16n }],
    ['a backing file name behind the first cluster', 'bad-header', field(8, u64(65537))],
    ['a backing file name inside the header', 'bad-header', field(8, u64(104))],
    [
      'a backing file name that leaves the first cluster',
      'bad-header',
      {
        patches: [
          { offset: 8, bytes: u64(65530) },
          { offset: 16, bytes: u32(7) },
        ],
      },
    ],
    ['a backing file name of 1024 bytes', 'bad-header', { backing: { name: 'b'.repeat(1024) } }],
    ['no refcount table', 'bad-header', field(56, u32(0))],
    ['an L1 table too small for the disk', 'bad-header', field(36, u32(0))],
    ['a size that the L1 table cannot map', 'bad-header', field(24, u64(1n << 52n))],
    ['an L1 table above 32 MiB', 'table-too-large', field(36, u32(4194305))],
    ['a refcount table above 8 MiB', 'table-too-large', field(56, u32(129))],
    ['more than 65536 snapshots', 'table-too-large', field(60, u32(65537))],
    ['an L1 table between clusters', 'table-misplaced', field(40, u64(3 * 65536 + 512))],
    ['an L1 table over the header', 'table-misplaced', field(40, u64(0))],
    ['a refcount table over the header', 'table-misplaced', field(48, u64(0))],
    ['an L1 table behind the file', 'table-outside-file', field(40, u64(1 << 30))],
    ['a refcount table that leaves the file', 'table-outside-file', field(56, u32(128))],
    [
      'a snapshot table behind the file',
      'table-outside-file',
      {
        patches: [
          { offset: 60, bytes: u32(1) },
          { offset: 64, bytes: u64(1 << 30) },
        ],
      },
    ],
    ['an unknown incompatible feature', 'unknown-feature', { incompatible: 1n << 5n }],
    ['the last incompatible feature bit', 'unknown-feature', { incompatible: 1n << 63n }],
    ['an extension that leaves the cluster', 'bad-extension', field(112, Buffer.concat([u32(9), u32(65536)]))],
    ['an extension of 4 GiB', 'bad-extension', field(112, Buffer.concat([u32(9), u32(0xffffffff)]))],
    [
      'an extension that runs into the backing file name',
      'bad-extension',
      {
        backing: { name: 'base' },
        extensions: [{ type: 9, data: Buffer.alloc(8) }],
        patches: [{ offset: 116, bytes: u32(17) }],
      },
    ],
    [
      'an area that ends inside an extension header',
      'bad-extension',
      {
        clusterBits: 9,
        extensions: [{ type: 9, data: Buffer.alloc(8) }],
        backing: { name: 'b' },
        patches: [{ offset: 8, bytes: u64(112 + 16 + 4) }],
      },
    ],
    [
      'more than 256 extensions',
      'too-many-extensions',
      {
        extensions: Array.from({ length: 257 }, (_, index) => ({ type: index + 1, data: Buffer.alloc(0) })),
      },
    ],
    [
      'two backing formats',
      'duplicate-extension',
      {
        extensions: ['raw', 'qcow2'].map((name) => ({ type: BACKING_FORMAT, data: Buffer.from(name) })),
      },
    ],
    ['a backing format of 16 bytes', 'bad-extension', ext(BACKING_FORMAT, Buffer.alloc(16, 0x61))],
    ['a backing format with a NUL', 'bad-name', ext(BACKING_FORMAT, Buffer.from('raw\0'))],
    ['a data file name of 4097 bytes', 'bad-extension', ext(DATA_FILE, Buffer.alloc(4097, 0x61))],
    ['a backing file name with a NUL', 'bad-name', { backing: { name: 'base.qcow2\0.trusted' } }],
    ['a backing file name that is not UTF-8', 'bad-name', { backing: { name: Buffer.from([0x62, 0xff]) } }],
    ['a LUKS pointer without LUKS', 'bad-extension', ext(LUKS_POINTER, Buffer.alloc(16))],
    ['LUKS without its pointer', 'bad-extension', { cryptMethod: 2 }],
    ['a LUKS pointer of 8 bytes', 'bad-extension', { cryptMethod: 2, ...ext(LUKS_POINTER, u64(65536)) }],
    ['a LUKS header between clusters', 'bad-extension', luks(65537n, 1n)],
    ['a LUKS header behind the file', 'bad-extension', luks(1n << 60n, 1n << 60n)],
    ['bitmaps of the wrong length', 'bad-extension', ext(BITMAPS, Buffer.alloc(23))],
    ['zero bitmaps', 'bad-extension', bitmaps(0, 0, 96n, 65536n)],
    ['65536 bitmaps', 'bad-extension', bitmaps(65536, 0, 96n, 65536n)],
    ['bitmaps with a reserved field', 'bad-extension', bitmaps(1, 1, 96n, 65536n)],
    ['a bitmap directory between clusters', 'bad-extension', bitmaps(1, 0, 96n, 65537n)],
    ['a bitmap directory behind the file', 'bad-extension', bitmaps(1, 0, 96n, 1n << 40n)],
    ['a bitmap directory of 1 TiB', 'bad-extension', bitmaps(1, 0, 1n << 40n, 65536n)],
  ];
  it.each(cases)('%s', async (_title, code, options) => {
    const finding = await findingOf(open(options));
    expect(finding.code).toBe(`qcow2/${code}`);
    expect(finding).toMatchObject({ severity: 'error', exit: 3 });
    expect(finding.at[0]).toMatchObject({ origin: 'content', uri: URI });
  });

  it.each([
    ['a name that ends behind the file', 14, 'ffff'],
    ['extra data of 1032 bytes', 36, '00000408'],
  ])('a snapshot with %s', async (_title, at, hex) => {
    const { bytes } = buildQcow2({ clusterBits: 12, snapshots: [{ id: '1', name: 'one' }] });
    Buffer.from(hex, 'hex').copy(bytes, Number(bytes.readBigUInt64BE(64)) + at);
    expect((await findingOf(openBytes(bytes))).code).toBe('qcow2/bad-snapshot-table');
  });

  it('a size above 2^53', async () => {
    const finding = await findingOf(open(field(24, u64(1n << 63n))));
    expect(finding).toMatchObject({ code: 'bytes/number-too-large', exit: 3 });
  });

  it('an unknown feature by the name the image gives it', async () => {
    const row = Buffer.alloc(48);
    row.writeUInt8(7, 1);
    row.write('flux capacitor', 2);
    const finding = await findingOf(
      open({ incompatible: (1n << 7n) | (1n << 9n), extensions: [{ type: FEATURE_NAMES, data: row }] }),
    );
    expect(finding.args['features']).toBe('bit 7 (flux capacitor), bit 9');
  });

  it('keeps the bytes of an extension out of memory', async () => {
    // 2 MiB clusters full of one unknown extension: only its 8-byte header is read
    const { bytes } = buildQcow2({ clusterBits: 21, extensions: [{ type: 9, data: Buffer.alloc(2 ** 21 - 200) }] });
    const source = bufferSource(URI, bytes);
    await reader.read(source, { disk: 'disk0' });
    expect(source.bytesRead).toBeLessThan(200);
  });
});
