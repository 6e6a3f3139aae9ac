import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildVdi } from '../../fixtures/generate/vdi.ts';
import { reader } from '../../src/disks/vdi/reader.ts';
import { makeBench, pattern } from './disk-image.ts';
import { describeWith } from './tools.ts';

const bench = makeBench(reader);
afterAll(() => bench.remove());

const CREATE = [
  { title: 'dynamic', options: ['-o', 'static=off'] },
  { title: 'static', options: ['-o', 'static=on'] },
] as const;

describeWith(['qemu-img'], 'VDI as qemu-img reads it', () => {
  beforeAll(() => writeFileSync(join(bench.dir, 'pattern.raw'), pattern(9 * 1024 * 1024 + 512)));

  it.each(CREATE.flatMap((row) => ['512', '1M', '33M'].map((size) => ({ ...row, size }))))(
    'header: $title, $size',
    async ({ title, options, size }) => {
      const name = `${title}-${size}.vdi`;
      bench.qemuImg('create', '-q', '-f', 'vdi', ...options, name, size);
      await bench.read(name, (image, { bytesRead }) => {
        expect(image.virtualSize).toBe(bench.sizeInQemu(name, 'vdi'));
        expect(image.findings).toEqual([]);
        expect(image.details).toMatchObject({ type: title, linkUuid: null, parentUuid: null });
        expect(bytesRead).toBeLessThanOrEqual(65536);
      });
    },
  );

  it('header: a disk of 2 TiB', async () => {
    bench.qemuImg('create', '-q', '-f', 'vdi', 'large.vdi', '2T');
    await bench.read('large.vdi', (image) => expect(image.virtualSize).toBe(bench.sizeInQemu('large.vdi', 'vdi')));
  });

  it.each(CREATE)('guest bytes: $title', async ({ title, options }) => {
    const name = `data-${title}.vdi`;
    bench.qemuImg('convert', '-f', 'raw', '-O', 'vdi', ...options, 'pattern.raw', name);
    await bench.expectSameGuest(name, 'vdi');
  });

  it('guest bytes of our own generator', async () => {
    const bytes = pattern(8 * 1024 * 1024);
    const blocks = [
      [3, bytes.subarray(0, 2 ** 20)],
      [0, bytes.subarray(-(2 ** 20))],
    ] as const;
    writeFileSync(join(bench.dir, 'own.vdi'), buildVdi({ blocks }));
    await bench.expectSameGuest('own.vdi', 'vdi');
  });

  it('refuses what qemu refuses', async () => {
    for (const [name, options] of Object.entries({ link: { link: 1 }, parent: { parent: 1 } })) {
      writeFileSync(join(bench.dir, `${name}.vdi`), buildVdi(options));
      expect(() => bench.sizeInQemu(`${name}.vdi`, 'vdi')).toThrow(/unsupported VDI image/);
      await bench.read(`${name}.vdi`, (image) => expect(image.findings).toMatchObject([{ code: 'vdi/differencing' }]));
    }
  });
});
