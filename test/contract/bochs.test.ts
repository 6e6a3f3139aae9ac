import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, it } from 'vitest';
import { buildBochs } from '../../fixtures/generate/bochs.ts';
import { reader } from '../../src/disks/bochs/reader.ts';
import { makeBench } from './disk-image.ts';
import { describeWith } from './tools.ts';

const bench = makeBench(reader);
afterAll(() => bench.remove());

// no tool here creates the format: the images are our own, judged by qemu-img
describeWith(['qemu-img'], 'Bochs as qemu-img reads it', () => {
  it.each([
    ['version 1', buildBochs({ version: 1 })],
    ['version 2', buildBochs()],
  ])('%s', async (_title, bytes) => {
    writeFileSync(join(bench.dir, 'disk'), bytes);
    await bench.expectSameFormat('disk', 'bochs');
    bench.qemuImg('convert', '-f', 'bochs', '-O', 'qcow2', 'disk', 'new.qcow2');
  });
});
