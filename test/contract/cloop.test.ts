import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, it } from 'vitest';
import { buildCloop } from '../../fixtures/generate/cloop.ts';
import { reader } from '../../src/disks/cloop/reader.ts';
import { makeBench } from './disk-image.ts';
import { describeWith } from './tools.ts';

const bench = makeBench(reader);
afterAll(() => bench.remove());

// no tool here creates the format: the images are our own, judged by qemu-img
describeWith(['qemu-img'], 'cloop as qemu-img reads it', () => {
  it.each([['three blocks', buildCloop()]])('%s', async (_title, bytes) => {
    writeFileSync(join(bench.dir, 'disk'), bytes);
    await bench.expectSameFormat('disk', 'cloop');
    bench.qemuImg('convert', '-f', 'cloop', '-O', 'qcow2', 'disk', 'new.qcow2');
  });
});
