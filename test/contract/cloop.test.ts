import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildCloop } from '../../fixtures/generate/cloop.ts';
import { bufferSource } from '../../src/bytes/index.ts';
import { reader } from '../../src/disks/cloop/reader.ts';
import { describeWith } from './tools.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'vm-import-cloop-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

// no tool here creates the format: the images are our own, judged by qemu-img
describeWith(['qemu-img'], 'cloop as qemu-img reads it', () => {
  it.each([['three blocks', buildCloop()]])('%s', async (_title, bytes) => {
    writeFileSync(join(dir, 'disk'), bytes);
    const said = JSON.parse(
      execFileSync('qemu-img', ['info', '--output=json', 'disk'], { cwd: dir, encoding: 'utf8' }),
    );
    const image = await reader.read(bufferSource('disk', bytes), { disk: 'disk0' });
    expect({ format: image.format, size: image.virtualSize }).toEqual({
      format: said.format,
      size: said['virtual-size'],
    });
    execFileSync('qemu-img', ['convert', '-f', 'cloop', '-O', 'qcow2', 'disk', 'new.qcow2'], { cwd: dir });
  });
});
