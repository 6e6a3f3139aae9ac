import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildQcow2, type Cluster, type Qcow2Options, u64 } from '../../../fixtures/generate/qcow2.ts';
import { type ByteSource, bufferSource } from '../../../src/bytes/index.ts';
import type { Finding } from '../../../src/diagnostics/index.ts';
import { findingOf } from '../../findings.ts';
import { open, openBytes, URI } from './open.ts';

const CLUSTER = 65536;
const fill = (byte: number, length = CLUSTER) => Buffer.alloc(length, byte);

async function guestOf(options: Qcow2Options, base: ByteSource | null = null): Promise<ByteSource> {
  const guest = (await open(options)).guest(base);
  if (guest === null) throw new Error('no guest bytes');
  return guest;
}

/** One letter per subcluster or cluster of `step` bytes: what its first byte is. */
async function sketch(guest: ByteSource, step: number): Promise<string> {
  const bytes = await guest.read(0, guest.size);
  let letters = '';
  for (let at = 0; at < bytes.length; at += step) letters += String.fromCharCode(bytes.readUInt8(at) || 0x2e);
  return letters;
}

describe('clusters', () => {
  const clusters: Readonly<Record<number, Cluster>> = {
    0: { kind: 'data', bytes: fill(0x61) },
    1: { kind: 'data', bytes: fill(0x62) },
    3: { kind: 'compressed', bytes: fill(0x63), at: 700 },
    4: { kind: 'zero' },
    5: { kind: 'zero-allocated' },
    7: { kind: 'data', bytes: fill(0x64) },
  };
  const size = 8 * CLUSTER;

  it('are data, packed, zero, or not there', async () => {
    expect(await sketch(await guestOf({ size, clusters }), CLUSTER)).toBe('ab.c...d');
  });

  it('come from the base where they are not there, and only there', async () => {
    const base = bufferSource('base', fill(0x42, size));
    const backing = { name: 'base', format: 'raw' };
    expect(await sketch(await guestOf({ size, clusters, backing }, base), CLUSTER)).toBe('abBc..Bd');
  });

  it('read as zeros behind the end of a shorter base', async () => {
    const base = bufferSource('base', fill(0x42, 2 * CLUSTER + 5));
    const guest = await guestOf({ size, clusters, backing: { name: 'base', format: 'raw' } }, base);
    const third = await guest.read(2 * CLUSTER, CLUSTER);
    expect(third.equals(Buffer.concat([fill(0x42, 5), fill(0, CLUSTER - 5)]))).toBe(true);
    expect((await guest.read(6 * CLUSTER, 1))[0]).toBe(0);
  });

  it('of a stand-alone image never come from a base', async () => {
    const base = bufferSource('base', fill(0x42, size));
    expect(await sketch(await guestOf({ size, clusters }, base), CLUSTER)).toBe('ab.c...d');
  });

  it('are read across their boundaries', async () => {
    const guest = await guestOf({ size, clusters });
    const bytes = await guest.read(CLUSTER - 2, CLUSTER + 4);
    expect(bytes.equals(Buffer.concat([fill(0x61, 2), fill(0x62), fill(0, 2)]))).toBe(true);
    expect((await guest.read(4 * CLUSTER - 1, 2)).toString('latin1')).toBe('c\0');
    expect(await guest.read(size, 0)).toHaveLength(0);
  });

  it('beyond the virtual size are refused', async () => {
    const guest = await guestOf({ size, clusters });
    expect((await findingOf(guest.read(size - 1, 2))).code).toBe('bytes/out-of-range');
  });

  it('next to each other in the file are read at once', async () => {
    const { bytes } = buildQcow2({ size, clusters });
    const reads: number[] = [];
    const file = bufferSource(URI, bytes);
    const watched: ByteSource = {
      uri: file.uri,
      size: file.size,
      bytesRead: 0,
      read: (offset, length) => {
        reads.push(length);
        return file.read(offset, length);
      },
      close: () => file.close(),
    };
    const { reader } = await import('../../../src/disks/qcow2/reader.ts');
    const guest = (await reader.read(watched, { disk: 'disk0' })).guest(null);
    reads.length = 0;
    await guest?.read(0, 2 * CLUSTER);
    // a slice of L1, a slice of L2, and both clusters
    expect(reads).toEqual([4096, 4096, 2 * CLUSTER]);
    reads.length = 0;
    await guest?.read(CLUSTER, 10);
    expect(reads).toEqual([10]);
  });

  it('of 512 bytes are found through many L2 tables', async () => {
    const small: Record<number, Cluster> = {};
    for (let index = 0; index < 2048; index += 3) small[index] = { kind: 'data', bytes: fill(index % 251, 512) };
    const guest = await guestOf({ clusterBits: 9, size: 1024 * 1024, clusters: small });
    const bytes = await guest.read(0, guest.size);
    for (let index = 0; index < 2048; index++) {
      expect(bytes.readUInt8(index * 512 + 511)).toBe(index % 3 === 0 ? index % 251 : 0);
    }
  });

  it('that the file holds only in part end in zeros', async () => {
    const { bytes } = buildQcow2({ size, clusters: { 0: { kind: 'data', bytes: fill(0x61) } } });
    const guest = (await openBytes(bytes.subarray(0, bytes.length - CLUSTER + 512))).guest(null);
    expect(await guest?.read(510, 4)).toEqual(Buffer.from('aa\0\0'));
  });
});

describe('subclusters', () => {
  const clusters: Readonly<Record<number, Cluster>> = {
    0: { kind: 'sub', bytes: fill(0x61), allocated: 0x0000_00ff, zero: 0x0000_0f00 },
    1: { kind: 'sub', bytes: null, allocated: 0, zero: 0x0000_0003 },
    2: { kind: 'compressed', bytes: fill(0x63) },
    3: { kind: 'sub', bytes: fill(0x64), allocated: 0xffff_ffff, zero: 0 },
  };

  it('are allocated, zero or from the base one by one', async () => {
    const base = bufferSource('base', fill(0x42, 4 * CLUSTER));
    const backing = { name: 'base', format: 'raw' };
    const guest = await guestOf({ size: 4 * CLUSTER, extendedL2: true, clusters, backing }, base);
    const expected = [
      'a'.repeat(8),
      '.'.repeat(4),
      'B'.repeat(20),
      '..',
      'B'.repeat(30),
      'c'.repeat(32),
      'd'.repeat(32),
    ];
    expect(await sketch(guest, CLUSTER / 32)).toBe(expected.join(''));
  });
});

describe('no guest bytes', () => {
  it.each([
    ['an encrypted image', { cryptMethod: 1 }],
    ['an image whose data are elsewhere', { incompatible: 4n }],
    ['an overlay whose base was not opened', { backing: { name: 'base', format: 'raw' } }],
  ] as const)('%s', async (_title, options) => {
    expect((await open(options)).guest(null)).toBeNull();
  });
});

describe('broken maps end in a finding', () => {
  const entry = (value: bigint, bitmap = 0n): Cluster => ({ kind: 'entry', entry: value, bitmap });
  const HUGE = 0x00ff_ffff_ffff_0000n;

  async function reading(options: Qcow2Options): Promise<Finding> {
    const guest = await guestOf(options);
    return findingOf(guest.read(0, 512));
  }

  it.each([
    ['a cluster behind the file', entry(HUGE), {}],
    ['a cluster between clusters', entry(0x30200n), {}],
    ['a packed cluster behind the file', entry((1n << 62n) | 0xffff_ffff_ffffn), {}],
    ['a packed cluster in the header', entry((1n << 62n) | 100n), {}],
    ['a zero cluster in version 2', entry(1n), { version: 2 }],
    [
      'a subcluster both allocated and zero',
      { kind: 'sub', bytes: fill(0x61), allocated: 0x100, zero: 0x100 },
      { extendedL2: true },
    ],
    ['subclusters allocated in no cluster', entry(0n, 1n), { extendedL2: true }],
    ['an extended cluster behind the file', entry(HUGE, 1n), { extendedL2: true }],
  ] as const)('%s', async (_title, cluster, options) => {
    expect(await reading({ clusters: { 0: cluster }, ...options })).toMatchObject({
      code: 'qcow2/bad-cluster',
      exit: 3,
    });
  });

  it.each([
    ['behind the file', HUGE],
    ['between clusters', 0x30200n],
  ])('an L2 table %s', async (_title, value) => {
    const { bytes, l1Offset } = buildQcow2();
    u64(value).copy(bytes, l1Offset);
    const guest = (await openBytes(bytes)).guest(null);
    if (guest === null) throw new Error('no guest bytes');
    expect((await findingOf(guest.read(0, 1))).code).toBe('qcow2/bad-cluster');
  });

  it('but reserved and flag bits are not part of an offset', async () => {
    const { bytes, l1Offset } = buildQcow2({ clusters: { 0: { kind: 'data', bytes: fill(0x61) } } });
    const l2 = Number(bytes.readBigUInt64BE(l1Offset) & 0x00ff_ffff_ffff_fe00n);
    for (const at of [l1Offset, l2]) u64(bytes.readBigUInt64BE(at) | 0x3f00_0000_0000_0000n | 0x1fen).copy(bytes, at);
    const guest = (await openBytes(bytes)).guest(null);
    expect((await guest?.read(0, 1))?.[0]).toBe(0x61);
  });

  const over = Buffer.alloc(CLUSTER + 1, 0x61);
  it.each([
    ['too little', { packed: deflateRawSync(over.subarray(2), { windowBits: 12 }) }, 0],
    ['too much', { packed: deflateRawSync(over, { windowBits: 12 }) }, 0],
    ['a bomb', { packed: deflateRawSync(Buffer.alloc(32 * 1024 * 1024)) }, 0],
    ['no deflate', { packed: Buffer.alloc(600, 0xff) }, 0],
    ['no zstd', { packed: Buffer.alloc(600, 0xff) }, 1],
    ['a zstd frame of a reserved block type', { packed: Buffer.from('28b52ffd0038070000', 'hex') }, 1],
    [
      'a zstd frame that fzstd runs on for minutes',
      { packed: Buffer.from('28b52ffd00384d000000ffffff5400003401', 'hex') },
      1,
    ],
    ['endless skippable frames', { packed: Buffer.from('502a4d1800000000'.repeat(1000), 'hex') }, 1],
    ['a zstd frame of a window of 2 GiB', { packed: Buffer.from('28b52ffd00a8030000', 'hex') }, 1],
  ] as const)('a packed cluster that holds %s', async (_title, cluster, compressionType) => {
    const started = performance.now();
    const finding = await reading({ clusters: { 0: { kind: 'compressed', ...cluster } }, compressionType });
    expect(finding).toMatchObject({ code: 'qcow2/bad-compressed-cluster', exit: 3 });
    expect(performance.now() - started).toBeLessThan(1000);
  });

  // raw block of 3 bytes, RLE block of 65533: no tool is needed to write them
  const raw = Buffer.from('28b52ffd0038190000616263', 'hex');
  const run = (length: number) => {
    const block = Buffer.alloc(3);
    block.writeUIntLE((length << 3) | (1 << 1) | 1, 0, 3);
    return Buffer.concat([Buffer.from('28b52ffd0038', 'hex'), block, Buffer.from('d')]);
  };
  it('zstd frames that make up a cluster together are put together', async () => {
    const packed = Buffer.concat([raw, run(CLUSTER - 3)]);
    const guest = await guestOf({ clusters: { 0: { kind: 'compressed', packed } }, compressionType: 1 });
    const bytes = await guest.read(0, CLUSTER);
    expect(bytes.subarray(0, 6).toString()).toBe('abcddd');
    expect(bytes.subarray(3).equals(fill(0x64, CLUSTER - 3))).toBe(true);
  });

  it('zstd frames by the dozen are refused, even if they make up a cluster', async () => {
    const packed = Buffer.concat([...Array.from({ length: 16 }, () => raw), run(CLUSTER - 48)]);
    const finding = await reading({ clusters: { 0: { kind: 'compressed', packed } }, compressionType: 1 });
    expect(finding.code).toBe('qcow2/bad-compressed-cluster');
  });

  it('zstd frames that are more than a cluster together are refused', async () => {
    const packed = Buffer.concat([raw, run(CLUSTER)]);
    const finding = await reading({ clusters: { 0: { kind: 'compressed', packed } }, compressionType: 1 });
    expect(finding.code).toBe('qcow2/bad-compressed-cluster');
  });
});
