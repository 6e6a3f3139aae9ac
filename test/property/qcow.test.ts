import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildQcow, type Cluster } from '../../fixtures/generate/qcow.ts';
import { type ByteSource, bufferSource } from '../../src/bytes/index.ts';
import { VmImportError } from '../../src/diagnostics/index.ts';
import type { DiskImage } from '../../src/disks/format.ts';
import { reader } from '../../src/disks/qcow/reader.ts';

const CLUSTER = 4096;
const built = buildQcow({
  size: 64 * CLUSTER,
  backing: '/images/base.raw',
  clusters: {
    0: { kind: 'data', bytes: Buffer.alloc(CLUSTER, 1) },
    1: { kind: 'compressed', bytes: Buffer.alloc(CLUSTER, 3) },
    5: { kind: 'data', bytes: Buffer.alloc(CLUSTER, 2) },
  },
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
    // fields and a name
    expect(source.bytesRead).toBeLessThan(48 + 1024);
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
  const guest = image.guest(bufferSource('base', Buffer.alloc(1000, 0x42)));
  if (guest !== null) await look(guest);
}

describe('a qcow reader on hostile bytes gives an image or a finding', () => {
  it('at every byte of header and tables set to 0, 1, 0x7f, 0x80, 0xff and flipped', async () => {
    const l2 = built.l2Offsets.get(0) ?? 0;
    const places = [0, built.l1Offset, l2].flatMap((start) => Array.from({ length: 80 }, (_, index) => start + index));
    for (const at of places) {
      const old = built.bytes.readUInt8(at);
      for (const value of new Set([0, 1, 0x7f, 0x80, 0xff, old ^ 0x01, old ^ 0x80])) {
        const bytes = Buffer.from(built.bytes);
        bytes.writeUInt8(value, at);
        await exercise(bytes);
      }
    }
  });

  it('cut at every byte of the header and at every sector', async () => {
    for (let length = 0; length < built.bytes.length; length += length < 100 ? 1 : 512) {
      await exercise(built.bytes.subarray(0, length));
    }
  });

  it('with random bytes after the magic', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2048 }), async (tail) => {
        await exercise(Buffer.concat([Buffer.from('514649fb00000001', 'hex'), tail]));
      }),
    );
  });

  it('with random fields and entries in an image that is right otherwise', async () => {
    const l2 = built.l2Offsets.get(0) ?? 0;
    const field = fc.record({
      at: fc.oneof(
        fc.integer({ min: 1, max: 11 }).map((index) => index * 4),
        fc.constantFrom(built.l1Offset, l2, l2 + 4, l2 + 40),
      ),
      value: fc.oneof(
        fc.constantFrom(0, 1, 2, 8, 0x7fffffff, 0x80000000, 0xffffffff),
        fc.nat(10).map((n) => n * CLUSTER),
        fc.nat(0xffffffff),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(field, { minLength: 1, maxLength: 4 }), async (fields) => {
        const bytes = Buffer.from(built.bytes);
        for (const { at, value } of fields) bytes.writeUInt32BE(value, at);
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
        fc.constantFrom(6, 9),
        fc.integer({ min: 1, max: 20000 }),
        async (kinds, l2Bits, piece) => {
          const clusters: Record<number, Cluster> = {};
          for (const [index, byte] of kinds.entries()) {
            if (byte === 0) continue;
            clusters[index] = { kind: byte === 1 ? 'compressed' : 'data', bytes: Buffer.alloc(CLUSTER, byte) };
          }
          const image = await read(buildQcow({ size: kinds.length * CLUSTER, l2Bits, clusters }).bytes);
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
