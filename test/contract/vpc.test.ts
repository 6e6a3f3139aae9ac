import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildVpc } from '../../fixtures/generate/vpc.ts';
import { reader } from '../../src/disks/vpc/reader.ts';
import { makeBench, pattern } from './disk-image.ts';
import { describeWith } from './tools.ts';

const bench = makeBench(reader);
afterAll(() => bench.remove());

const CREATE = ['fixed', 'dynamic'].flatMap((subformat) =>
  ['on', 'off'].flatMap((force) =>
    ['1M', '33M', '64M'].map((size) => ({
      title: `${subformat}, force_size=${force}, ${size}`,
      name: `${subformat}-${force}-${size}.vhd`,
      options: `subformat=${subformat},force_size=${force}`,
      size,
    })),
  ),
);

describeWith(['qemu-img'], 'VHD as qemu-img reads it', () => {
  beforeAll(() => writeFileSync(join(bench.dir, 'pattern.raw'), pattern(9 * 1024 * 1024 + 512)));

  it.each(CREATE)('header: $title', async ({ name, options, size }) => {
    bench.qemuImg('create', '-q', '-f', 'vpc', '-o', options, name, size);
    await bench.read(name, (image, { bytesRead }) => {
      expect(image.virtualSize).toBe(bench.sizeInQemu(name, 'vpc'));
      expect(image.details['creator']).toBe(options.includes('force_size=on') ? 'qem2' : 'qemu');
      expect(image.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
      expect(bytesRead).toBeLessThanOrEqual(65536 + 4096);
    });
  });

  it('header: a disk of 2 TB', async () => {
    bench.qemuImg('create', '-q', '-f', 'vpc', '-o', 'force_size=on', 'large.vhd', '2040G');
    await bench.read('large.vhd', (image) => {
      expect(image.virtualSize).toBe(bench.sizeInQemu('large.vhd', 'vpc'));
      expect(image.findings.map(({ code }) => code)).not.toContain('vpc/too-large');
    });
  });

  it.each(CREATE.filter(({ size }) => size === '1M'))('guest bytes: $title', async ({ name, options }) => {
    const data = `data-${name}`;
    bench.qemuImg('convert', '-f', 'raw', '-O', 'vpc', '-o', options, 'pattern.raw', data);
    await bench.expectSameGuest(data, 'vpc');
  });

  it.each(['win ', 'tap\0', 'd2v ', 'CTXS', 'qem2', 'qemu', 'vpc '])('size by creator "%s"', async (creator) => {
    const name = `creator-${creator.trim().replace('\0', '')}.vhd`;
    const geometry = { cylinders: 963, heads: 4, sectors: 17 };
    const size = 32 * 1024 * 1024;
    writeFileSync(join(bench.dir, name), buildVpc({ size, geometry, creator, blockSize: 2 ** 21 }).bytes);
    await bench.read(name, (image) => {
      expect(image.virtualSize).toBe(bench.sizeInQemu(name, 'vpc'));
    });
  });

  it('guest bytes of our own generator', async () => {
    const blocks = { 0: pattern(2 ** 23).subarray(0, 2 ** 21), 3: pattern(2 ** 23).subarray(-(2 ** 21)) };
    const { bytes } = buildVpc({ size: 2 ** 23, blockSize: 2 ** 21, blocks, batmap: 'good', creator: 'tap\0' });
    writeFileSync(join(bench.dir, 'own.vhd'), bytes);
    await bench.expectSameGuest('own.vhd', 'vpc');
  });
});
