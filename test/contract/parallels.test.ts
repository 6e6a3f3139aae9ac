import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildParallels, type ParallelsOptions } from '../../fixtures/generate/parallels.ts';
import { reader } from '../../src/disks/parallels/reader.ts';
import { u32le } from '../words.ts';
import { fileName, makeBench, pattern } from './disk-image.ts';
import { describeWith } from './tools.ts';

const bench = makeBench(reader);
afterAll(() => bench.remove());

async function expectSame(name: string): Promise<void> {
  await bench.expectSameFormat(name, 'parallels');
  await bench.expectSameGuest(name, 'parallels');
}

describeWith(['qemu-img', 'qemu-io'], 'Parallels as qemu-img reads it', () => {
  beforeAll(() => writeFileSync(join(bench.dir, 'pattern.raw'), pattern(6 * 1024 * 1024 + 512)));

  it.each([65536, 1048576, 4194304])('clusters of %i bytes', async (cluster) => {
    const name = `c${cluster}.hds`;
    bench.qemuImg('convert', '-O', 'parallels', '-o', `cluster_size=${cluster}`, 'pattern.raw', name);
    await bench.read(name, (image) => expect(image.details['clusterSize']).toBe(cluster));
    await expectSame(name);
    bench.qemuIo(name, 'write -P 0x11 4096 512', 'write -P 0x22 1048576 70144');
    await expectSame(name);
    await bench.read(name, (image) => expect(image.findings).toEqual([]));
  });

  it('an empty image', async () => {
    bench.qemuImg('create', '-q', '-f', 'parallels', 'empty.hds', '8M');
    await expectSame('empty.hds');
  });

  it.each([
    ['the first variant', { first: true }],
    ['the second variant', {}],
    ['clusters of 63 sectors', { clusterSectors: 63 }],
  ] satisfies readonly (readonly [string, ParallelsOptions])[])('our own writer, %s', async (title, options) => {
    const name = fileName(`own-${title}`, 'hds');
    const { clusterSectors = 8 }: ParallelsOptions = options;
    const clusters = { 0: randomBytes(clusterSectors * 512), 5: randomBytes(clusterSectors * 512) };
    writeFileSync(join(bench.dir, name), buildParallels({ ...options, clusters }));
    await expectSame(name);
  });

  it.each([
    ['version 1', 16, 1],
    ['clusters of no sectors', 28, 0],
    ['clusters of 2 GiB', 28, 2 ** 22],
    ['a table longer than memory', 32, 0x7fffffff],
  ])('what qemu refuses is refused here too: %s', async (title, offset, value) => {
    const name = fileName(`broken-${title}`, 'hds');
    writeFileSync(join(bench.dir, name), buildParallels({ patches: [{ offset, bytes: u32le(value) }] }));
    await bench.expectRefused(name, 'parallels');
  });
});
