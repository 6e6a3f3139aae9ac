import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildParallels } from '../../fixtures/generate/parallels.ts';
import { type ByteSource, bufferSource } from '../../src/bytes/index.ts';
import { VmImportError } from '../../src/diagnostics/index.ts';
import type { DiskImage } from '../../src/disks/format.ts';
import { reader } from '../../src/disks/parallels/reader.ts';

const CLUSTER = 4096;
const built = buildParallels({
  sectors: 64 * 8,
  clusters: { 0: Buffer.alloc(CLUSTER, 1), 5: Buffer.alloc(CLUSTER, 2) },
});

function expectFinding(error: unknown): void {
  if (!(error instanceof VmImportError)) throw error;
  const { exit, severity, message, remedy, args } = error.finding;
  expect({ exit, severity }).toEqual({ exit: 3, severity: 'error' });
  for (const [, name] of `${message} ${remedy}`.matchAll(/\{(\w+)\}/g)) expect(args).toHaveProperty(name ?? '');
}

/** An image or a finding; anything else is thrown on. */
async function read(bytes: Buffer): Promise<DiskImage | null> {
  const source = bufferSource('fuzz', bytes);
  try {
    return await reader.read(source, { disk: 'disk0' });
  } catch (error) {
    expectFinding(error);
    return null;
  } finally {
    expect(source.bytesRead).toBeLessThanOrEqual(64);
  }
}

async function look(guest: ByteSource): Promise<void> {
  for (const offset of [0, CLUSTER - 1, 5 * CLUSTER, guest.size - 512]) {
    if (offset < 0 || offset >= guest.size) continue;
    const length = Math.min(guest.size - offset, 8192);
    try {
      expect(await guest.read(offset, length)).toHaveLength(length);
    } catch (error) {
      expectFinding(error);
    }
  }
}

async function exercise(bytes: Buffer): Promise<void> {
  const image = await read(bytes);
  if (image === null) return;
  expect(JSON.parse(JSON.stringify(image.details))).toEqual(image.details);
  const guest = image.guest(null);
  if (guest !== null) await look(guest);
}

describe('a Parallels reader on hostile bytes gives an image or a finding', () => {
  it('at every byte of header and tables set to 0, 1, 0x7f, 0x80, 0xff and flipped', async () => {
    const places = Array.from({ length: 120 }, (_, index) => index);
    for (const at of places) {
      const old = built.readUInt8(at);
      for (const value of new Set([0, 1, 0x7f, 0x80, 0xff, old ^ 0x01, old ^ 0x80])) {
        const bytes = Buffer.from(built);
        bytes.writeUInt8(value, at);
        await exercise(bytes);
      }
    }
  });

  it('cut at every byte of the header and at every sector', async () => {
    for (let length = 0; length < built.length; length += length < 100 ? 1 : 512) {
      await exercise(built.subarray(0, length));
    }
  });

  it('with random bytes after the magic', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2048 }), async (tail) => {
        await exercise(Buffer.concat([Buffer.from('WithouFreSpacExt'), tail]));
        await exercise(Buffer.concat([Buffer.from('WithoutFreeSpace\x02\0\0\0'), tail]));
      }),
    );
  });

  it('with random fields and entries in an image that is right otherwise', async () => {
    const field = fc.record({
      at: fc.oneof(
        fc.integer({ min: 4, max: 15 }).map((index) => index * 4),
        fc.constantFrom(64, 68, 84),
      ),
      value: fc.oneof(fc.constantFrom(0, 1, 2, 8, 0x7fffffff, 0x80000000, 0xffffffff), fc.nat(64), fc.nat(0xffffffff)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(field, { minLength: 1, maxLength: 4 }), async (fields) => {
        const bytes = Buffer.from(built);
        for (const { at, value } of fields) bytes.writeUInt32LE(value, at);
        await exercise(bytes);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('guest bytes', () => {
  it('are what was put in, in whatever pieces they are read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 20000 }),
        async (kinds, first, piece) => {
          const clusters: Record<number, Buffer> = {};
          for (const [index, byte] of kinds.entries()) if (byte !== 0) clusters[index] = Buffer.alloc(CLUSTER, byte);
          const image = await read(buildParallels({ sectors: kinds.length * 8, first, clusters }));
          const guest = image?.guest(null) ?? null;
          if (guest === null) throw new Error('no guest bytes');
          const parts: Buffer[] = [];
          for (let at = 0; at < guest.size; at += piece) {
            parts.push(await guest.read(at, Math.min(piece, guest.size - at)));
          }
          const expected = Buffer.concat(kinds.map((kind) => Buffer.alloc(CLUSTER, kind)));
          expect(Buffer.concat(parts).equals(expected)).toBe(true);
        },
      ),
    );
  });
});
