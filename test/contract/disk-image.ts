import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { withHead } from '../../src/bytes/index.ts';
import { type DiskImage, type DiskReader, PROBE_LENGTH } from '../../src/disks/format.ts';
import { openFile } from '../../src/sources/file.ts';
import { runTool } from './tools.ts';

/** A directory of images, the real tools to make them, and one of our readers to compare with. */
export interface Bench {
  readonly dir: string;
  tool(name: string, ...argv: readonly string[]): string;
  qemuImg(...argv: readonly string[]): string;
  /** Virtual bytes by `qemu-img info`. */
  sizeInQemu(name: string, format: string): number;
  read<T>(name: string, use: (image: DiskImage, bytesRead: number) => Promise<T> | T): Promise<T>;
  /** Our guest bytes are those of `qemu-img convert`. */
  expectSameGuest(name: string, format: string): Promise<void>;
  remove(): void;
}

export function makeBench(reader: DiskReader): Bench {
  const dir = mkdtempSync(join(tmpdir(), 'vm-import-disk-'));
  const bench: Bench = {
    dir,
    tool: (name, ...argv) => runTool(name, argv, dir),
    qemuImg: (...argv) => bench.tool('qemu-img', ...argv),
    sizeInQemu: (name, format) =>
      JSON.parse(bench.qemuImg('info', '--output=json', '-f', format, name))['virtual-size'],
    async read(name, use) {
      const file = await openFile(join(dir, name));
      try {
        const image = await reader.read(withHead(file, PROBE_LENGTH), { disk: 'disk0' });
        return await use(image, file.bytesRead);
      } finally {
        await file.close();
      }
    },
    async expectSameGuest(name, format) {
      bench.qemuImg('convert', '-f', format, '-O', 'raw', name, `${name}.raw`);
      const expected = readFileSync(join(dir, `${name}.raw`));
      await bench.read(name, async (image) => {
        const guest = image.guest(null);
        if (guest === null) throw new Error('no guest bytes');
        const parts: Buffer[] = [];
        // pieces that respect no boundary
        const piece = 777_777;
        for (let at = 0; at < guest.size; at += piece) {
          parts.push(await guest.read(at, Math.min(piece, guest.size - at)));
        }
        expect(guest.size).toBe(expected.length);
        expect(Buffer.concat(parts).equals(expected)).toBe(true);
      });
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
  return bench;
}

/** Noise, text, runs of one byte and holes, at places that fall on no boundary. */
export function pattern(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  const noise = randomBytes(300_000);
  noise.copy(bytes, 12_345);
  Buffer.from('the quick brown fox jumps over the lazy dog. '.repeat(20_000)).copy(bytes, 1_000_001);
  bytes.fill(0xaa, 3_000_000, 3_500_000);
  noise.copy(bytes, size - 100_000);
  return bytes;
}
