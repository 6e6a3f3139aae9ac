import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildVmdk, type Grain, u32le, type VmdkOptions } from '../../../fixtures/generate/vmdk.ts';
import { type ByteSource, bufferSource } from '../../../src/bytes/index.ts';
import { reader } from '../../../src/disks/vmdk/reader.ts';
import { findingOf } from '../../findings.ts';
import { open, openBytes, URI } from './open.ts';

const GRAIN = 65536;
const fill = (byte: number, length = GRAIN) => Buffer.alloc(length, byte);
const data = (byte: number): Grain => ({ kind: 'data', bytes: fill(byte) });

async function guestOf(options: VmdkOptions): Promise<ByteSource> {
  const guest = (await open(options)).guest(null);
  if (guest === null) throw new Error('no guest bytes');
  return guest;
}

/** One letter per grain: what its first byte is. */
async function sketch(guest: ByteSource): Promise<string> {
  const bytes = await guest.read(0, guest.size);
  let letters = '';
  for (let at = 0; at < bytes.length; at += GRAIN) letters += String.fromCharCode(bytes.readUInt8(at) || 0x2e);
  return letters;
}

const capacity = 8 * 128;
const grains = { 0: data(0x61), 1: data(0x62), 3: data(0x63), 7: data(0x64) };

describe('grains', () => {
  it.each([
    ['plain', {}],
    ['plain, with a second directory', { redundant: true }],
    ['in small tables', { entriesPerTable: 2 }],
    ['packed', { stream: true }],
    ['packed, found through a footer', { stream: true, footer: true }],
    ['packed, found through a footer, in small tables', { stream: true, footer: true, entriesPerTable: 1 }],
  ] satisfies readonly (readonly [string, VmdkOptions])[])('%s', async (_title, options) => {
    const guest = await guestOf({ capacity, grains, ...options });
    expect(await sketch(guest)).toBe('ab.c...d');
    const bytes = await guest.read(GRAIN - 2, GRAIN + 4);
    expect(bytes.equals(Buffer.concat([fill(0x61, 2), fill(0x62), fill(0, 2)]))).toBe(true);
    expect(await guest.read(guest.size, 0)).toHaveLength(0);
    expect((await findingOf(guest.read(guest.size - 1, 2))).code).toBe('bytes/out-of-range');
  });

  it('of one sector each are read one by one', async () => {
    const small = { 0: { kind: 'data', bytes: fill(1, 512) }, 2: { kind: 'data', bytes: fill(2, 512) } } as const;
    const guest = await guestOf({ capacity: 4, grainSectors: 1, grains: small });
    const expected = Buffer.concat([fill(1, 512), fill(0, 512), fill(2, 512), fill(0, 512)]);
    expect((await guest.read(0, 2048)).equals(expected)).toBe(true);
  });

  it('that are zeroed read as zeros where the header has zeroed grains', async () => {
    const options: VmdkOptions = { capacity, grains: { ...grains, 1: { kind: 'entry', entry: 1 } } };
    expect(await sketch(await guestOf({ ...options, zeroGrains: true }))).toBe('a..c...d');
    const finding = await findingOf((await guestOf(options)).read(GRAIN, 1));
    expect(finding).toMatchObject({ code: 'vmdk/bad-grain', exit: 3 });
  });

  it.each([
    ['plain', fill(0x64, 512), false],
    ['packed, shorter than a grain', deflateSync(fill(0x64, 512)), true],
    ['packed, as a whole grain', deflateSync(fill(0x64)), true],
  ])('the last, at the end of a disk of a sector more: %s', async (_title, bytes, stream) => {
    const last: Grain = stream ? { kind: 'packed', packed: bytes } : { kind: 'data', bytes };
    const guest = await guestOf({ capacity: 129, stream, grains: { 1: last } });
    expect((await guest.read(GRAIN, 512)).equals(fill(0x64, 512))).toBe(true);
  });

  it('next to each other in the file are read at once, and a packed one is unpacked once', async () => {
    const reads: number[] = [];
    const watch = (bytes: Buffer): ByteSource => {
      const file = bufferSource(URI, bytes);
      return {
        ...file,
        read: (offset, length) => {
          reads.push(length);
          return file.read(offset, length);
        },
      };
    };
    const plain = (await reader.read(watch(buildVmdk({ capacity, grains }).bytes), { disk: 'disk0' })).guest(null);
    reads.length = 0;
    await plain?.read(0, 2 * GRAIN);
    expect(reads).toContain(2 * GRAIN);
    const { bytes } = buildVmdk({ capacity, grains, stream: true });
    const packed = (await reader.read(watch(bytes), { disk: 'disk0' })).guest(null);
    await packed?.read(0, 512);
    reads.length = 0;
    await packed?.read(512, 512);
    expect(reads).toEqual([]);
  });
});

describe('tables that lie', () => {
  const built = buildVmdk({ capacity, grains });
  const table = built.tableOffsets.get(0) ?? 0;
  it.each([
    ['a grain behind the end of the file', table, 0xffffffff],
    ['a grain in the header', table, 1],
    ['a grain in the descriptor', table, 20],
    ['a table behind the end of the file', built.directoryOffset, 0x7fffffff],
    ['a table in the header', built.directoryOffset, 1],
  ])('%s', async (_title, offset, value) => {
    const bytes = Buffer.from(built.bytes);
    u32le(value).copy(bytes, offset);
    const guest = (await openBytes(bytes)).guest(null);
    const look = guest?.read(0, 512) ?? Promise.resolve();
    expect(await findingOf(look)).toMatchObject({ code: 'vmdk/bad-grain', exit: 3 });
  });
});

describe('packed grains that lie', () => {
  const packed = deflateSync(fill(0x61));
  it.each([
    ['a marker for another sector', { packed, lba: 128 }],
    ['a size of 0', { packed, size: 0 }],
    ['a size above two grains', { packed, size: 2 * GRAIN }],
    ['a size to the end of the address space (CVE-2026-2243)', { packed, size: 0xffffffff }],
    ['a size that cuts the data', { packed, size: packed.length - 5 }],
    ['more than a grain', { packed: deflateSync(fill(0x61, GRAIN + 1)) }],
    ['a bomb', { packed: deflateSync(fill(0x61, 64 * GRAIN)) }],
    ['less than a grain', { packed: deflateSync(fill(0x61, GRAIN - 1)) }],
    ['no zlib', { packed: fill(0xff, 100) }],
    ['a wrong checksum', { packed: Buffer.concat([packed.subarray(0, -1), Buffer.from([0x5a])]) }],
  ])('%s', async (_title, grain) => {
    const guest = await guestOf({ capacity, stream: true, grains: { 0: { kind: 'packed', ...grain } } });
    expect(await findingOf(guest.read(0, 512))).toMatchObject({ code: 'vmdk/bad-compressed-grain', exit: 3 });
  });

  it('a marker cut off by the end of the file', async () => {
    const { bytes, grainOffsets } = buildVmdk({ capacity, stream: true, grains: { 0: data(1) } });
    const guest = (await openBytes(bytes.subarray(0, (grainOffsets.get(0) ?? 0) + 11))).guest(null);
    if (guest === null) throw new Error('no guest bytes');
    expect((await findingOf(guest.read(0, 1))).code).toBe('vmdk/bad-compressed-grain');
  });
});
