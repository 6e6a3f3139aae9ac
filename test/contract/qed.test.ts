import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildQed, type QedOptions } from '../../fixtures/generate/qed.ts';
import { type ByteSource, withHead } from '../../src/bytes/index.ts';
import { VmImportError } from '../../src/diagnostics/index.ts';
import { type DiskImage, PROBE_LENGTH } from '../../src/disks/format.ts';
import { reader } from '../../src/disks/qed/reader.ts';
import { openFile } from '../../src/sources/file.ts';
import { describeWith } from './tools.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'vm-import-qed-'));
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

const fileName = (title: string) => `${title.replaceAll(/\W+/g, '-')}.qed`;

async function expectSame(name: string, base: ByteSource | null = null): Promise<void> {
  const said = JSON.parse(qemuImg('info', '--output=json', name));
  qemuImg('convert', '-f', 'qed', '-O', 'raw', name, `${name}.raw`);
  await read(name, async (image) => {
    expect(said.format).toBe('qed');
    expect(image.virtualSize).toBe(said['virtual-size']);
    expect(image.details['clusterSize']).toBe(said['cluster-size']);
    expect(image.backing?.name).toBe(said['backing-filename']);
    expect(image.backing?.format ?? undefined).toBe(said['backing-filename-format']);
    const guest = image.guest(base);
    if (guest === null) throw new Error('no guest bytes');
    const parts: Buffer[] = [];
    for (let at = 0; at < guest.size; at += 777_777)
      parts.push(await guest.read(at, Math.min(777_777, guest.size - at)));
    expect(Buffer.concat(parts).equals(readFileSync(join(dir, `${name}.raw`)))).toBe(true);
  });
}

describeWith(['qemu-img', 'qemu-io'], 'QED as qemu-img reads it', () => {
  const size = 6 * 1024 * 1024 + 512;
  beforeAll(() => {
    const bytes = Buffer.alloc(size);
    randomBytes(300_000).copy(bytes, 12_345);
    bytes.fill(0xaa, 3_000_000, 3_500_000);
    bytes.fill(0xbb, size - 1000);
    writeFileSync(join(dir, 'pattern.raw'), bytes);
  });

  it.each([4096, 65536, 1048576].flatMap((cluster) => [2, 4, 16].map((table) => [cluster, table] as const)))(
    'clusters of %i bytes, tables of %i',
    async (cluster, table) => {
      const name = `c${cluster}-t${table}.qed`;
      qemuImg('convert', '-O', 'qed', '-o', `cluster_size=${cluster},table_size=${table}`, 'pattern.raw', name);
      await expectSame(name);
      qemuIo(name, 'write -P 0x11 4096 512', 'write -z 2097152 2097152', 'write -P 0x22 1048576 70144');
      await expectSame(name);
    },
  );

  it('an empty image', async () => {
    qemuImg('create', '-q', '-f', 'qed', 'empty.qed', '8M');
    await expectSame('empty.qed');
  });

  it('an overlay on raw, larger than its base', async () => {
    qemuImg('create', '-q', '-f', 'qed', '-b', 'pattern.raw', '-F', 'raw', 'overlay.qed', '8M');
    qemuIo('overlay.qed', 'write -P 0x44 20480 3072', 'write -z 1048576 65536', 'write -P 0x55 7340032 4096');
    await read('overlay.qed', (image) => expect(image.guest(null)).toBeNull());
    const base = await openFile(join(dir, 'pattern.raw'));
    try {
      await expectSame('overlay.qed', base);
    } finally {
      await base.close();
    }
  });

  it.each([
    ['clusters of 4 KiB', { clusters: { 0: Buffer.alloc(4096, 1), 1: 'zero', 200: Buffer.alloc(4096, 2) } }],
    ['tables of 4 clusters', { tableSize: 4, clusters: { 0: Buffer.alloc(4096, 1), 9: Buffer.alloc(4096, 2) } }],
    ['a header of 2 clusters', { headerSize: 2, clusters: { 3: Buffer.alloc(4096, 1) } }],
  ] satisfies readonly (readonly [string, QedOptions])[])('our own writer, %s', async (title, options) => {
    const name = fileName(`own-${title}`);
    writeFileSync(join(dir, name), buildQed(options).bytes);
    expect(JSON.parse(qemuImg('check', '--output=json', name))).toMatchObject({ 'check-errors': 0 });
    await expectSame(name);
  });

  const word = (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    return bytes;
  };
  it.each([
    ['clusters of 2 KiB', 4, word(2048).subarray(0, 4)],
    ['tables of 1 cluster', 8, word(1).subarray(0, 4)],
    ['tables of 32 clusters', 8, word(32).subarray(0, 4)],
    ['an unknown feature', 16, word(8)],
    ['an L1 table in the header', 40, word(0)],
    ['an L1 table behind the end', 40, word(12288)],
    ['half a sector', 48, word(256)],
    ['more than the tables can hold', 48, word(1024 * 1024 * 4096 + 512)],
  ])('what qemu refuses is refused here too: %s', async (title, offset, bytes) => {
    const name = fileName(`broken-${title}`);
    writeFileSync(join(dir, name), buildQed({ patches: [{ offset, bytes }] }).bytes);
    expect(() => qemuImg('map', '-f', 'qed', name)).toThrow(/Could not open/);
    await expect(read(name, () => null)).rejects.toBeInstanceOf(VmImportError);
  });
});
