import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildParallels, type ParallelsOptions } from '../../fixtures/generate/parallels.ts';
import { withHead } from '../../src/bytes/index.ts';
import { VmImportError } from '../../src/diagnostics/index.ts';
import { type DiskImage, PROBE_LENGTH } from '../../src/disks/format.ts';
import { reader } from '../../src/disks/parallels/reader.ts';
import { openFile } from '../../src/sources/file.ts';
import { describeWith } from './tools.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'vm-import-parallels-'));
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

const fileName = (title: string) => `${title.replaceAll(/\W+/g, '-')}.hds`;

async function expectSame(name: string): Promise<void> {
  const said = JSON.parse(qemuImg('info', '--output=json', name));
  qemuImg('convert', '-f', 'parallels', '-O', 'raw', name, `${name}.raw`);
  await read(name, async (image) => {
    expect(said.format).toBe('parallels');
    expect(image.virtualSize).toBe(said['virtual-size']);
    const guest = image.guest(null);
    if (guest === null) throw new Error('no guest bytes');
    const parts: Buffer[] = [];
    for (let at = 0; at < guest.size; at += 777_777)
      parts.push(await guest.read(at, Math.min(777_777, guest.size - at)));
    expect(Buffer.concat(parts).equals(readFileSync(join(dir, `${name}.raw`)))).toBe(true);
  });
}

describeWith(['qemu-img', 'qemu-io'], 'Parallels as qemu-img reads it', () => {
  const size = 6 * 1024 * 1024 + 512;
  beforeAll(() => {
    const bytes = Buffer.alloc(size);
    randomBytes(300_000).copy(bytes, 12_345);
    bytes.fill(0xaa, 3_000_000, 3_500_000);
    bytes.fill(0xbb, size - 1000);
    writeFileSync(join(dir, 'pattern.raw'), bytes);
  });

  it.each([65536, 1048576, 4194304])('clusters of %i bytes', async (cluster) => {
    const name = `c${cluster}.hds`;
    qemuImg('convert', '-O', 'parallels', '-o', `cluster_size=${cluster}`, 'pattern.raw', name);
    await read(name, (image) => expect(image.details['clusterSize']).toBe(cluster));
    await expectSame(name);
    qemuIo(name, 'write -P 0x11 4096 512', 'write -P 0x22 1048576 70144');
    await expectSame(name);
    await read(name, (image) => expect(image.findings).toEqual([]));
  });

  it('an empty image', async () => {
    qemuImg('create', '-q', '-f', 'parallels', 'empty.hds', '8M');
    await expectSame('empty.hds');
  });

  it.each([
    ['the first variant', { first: true }],
    ['the second variant', {}],
    ['clusters of 63 sectors', { clusterSectors: 63 }],
  ] satisfies readonly (readonly [string, ParallelsOptions])[])('our own writer, %s', async (title, options) => {
    const name = fileName(`own-${title}`);
    const { clusterSectors = 8 }: ParallelsOptions = options;
    const clusters = { 0: randomBytes(clusterSectors * 512), 5: randomBytes(clusterSectors * 512) };
    writeFileSync(join(dir, name), buildParallels({ ...options, clusters }));
    await expectSame(name);
  });

  it.each([
    ['version 1', 16, 1],
    ['clusters of no sectors', 28, 0],
    ['clusters of 2 GiB', 28, 2 ** 22],
    ['a table longer than memory', 32, 0x7fffffff],
  ])('what qemu refuses is refused here too: %s', async (title, offset, value) => {
    const name = fileName(`broken-${title}`);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    writeFileSync(join(dir, name), buildParallels({ patches: [{ offset, bytes }] }));
    expect(() => qemuImg('map', '-f', 'parallels', name)).toThrow(/Could not open/);
    await expect(read(name, () => null)).rejects.toBeInstanceOf(VmImportError);
  });
});
