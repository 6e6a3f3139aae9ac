import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LAYER, Layout } from '../../fixtures/generate/oci.ts';
import { buildTar, oldSparse, pax, zstdBomb } from '../../fixtures/generate/tar.ts';
import { bufferSource } from '../../src/bytes/index.ts';
import type { Container } from '../../src/containers/container.ts';
import { searchDisk } from '../../src/containers/image-disk.ts';
import type { Limits } from '../../src/containers/limits.ts';
import { openContainer } from '../../src/containers/open.ts';
import { VmImportError } from '../../src/diagnostics/index.ts';

const LIMITS: Partial<Limits> = { unpackedBytes: 4 << 20, packedBytes: 4 << 20, headBytes: 65536, keptBytes: 1 << 20 };
const XZ = Buffer.from(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAEaGVsbG8AAAAAsTe52+XaHpsAAR0FuC2Arx+2830BAAAAAARZWg==',
  'base64',
);
const BZIP2 = Buffer.from('QlpoOTFBWSZTWRkxZT0AAACBAAJEoAAhmmgzTQczi7kinChIDJiynoA=', 'base64');

const tar = buildTar([
  {
    name: 'x',
    type: 'x',
    data: pax([
      ['path', 'box.ovf'],
      ['size', '11'],
    ]),
  },
  { name: 'y', data: '<Envelope/>' },
  { name: 'L', type: 'L', data: `${'n'.repeat(150)}\0` },
  { name: 'n', data: 'long' },
  oldSparse(
    'disk',
    9000,
    Array.from({ length: 8 }, (_, index) => [index * 1000, 10] as const),
    Buffer.alloc(80, 1),
  ),
  {
    name: '1',
    type: 'x',
    data: pax([
      ['GNU.sparse.major', '1'],
      ['GNU.sparse.minor', '0'],
      ['GNU.sparse.realsize', '4000'],
    ]),
  },
  { name: 'two', data: Buffer.concat([Buffer.from('1\n100\n20\n'.padEnd(512, '\0')), Buffer.alloc(20, 2)]) },
]);
const layout = new Layout();
const lower = [{ name: 'disk/a', data: 'x' }];
const zipped = {
  bytes: gzipSync(buildTar([{ name: 'disk/.wh.a' }, { name: 'disk/b', data: 'y' }])),
  mediaType: `${LAYER}+gzip`,
};
const oci = layout.pack([layout.index([layout.image([lower, zipped])])]);

function expectFinding(error: unknown): void {
  if (!(error instanceof VmImportError)) throw error;
  const { exit, severity, message, remedy, args } = error.finding;
  expect({ exit, severity }).toEqual({ exit: 3, severity: 'error' });
  for (const [, name] of `${message} ${remedy}`.matchAll(/\{(\w+)\}/g)) expect(args).toHaveProperty(name ?? '');
}

async function walk(container: Container, size: number): Promise<void> {
  let members = 0;
  for await (const member of container.members()) {
    expect(++members).toBeLessThan(10_000);
    expect(member.name.split('/')).not.toContain('..');
    expect(member.name).toMatch(/^[^/]/);
    if (member.place !== null) {
      expect(member.place.offset + member.size).toBeLessThanOrEqual(size);
      expect(member.place.offset).toBeGreaterThanOrEqual(512);
    }
    if (member.kind !== 'file') continue;
    const source = await member.open();
    const length = Math.min(source.size, 65536);
    expect(await source.read(0, length)).toHaveLength(length);
    if (source.size > 10) await source.read(source.size - 10, 10).catch(expectFinding);
  }
}

/** Members within their bounds, or findings; anything else is thrown on. */
async function exercise(bytes: Buffer): Promise<void> {
  const source = bufferSource('/fuzz', bytes);
  try {
    const opening = await openContainer(source, { place: { file: '/fuzz', offset: 0 }, limits: LIMITS });
    if (opening?.kind === 'compressed') await opening.file.head.read(0, Math.min(10, opening.file.head.size));
    if (opening === null || opening.kind === 'compressed') return;
    await walk(opening.container, bytes.length);
    if (opening.kind === 'image') {
      const search = searchDisk(opening.container, '/fuzz', { member: null });
      for await (const { member } of search.candidates()) expect(member.kind).toBe('file');
      expect(search.findings.every(({ code }) => code.includes('/'))).toBe(true);
    }
  } catch (error) {
    expectFinding(error);
  }
}

const seeds = {
  tar,
  oci,
  'tar in gzip': gzipSync(tar),
  xz: XZ,
  bzip2: BZIP2,
  zstd: zstdBomb(4),
};

describe.each(Object.entries(seeds))('a container gives members or findings: %s', (_title, seed) => {
  it('with one byte changed anywhere', async () => {
    const step = Math.max(1, Math.floor(seed.length / 700));
    for (let at = 0; at < seed.length; at += step) {
      const bytes = Buffer.from(seed);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at % 8)), at);
      await exercise(bytes);
    }
  });

  it('cut anywhere', async () => {
    const step = Math.max(1, Math.floor(seed.length / 200));
    for (let length = 0; length < seed.length; length += step) await exercise(seed.subarray(0, length));
  });

  it('with many bytes changed, moved and doubled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(seed.length - 1), fc.uint8Array({ minLength: 1, maxLength: 24 })), { maxLength: 6 }),
        fc.nat(seed.length - 1),
        fc.nat(seed.length - 1),
        async (patches, from, to) => {
          const bytes = Buffer.concat([seed.subarray(0, to), seed.subarray(Math.min(from, to))]);
          for (const [at, patch] of patches) Buffer.from(patch).copy(bytes, at % bytes.length);
          await exercise(bytes);
        },
      ),
    );
  });
});

describe('headers of any kind', () => {
  const entry = fc.record({
    name: fc.oneof(fc.string({ maxLength: 99 }), fc.constantFrom('a', './a', '../a', '/a', 'disk/', '.wh.a')),
    type: fc.constantFrom('\0', '0', '1', '2', '5', '7', 'L', 'K', 'x', 'g', 'S', 'M', 'V', 'Z'),
    data: fc.oneof(fc.string({ maxLength: 600 }), fc.constant(pax([['path', 'p']])), fc.constant('2\n0\n1\n9\n1\n')),
    size: fc.oneof(fc.nat(2000), fc.nat(2 ** 31 - 1)),
    link: fc.string({ maxLength: 60 }),
    format: fc.constantFrom('ustar' as const, 'gnu' as const, 'v7' as const),
  });
  it('give members or findings, plain and compressed alike', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 8 }), async (entries) => {
        const sized = entries.map((one, index) =>
          index % 3 === 0 ? one : { ...one, size: Buffer.byteLength(one.data) },
        );
        const bytes = buildTar(sized);
        await exercise(bytes);
        await exercise(gzipSync(bytes, { level: 1 }));
      }),
    );
  });
});
