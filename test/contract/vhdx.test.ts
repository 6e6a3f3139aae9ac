import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildVhdx } from '../../fixtures/generate/vhdx.ts';
import { reader } from '../../src/disks/vhdx/reader.ts';
import { makeBench, pattern } from './disk-image.ts';
import { describeWith } from './tools.ts';

const bench = makeBench(reader);
afterAll(() => bench.remove());

const CREATE = [
  { title: 'defaults', name: 'defaults.vhdx', options: [] },
  { title: 'fixed', name: 'fixed.vhdx', options: ['-o', 'subformat=fixed'] },
  { title: 'blocks of 1 MiB', name: 'block-1.vhdx', options: ['-o', 'block_size=1M'] },
  { title: 'blocks of 256 MiB', name: 'block-256.vhdx', options: ['-o', 'block_size=256M'] },
  { title: 'a log of 8 MiB', name: 'log-8.vhdx', options: ['-o', 'log_size=8M'] },
  { title: 'block states that are not zero', name: 'state.vhdx', options: ['-o', 'block_state_zero=off'] },
] as const;

describeWith(['qemu-img'], 'VHDX as qemu-img reads it', () => {
  beforeAll(() => writeFileSync(join(bench.dir, 'pattern.raw'), pattern(9 * 1024 * 1024 + 512)));

  it.each(CREATE)('header: $title', async ({ name, options }) => {
    bench.qemuImg('create', '-q', '-f', 'vhdx', ...options, name, '33M');
    await bench.read(name, (image, { bytesRead }) => {
      expect(image.virtualSize).toBe(bench.sizeInQemu(name, 'vhdx'));
      expect(image.findings).toEqual([]);
      expect(image.details).toMatchObject({
        logicalSectorSize: 512,
        type: name === 'fixed.vhdx' ? 'fixed' : 'dynamic',
      });
      expect(bytesRead).toBeLessThan(300_000);
    });
  });

  it('header: a disk of 64 TiB', async () => {
    bench.qemuImg('create', '-q', '-f', 'vhdx', '-o', 'block_size=256M', 'large.vhdx', '64T');
    await bench.read('large.vhdx', (image) => {
      expect(image.virtualSize).toBe(bench.sizeInQemu('large.vhdx', 'vhdx'));
    });
  });

  it.each(CREATE)('guest bytes: $title', async ({ name, options }) => {
    const data = `data-${name}`;
    bench.qemuImg('convert', '-f', 'raw', '-O', 'vhdx', ...options, 'pattern.raw', data);
    await bench.expectSameGuest(data, 'vhdx');
  });

  it('guest bytes of our own generator', async () => {
    const bytes = pattern(8 * 1024 * 1024);
    const blocks = { 1: bytes.subarray(0, 2 ** 20), 0: bytes.subarray(2 ** 20, 2 ** 21) };
    writeFileSync(join(bench.dir, 'own.vhdx'), buildVhdx({ blocks }));
    await bench.expectSameGuest('own.vhdx', 'vhdx');
  });
});
