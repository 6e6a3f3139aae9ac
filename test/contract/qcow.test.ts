import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildQcow, type QcowOptions } from '../../fixtures/generate/qcow.ts';
import type { ByteSource } from '../../src/bytes/index.ts';
import { reader } from '../../src/disks/qcow/reader.ts';
import { openFile } from '../../src/sources/file.ts';
import { codes } from '../findings.ts';
import { fileName, makeBench, pattern } from './disk-image.ts';
import { describeWith } from './tools.ts';

const bench = makeBench(reader);
afterAll(() => bench.remove());

async function expectSame(name: string, base: ByteSource | null = null): Promise<void> {
  await bench.expectSameFormat(name, 'qcow');
  const said = bench.info(name);
  await bench.read(name, (image) => {
    expect(image.encrypted).toBe(said.encrypted ?? false);
    expect(image.backing?.name).toBe(said['backing-filename']);
  });
  await bench.expectSameGuest(name, 'qcow', { base });
}

describeWith(['qemu-img', 'qemu-io'], 'qcow as qemu-img reads it', () => {
  beforeAll(() => writeFileSync(join(bench.dir, 'pattern.raw'), pattern(6 * 1024 * 1024 + 512)));

  it.each([
    ['plain', []],
    ['compressed', ['-c']],
  ] as const)('%s clusters', async (title, options) => {
    const name = fileName(`data-${title}`, 'qcow');
    // compressed clusters are written whole: the disk has to end with one
    writeFileSync(
      join(bench.dir, 'whole.raw'),
      readFileSync(join(bench.dir, 'pattern.raw')).subarray(0, 6 * 1024 * 1024),
    );
    const argv = ['convert', '-O', 'qcow', ...options, 'whole.raw', name];
    // qemu-img 7.2 writes a complete compressed qcow, says nothing and exits with 1
    expect(spawnSync('qemu-img', argv, { cwd: bench.dir, encoding: 'utf8' }).stderr).toBe('');
    bench.qemuImg('compare', 'whole.raw', name);
    await expectSame(name);
    bench.qemuIo(name, 'write -P 0x11 4096 512', 'write -z 2097152 2097152', 'write -P 0x22 1048576 70144');
    await expectSame(name);
  });

  it.each(['512', '1M', '10G'])('an empty image of %s', async (bytes) => {
    bench.qemuImg('create', '-q', '-f', 'qcow', 'empty.qcow', bytes);
    const said = bench.info('empty.qcow');
    await bench.read('empty.qcow', (image) => expect(image.virtualSize).toBe(said['virtual-size']));
  });

  it('an overlay on raw, larger than its base, whose format the header does not say', async () => {
    bench.qemuImg('create', '-q', '-f', 'qcow', '-b', 'pattern.raw', '-F', 'raw', 'overlay.qcow', '8M');
    bench.qemuIo('overlay.qcow', 'write -P 0x44 20480 3072', 'write -z 1048576 65536', 'write -P 0x55 7340032 4096');
    await bench.read('overlay.qcow', (image) => {
      expect(image.guest(null)).toBeNull();
      expect(image.backing?.format).toBeNull();
    });
    const base = await openFile(join(bench.dir, 'pattern.raw'));
    try {
      await expectSame('overlay.qcow', base);
    } finally {
      await base.close();
    }
  });

  it('the legacy AES encryption', async () => {
    const secret = ['--object', 'secret,id=s0,data=secret', '-o', 'encrypt.format=aes,encrypt.key-secret=s0'];
    bench.qemuImg('create', '-q', '-f', 'qcow', ...secret, 'aes.qcow', '1M');
    await bench.read('aes.qcow', (image) => {
      expect(codes(image)).toEqual(['qcow/deprecated', 'qcow/encrypted-aes']);
      expect(image.guest(null)).toBeNull();
    });
  });

  it.each([
    ['clusters of 4 KiB', {}],
    ['clusters of 512 bytes', { clusterBits: 9, l2Bits: 6 }],
    ['clusters of 64 KiB', { clusterBits: 16, l2Bits: 13 }],
  ] satisfies readonly (readonly [string, QcowOptions])[])('our own writer, %s', async (title, options) => {
    const name = fileName(`own-${title}`, 'qcow');
    const { clusterBits = 12 }: QcowOptions = options;
    const size = 2 ** clusterBits;
    const clusters = {
      0: { kind: 'data', bytes: Buffer.alloc(size, 1) },
      1: { kind: 'compressed', bytes: Buffer.alloc(size, 2) },
      9: { kind: 'data', bytes: randomBytes(size) },
    } as const;
    writeFileSync(join(bench.dir, name), buildQcow({ ...options, clusters }).bytes);
    await expectSame(name);
  });

  it.each([
    ['a size of 1', 24, '0000000000000001'],
    ['cluster_bits 8', 32, '08'],
    ['cluster_bits 17', 32, '11'],
    ['l2_bits 5', 33, '05'],
    ['l2_bits 14', 33, '0e'],
    ['crypt_method 2', 36, '00000002'],
    ['a size that no table fits', 24, '7fffffffffffffff'],
  ])('what qemu refuses is refused here too: %s', async (title, offset, hex) => {
    const name = fileName(`broken-${title}`, 'qcow');
    writeFileSync(join(bench.dir, name), buildQcow({ patches: [{ offset, bytes: Buffer.from(hex, 'hex') }] }).bytes);
    await bench.expectRefused(name, 'qcow');
  });
});
