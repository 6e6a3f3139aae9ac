import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildQed, type QedOptions } from '../../fixtures/generate/qed.ts';
import type { ByteSource } from '../../src/bytes/index.ts';
import { reader } from '../../src/disks/qed/reader.ts';
import { openFile } from '../../src/sources/file.ts';
import { u32le, u64le } from '../words.ts';
import { fileName, makeBench, pattern } from './disk-image.ts';
import { describeWith } from './tools.ts';

const bench = makeBench(reader);
afterAll(() => bench.remove());

async function expectSame(name: string, base: ByteSource | null = null): Promise<void> {
  await bench.expectSameFormat(name, 'qed');
  const said = bench.info(name);
  await bench.read(name, (image) => {
    expect(image.details['clusterSize']).toBe(said['cluster-size']);
    expect(image.backing?.name).toBe(said['backing-filename']);
    expect(image.backing?.format ?? undefined).toBe(said['backing-filename-format']);
  });
  await bench.expectSameGuest(name, 'qed', { base });
}

describeWith(['qemu-img', 'qemu-io'], 'QED as qemu-img reads it', () => {
  beforeAll(() => writeFileSync(join(bench.dir, 'pattern.raw'), pattern(6 * 1024 * 1024 + 512)));

  it.each([4096, 65536, 1048576].flatMap((cluster) => [2, 4, 16].map((table) => [cluster, table] as const)))(
    'clusters of %i bytes, tables of %i',
    async (cluster, table) => {
      const name = `c${cluster}-t${table}.qed`;
      bench.qemuImg('convert', '-O', 'qed', '-o', `cluster_size=${cluster},table_size=${table}`, 'pattern.raw', name);
      await expectSame(name);
      bench.qemuIo(name, 'write -P 0x11 4096 512', 'write -z 2097152 2097152', 'write -P 0x22 1048576 70144');
      await expectSame(name);
    },
  );

  it('an empty image', async () => {
    bench.qemuImg('create', '-q', '-f', 'qed', 'empty.qed', '8M');
    await expectSame('empty.qed');
  });

  it('an overlay on raw, larger than its base', async () => {
    bench.qemuImg('create', '-q', '-f', 'qed', '-b', 'pattern.raw', '-F', 'raw', 'overlay.qed', '8M');
    bench.qemuIo('overlay.qed', 'write -P 0x44 20480 3072', 'write -z 1048576 65536', 'write -P 0x55 7340032 4096');
    await bench.read('overlay.qed', (image) => expect(image.guest(null)).toBeNull());
    const base = await openFile(join(bench.dir, 'pattern.raw'));
    try {
      await expectSame('overlay.qed', base);
    } finally {
      await base.close();
    }
  });

  it.each([
    ['clusters of 4 KiB', { clusters: { 0: Buffer.alloc(4096, 1), 1: 'zero', 200: Buffer.alloc(4096, 2) } }],
    ['tables of 4 clusters', { tableSize: 4, clusters: { 0: Buffer.alloc(4096, 1), 9: Buffer.alloc(4096, 2) } }],
    ['a header of 2 clusters', { headerSize: 2, clusters: { 3: Buffer.alloc(4096, 1) } }],
  ] satisfies readonly (readonly [string, QedOptions])[])('our own writer, %s', async (title, options) => {
    const name = fileName(`own-${title}`, 'qed');
    writeFileSync(join(bench.dir, name), buildQed(options).bytes);
    expect(JSON.parse(bench.qemuImg('check', '--output=json', name))).toMatchObject({ 'check-errors': 0 });
    await expectSame(name);
  });

  it.each([
    ['clusters of 2 KiB', 4, u32le(2048)],
    ['tables of 1 cluster', 8, u32le(1)],
    ['tables of 32 clusters', 8, u32le(32)],
    ['an unknown feature', 16, u64le(8)],
    ['an L1 table in the header', 40, u64le(0)],
    ['an L1 table behind the end', 40, u64le(12288)],
    ['half a sector', 48, u64le(256)],
    ['more than the tables can hold', 48, u64le(1024 * 1024 * 4096 + 512)],
  ])('what qemu refuses is refused here too: %s', async (title, offset, bytes) => {
    const name = fileName(`broken-${title}`, 'qed');
    writeFileSync(join(bench.dir, name), buildQed({ patches: [{ offset, bytes }] }).bytes);
    await bench.expectRefused(name, 'qed');
  });
});
