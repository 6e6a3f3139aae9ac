import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildQcow, type QcowOptions } from '../../../fixtures/generate/qcow.ts';
import { bufferSource } from '../../../src/bytes/index.ts';
import { format } from '../../../src/disks/qcow/index.ts';
import { reader } from '../../../src/disks/qcow/reader.ts';
import { codes, findingOf } from '../../findings.ts';
import { u64be } from '../../words.ts';
import { open, openBytes } from './open.ts';

const CLUSTER = 4096;
const fill = (byte: number, length = CLUSTER) => Buffer.alloc(length, byte);
const hex = (text: string) => Buffer.from(text, 'hex');
const patched = (offset: number, bytes: Buffer): QcowOptions => ({ patches: [{ offset, bytes }] });

describe('probe', () => {
  it.each([
    ['version 1', '514649fb00000001', true],
    ['version 2, which is qcow2', '514649fb00000002', false],
    ['another magic', '514649fa00000001', false],
    ['seven bytes', '514649fb000000', false],
    ['nothing', '', false],
  ])('%s', (_title, text, expected) => {
    const head = hex(text);
    expect(format.probe({ head, size: head.length })).toBe(expected);
  });

  it('loads the reader', async () => expect(await format.load()).toBe(reader));
});

describe('an image', () => {
  it('tells what its header says, and that it is retired', async () => {
    const image = await open();
    expect(image).toMatchObject({ format: 'qcow', virtualSize: 1024 * 1024, backing: null, encrypted: false });
    expect(codes(image)).toEqual(['qcow/deprecated']);
    expect(image.details).toEqual({
      version: 1,
      clusterSize: 4096,
      l2Entries: 512,
      l1TableOffset: 48,
      mtime: 0,
      encryption: 'none',
      backingFile: null,
    });
  });

  it('names its backing file, never with a format', async () => {
    const image = await open({ backing: 'base.raw' });
    expect(image.backing).toEqual({ name: 'base.raw', format: null, pointer: 'header+0x8' });
    expect(image.guest(null)).toBeNull();
    expect((await open({ backing: '' })).backing).toBeNull();
  });

  it('that is encrypted cannot be read', async () => {
    const image = await open({ crypt: 1 });
    expect(image.encrypted).toBe(true);
    expect(codes(image)).toEqual(['qcow/deprecated', 'qcow/encrypted-aes']);
    expect(image.guest(null)).toBeNull();
  });

  it('of an odd size is rounded down', async () => {
    const image = await open({ size: 1023 });
    expect(image.virtualSize).toBe(512);
    expect(codes(image)).toEqual(['qcow/deprecated', 'qcow/size-not-sectors']);
  });
});

describe('a header that cannot be right', () => {
  it.each([
    ['another magic', patched(0, Buffer.from('QED')), 'qcow/bad-header'],
    ['version 2', patched(4, hex('00000002')), 'qcow/bad-header'],
    ['a size of 1', patched(24, u64be(1)), 'qcow/bad-header'],
    ['cluster_bits 8', patched(32, hex('08')), 'qcow/bad-header'],
    ['cluster_bits 17', patched(32, hex('11')), 'qcow/bad-header'],
    ['l2_bits 5', patched(33, hex('05')), 'qcow/bad-header'],
    ['l2_bits 14 (CVE-2014-0222)', patched(33, hex('0e')), 'qcow/bad-header'],
    ['crypt_method 2', patched(36, hex('00000002')), 'qcow/bad-header'],
    ['a size that no table fits (CVE-2014-0223)', patched(24, u64be(2n ** 52n)), 'qcow/table-outside-file'],
    ['a size that no number holds', patched(24, u64be(2n ** 63n)), 'bytes/number-too-large'],
    ['a table behind the end of the file', patched(40, u64be(1 << 30)), 'qcow/table-outside-file'],
    ['a table in the header', patched(40, u64be(0)), 'qcow/table-outside-file'],
    ['a name above 1023 bytes', { backing: 'b', patches: [{ offset: 16, bytes: hex('00000400') }] }, 'qcow/bad-header'],
    ['a name in the header', { backing: 'b', patches: [{ offset: 8, bytes: u64be(8) }] }, 'qcow/bad-header'],
    ['a name behind the end', { backing: 'b', patches: [{ offset: 8, bytes: u64be(1 << 30) }] }, 'qcow/bad-header'],
    ['a name with a NUL byte', { backing: 'a\0b' }, 'qcow/bad-name'],
    ['a name that is not UTF-8', { backing: hex('ff') }, 'qcow/bad-name'],
  ] satisfies readonly (readonly [string, QcowOptions, string])[])('%s', async (_title, options, code) => {
    expect(await findingOf(open(options))).toMatchObject({ code, severity: 'error', exit: 3 });
  });

  it('a file cut inside it', async () => {
    const { bytes } = buildQcow();
    for (let length = 8; length < 48; length++) {
      expect((await findingOf(openBytes(bytes.subarray(0, length)))).code).toBe('qcow/truncated-header');
    }
    expect((await findingOf(openBytes(bytes.subarray(0, 50)))).code).toBe('qcow/table-outside-file');
  });
});

describe('guest bytes', () => {
  const size = 6 * CLUSTER;
  const clusters = {
    0: { kind: 'data', bytes: fill(0x61) },
    1: { kind: 'data', bytes: fill(0x62) },
    3: { kind: 'compressed', bytes: fill(0x63) },
    5: { kind: 'data', bytes: fill(0x64) },
  } as const;

  it('are data, packed, or not there', async () => {
    const guest = (await open({ size, clusters })).guest(null);
    const expected = Buffer.concat([fill(0x61), fill(0x62), fill(0), fill(0x63), fill(0), fill(0x64)]);
    expect((await guest?.read(0, size))?.equals(expected)).toBe(true);
    expect((await guest?.read(4 * CLUSTER - 1, 2))?.toString('latin1')).toBe('c\0');
  });

  it('are found through tables that lie across slices', async () => {
    const many = { 0: { kind: 'data', bytes: fill(1) }, 32330: { kind: 'data', bytes: fill(2) } } as const;
    // the table starts at byte 52, so that entry 505 begins four bytes before a slice ends
    const built = buildQcow({ size: 40_000 * CLUSTER, l2Bits: 6, clusters: many });
    const bytes = Buffer.from(built.bytes);
    built.bytes.copy(bytes, 52, 48, 48 + 625 * 8);
    u64be(52).copy(bytes, 40);
    const guest = (await openBytes(bytes)).guest(null);
    expect((await guest?.read(0, 1))?.[0]).toBe(1);
    expect((await guest?.read(32_330 * CLUSTER, 1))?.[0]).toBe(2);
  });

  it('come from the base where they are not there, and only there', async () => {
    const base = bufferSource('base', fill(0x42, 2 * CLUSTER + 5));
    const guest = (await open({ size, clusters, backing: 'b' })).guest(base);
    const bytes = await guest?.read(2 * CLUSTER, CLUSTER);
    expect(bytes?.equals(Buffer.concat([fill(0x42, 5), fill(0, CLUSTER - 5)]))).toBe(true);
    expect((await guest?.read(0, 1))?.toString()).toBe('a');
  });

  it.each([
    ['a cluster behind the end of the file', { kind: 'entry', entry: 1n << 40n }, 'bad-cluster'],
    ['a cluster between sectors', { kind: 'entry', entry: 4097n }, 'bad-cluster'],
    ['packed data of no length', { kind: 'entry', entry: (1n << 63n) | 4096n }, 'bad-cluster'],
    [
      'packed data behind the end of the file',
      { kind: 'entry', entry: (1n << 63n) | (1n << 51n) | (1n << 40n) },
      'bad-cluster',
    ],
    ['packed data that are not deflate', { kind: 'compressed', packed: fill(0xff, 100) }, 'bad-compressed-cluster'],
    [
      'packed data of less',
      { kind: 'compressed', packed: deflateRawSync(fill(1, 4095), { windowBits: 12 }) },
      'bad-compressed-cluster',
    ],
    [
      'a bomb',
      { kind: 'compressed', packed: deflateRawSync(fill(1, 2 ** 20), { windowBits: 12 }) },
      'bad-compressed-cluster',
    ],
  ] as const)('are refused for %s', async (_title, cluster, code) => {
    const guest = (await open({ size, clusters: { 0: cluster } })).guest(null);
    const finding = await findingOf(guest?.read(0, 1) ?? Promise.resolve());
    expect(finding).toMatchObject({ code: `qcow/${code}`, exit: 3 });
  });

  it('are refused for a table behind the end of the file', async () => {
    const guest = (await open({ size, ...patched(48, u64be(1n << 50n)) })).guest(null);
    expect((await findingOf(guest?.read(0, 1) ?? Promise.resolve())).code).toBe('qcow/bad-cluster');
  });
});
