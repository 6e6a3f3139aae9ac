import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildQcow, type QcowOptions } from '../../fixtures/generate/qcow.ts';
import { type ByteSource, withHead } from '../../src/bytes/index.ts';
import { VmImportError } from '../../src/diagnostics/index.ts';
import { type DiskImage, PROBE_LENGTH } from '../../src/disks/format.ts';
import { reader } from '../../src/disks/qcow/reader.ts';
import { openFile } from '../../src/sources/file.ts';
import { describeWith } from './tools.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'vm-import-qcow-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function qemuImg(...argv: readonly string[]): string {
  return execFileSync('qemu-img', argv, { encoding: 'utf8', cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
}

function qemuIo(name: string, ...commands: readonly string[]): void {
  execFileSync('qemu-io', [...commands.flatMap((command) => ['-c', command]), name], { cwd: dir, stdio: 'pipe' });
}

async function read<T>(name: string, use: (image: DiskImage) => Promise<T> | T): Promise<T> {
  const file = await openFile(join(dir, name));
  try {
    return await use(await reader.read(withHead(file, PROBE_LENGTH), { disk: 'disk0' }));
  } finally {
    await file.close();
  }
}

const fileName = (title: string) => `${title.replaceAll(/\W+/g, '-')}.qcow`;

async function expectSame(name: string, base: ByteSource | null = null): Promise<void> {
  const said = JSON.parse(qemuImg('info', '--output=json', name));
  qemuImg('convert', '-f', 'qcow', '-O', 'raw', name, `${name}.raw`);
  await read(name, async (image) => {
    expect(said.format).toBe('qcow');
    expect(image.virtualSize).toBe(said['virtual-size']);
    expect(image.encrypted).toBe(said.encrypted ?? false);
    expect(image.backing?.name).toBe(said['backing-filename']);
    const guest = image.guest(base);
    if (guest === null) throw new Error('no guest bytes');
    const parts: Buffer[] = [];
    for (let at = 0; at < guest.size; at += 777_777)
      parts.push(await guest.read(at, Math.min(777_777, guest.size - at)));
    expect(Buffer.concat(parts).equals(readFileSync(join(dir, `${name}.raw`)))).toBe(true);
  });
}

describeWith(['qemu-img', 'qemu-io'], 'qcow as qemu-img reads it', () => {
  const size = 6 * 1024 * 1024 + 512;
  beforeAll(() => {
    const bytes = Buffer.alloc(size);
    randomBytes(300_000).copy(bytes, 12_345);
    bytes.fill(0xaa, 3_000_000, 3_500_000);
    bytes.fill(0xbb, size - 1000);
    writeFileSync(join(dir, 'pattern.raw'), bytes);
  });

  it.each([
    ['plain', []],
    ['compressed', ['-c']],
  ] as const)('%s clusters', async (title, options) => {
    const name = fileName(`data-${title}`);
    // compressed clusters are written whole: the disk has to end with one
    writeFileSync(join(dir, 'whole.raw'), readFileSync(join(dir, 'pattern.raw')).subarray(0, 6 * 1024 * 1024));
    const argv = ['convert', '-O', 'qcow', ...options, 'whole.raw', name];
    // qemu-img 7.2 writes a complete compressed qcow, says nothing and exits with 1
    expect(spawnSync('qemu-img', argv, { cwd: dir, encoding: 'utf8' }).stderr).toBe('');
    qemuImg('compare', 'whole.raw', name);
    await expectSame(name);
    qemuIo(name, 'write -P 0x11 4096 512', 'write -z 2097152 2097152', 'write -P 0x22 1048576 70144');
    await expectSame(name);
  });

  it.each(['512', '1M', '10G'])('an empty image of %s', async (bytes) => {
    qemuImg('create', '-q', '-f', 'qcow', 'empty.qcow', bytes);
    const said = JSON.parse(qemuImg('info', '--output=json', 'empty.qcow'));
    await read('empty.qcow', (image) => expect(image.virtualSize).toBe(said['virtual-size']));
  });

  it('an overlay on raw, larger than its base, whose format the header does not say', async () => {
    qemuImg('create', '-q', '-f', 'qcow', '-b', 'pattern.raw', '-F', 'raw', 'overlay.qcow', '8M');
    qemuIo('overlay.qcow', 'write -P 0x44 20480 3072', 'write -z 1048576 65536', 'write -P 0x55 7340032 4096');
    await read('overlay.qcow', (image) => {
      expect(image.guest(null)).toBeNull();
      expect(image.backing?.format).toBeNull();
    });
    const base = await openFile(join(dir, 'pattern.raw'));
    try {
      await expectSame('overlay.qcow', base);
    } finally {
      await base.close();
    }
  });

  it('the legacy AES encryption', async () => {
    const secret = ['--object', 'secret,id=s0,data=secret', '-o', 'encrypt.format=aes,encrypt.key-secret=s0'];
    qemuImg('create', '-q', '-f', 'qcow', ...secret, 'aes.qcow', '1M');
    await read('aes.qcow', (image) => {
      expect(image.findings.map(({ code }) => code)).toEqual(['qcow/deprecated', 'qcow/encrypted-aes']);
      expect(image.guest(null)).toBeNull();
    });
  });

  it.each([
    ['clusters of 4 KiB', {}],
    ['clusters of 512 bytes', { clusterBits: 9, l2Bits: 6 }],
    ['clusters of 64 KiB', { clusterBits: 16, l2Bits: 13 }],
  ] satisfies readonly (readonly [string, QcowOptions])[])('our own writer, %s', async (title, options) => {
    const name = fileName(`own-${title}`);
    const { clusterBits = 12 }: QcowOptions = options;
    const size = 2 ** clusterBits;
    const clusters = {
      0: { kind: 'data', bytes: Buffer.alloc(size, 1) },
      1: { kind: 'compressed', bytes: Buffer.alloc(size, 2) },
      9: { kind: 'data', bytes: randomBytes(size) },
    } as const;
    writeFileSync(join(dir, name), buildQcow({ ...options, clusters }).bytes);
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
    const name = fileName(`broken-${title}`);
    writeFileSync(join(dir, name), buildQcow({ patches: [{ offset, bytes: Buffer.from(hex, 'hex') }] }).bytes);
    expect(() => qemuImg('map', '-f', 'qcow', name)).toThrow(/Could not open/);
    await expect(read(name, () => null)).rejects.toBeInstanceOf(VmImportError);
  });
});
