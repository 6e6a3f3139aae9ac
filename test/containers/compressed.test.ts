import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildTar, zstdBomb } from '../../fixtures/generate/tar.ts';
import { bufferSource } from '../../src/bytes/index.ts';
import type { Member } from '../../src/containers/container.ts';
import { type OpenOptions, openContainer } from '../../src/containers/open.ts';
import { mostMemory } from './memory.ts';
import { bundle, bytesOf, membersOf, thrown } from './walk.ts';

const MIB = 1024 * 1024;
/** `printf hello`, packed by xz 5.4 and bzip2 1.0.8. */
const XZ = Buffer.from(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAEaGVsbG8AAAAAsTe52+XaHpsAAR0FuC2Arx+2830BAAAAAARZWg==',
  'base64',
);
const BZIP2 = Buffer.from('QlpoOTFBWSZTWRkxZT0AAACBAAJEoAAhmmgzTQczi7kinChIDJiynoA=', 'base64');

async function compressed(bytes: Buffer, options: OpenOptions = {}) {
  const opening = await openContainer(bufferSource('/disk', bytes), options);
  if (opening?.kind !== 'compressed') throw new Error(`${opening?.kind ?? 'nothing'}`);
  return opening.file;
}

describe('one file in compression', () => {
  it.each([
    ['gzip', gzipSync('hello')],
    ['gzip', Buffer.concat([gzipSync('hel'), gzipSync('lo')])],
    ['gzip', Buffer.concat([gzipSync('hello'), Buffer.alloc(512)])],
    ['xz', XZ],
    ['bzip2', BZIP2],
  ])('is recognised by its first bytes: %s', async (id, bytes) => {
    const { compression, size, head } = await compressed(bytes);
    expect({ compression, size }).toEqual({ compression: [id], size: 5 });
    expect((await head.read(0, 5)).toString()).toBe('hello');
  });

  it.each([
    ['xz', XZ],
    ['bzip2', BZIP2],
  ])('can be several streams of %s', async (_id, bytes) => {
    const { head } = await compressed(Buffer.concat([bytes, bytes]));
    expect((await head.read(0, 10)).toString()).toBe('hellohello');
  });

  it('shows its head, and says what it does not show', async () => {
    const { size, head } = await compressed(gzipSync(Buffer.alloc(MIB, 7)), { limits: { headBytes: 1000 } });
    expect(size).toBeNull();
    expect((await head.read(990, 10)).equals(Buffer.alloc(10, 7))).toBe(true);
    expect(await thrown(() => head.read(999, 2))).toBe('container/beyond-head');
  });

  it('can be compressed twice, not three times', async () => {
    const twice = gzipSync(gzipSync('hello'));
    expect((await compressed(twice)).compression).toEqual(['gzip', 'gzip']);
    expect((await compressed(gzipSync(XZ))).compression).toEqual(['gzip', 'xz']);
    expect(await thrown(() => compressed(gzipSync(twice)))).toBe('container/too-deep');
  });

  it.each([
    ['gzip', gzipSync(Buffer.from('hello'.repeat(100))).subarray(0, -9)],
    ['xz', XZ.subarray(0, 30)],
    ['bzip2', BZIP2.subarray(0, 30)],
    ['zstd', zstdBomb(3).subarray(0, 12)],
    ['zstd with a window of gigabytes', zstdBomb(1, 21 << 3)],
    ['zstd that keeps decoders busy that do not check', Buffer.from('28b52ffd00384d000000ffffff5400003401', 'hex')],
  ])('that is cut off or lies is refused: %s', async (_title, bytes) => {
    expect(await thrown(() => compressed(bytes))).toBe('container/bad-compression');
  });
});

describe('a compressed archive', () => {
  const entries = [
    { name: 'box.ovf', data: '<Envelope/>' },
    { name: 'disk.vmdk', data: Buffer.alloc(3 * MIB, 9) },
    { name: 'box.mf', data: 'SHA' },
  ];
  const packed = gzipSync(buildTar(entries), { level: 1 });

  it('gives whole documents and the heads of disks, while they pass', async () => {
    const container = await bundle(packed);
    expect(container.format).toBe('tar+gzip');
    const seen: unknown[] = [];
    const passed: Member[] = [];
    for await (const member of container.members()) {
      passed.push(member);
      const source = await member.open();
      const read = Math.min(source.size, 2 * MIB);
      seen.push([member.name, member.size, member.place, (await source.read(0, read)).at(-1)]);
      if (member.size > 2 * MIB) expect(await thrown(() => source.read(read, 1))).toBe('container/beyond-head');
    }
    expect(seen).toEqual([
      ['box.ovf', 11, null, '>'.charCodeAt(0)],
      ['disk.vmdk', 3 * MIB, null, 9],
      ['box.mf', 3, null, 'A'.charCodeAt(0)],
    ]);
    const again = await passed[0]?.open();
    expect((await again?.read(0, 11))?.toString()).toBe('<Envelope/>');
    expect(await thrown(async () => passed[1]?.flow())).toBe('container/member-passed');
  });

  it('gives all of a member as a flow, after its head too was looked at elsewhere', async () => {
    for await (const member of (await bundle(packed)).members()) {
      if (member.name === 'disk.vmdk') await member.open(1000);
      expect((await bytesOf(member)).length).toBe(member.size);
    }
  });

  it('stops unpacking when the consumer stops', async () => {
    const noise = randomBytes(8 * MIB);
    const source = bufferSource(
      '/big.tgz',
      gzipSync(buildTar([{ name: 'a' }, { name: 'noise', data: noise }]), { level: 1 }),
    );
    for await (const { name } of (await bundle(source)).members()) {
      expect(name).toBe('a');
      break;
    }
    expect(source.bytesRead).toBeLessThan(MIB);
    expect(source.size).toBeGreaterThan(4 * MIB);
  });

  it('keeps no more heads than the limit allows', async () => {
    const container = await bundle(packed, { limits: { keptBytes: MIB } });
    expect(
      await thrown(async () => {
        for await (const member of container.members()) await member.open();
      }),
    ).toBe('container/too-much-kept');
  });

  it('that is cut off in a member says so', async () => {
    const cut = gzipSync(buildTar(entries).subarray(0, 2 * MIB));
    expect(await thrown(async () => membersOf(await bundle(cut)))).toBe('tar/truncated');
  });
});

describe('a bomb', () => {
  const limits = { unpackedBytes: 512 * MIB };
  /** The start of an archive whose one member has 8 GiB. */
  const start = buildTar([{ name: 'disk', size: 2 ** 33 - 1 }], Buffer.alloc(0));
  const zeros = gzipSync(Buffer.alloc(16 * MIB));

  it.each([
    ['of gzip', Buffer.concat([gzipSync(start), ...Array.from({ length: 64 }, () => zeros)])],
    ['of zstd', Buffer.concat([zstdRaw(start), ...Array.from({ length: 32 }, () => zstdBomb(256))])],
  ])('%s costs the limit and no memory', async (_title, bytes) => {
    const container = await bundle(bytes, { limits });
    const most = await mostMemory(async () => {
      expect(await thrown(() => membersOf(container))).toBe('container/unpack-limit');
    });
    expect(most).toBeLessThan(320 * MIB);
  });

  it('of input that gives nothing ends too', async () => {
    const skippable = Buffer.alloc(8 + MIB);
    skippable.writeUInt32LE(0x184d2a50, 0);
    skippable.writeUInt32LE(MIB, 4);
    const bytes = Buffer.concat(Array.from({ length: 8 }, () => skippable));
    expect(await thrown(() => compressed(bytes, { limits: { packedBytes: 4 * MIB } }))).toBe('container/unpack-limit');
  });
});

/** A zstd frame with one raw block. */
function zstdRaw(data: Buffer): Buffer {
  const block = Buffer.alloc(3);
  block.writeUIntLE((data.length << 3) | 1, 0, 3);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 7 << 3]), block, data]);
}
