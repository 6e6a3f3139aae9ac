import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type ByteSource, withHead } from '../../src/bytes/index.ts';
import { type DiskImage, type DiskReader, PROBE_LENGTH } from '../../src/disks/format.ts';
import { openFile } from '../../src/sources/file.ts';
import { findingOf } from '../findings.ts';
import { guestBytes } from '../guest.ts';
import { runTool } from './tools.ts';

/** What `qemu-img info` says of every image. */
export interface Info {
  readonly format: string;
  readonly 'virtual-size': number;
  readonly 'cluster-size'?: number;
  readonly encrypted?: boolean;
  readonly 'backing-filename'?: string;
  readonly 'backing-filename-format'?: string;
}

/** A directory of images, the real tools to make them, and one of our readers to compare with. */
export interface Bench {
  readonly dir: string;
  tool(name: string, ...argv: readonly string[]): string;
  qemuImg(...argv: readonly string[]): string;
  /** Runs commands of `qemu-io` on an image. */
  qemuIo(name: string, ...commands: readonly string[]): void;
  /** What `qemu-img info` says of an image whose format it has to find out. */
  info<T extends Info = Info>(name: string): T;
  /** Virtual bytes by `qemu-img info`. */
  sizeInQemu(name: string, format: string): number;
  read<T>(name: string, use: (image: DiskImage, source: ByteSource) => Promise<T> | T): Promise<T>;
  /** `qemu-img info` finds out the same format, and our virtual size is the one it prints. */
  expectSameFormat(name: string, format: string): Promise<void>;
  /** Our guest bytes, on those of a base, are those of `qemu-img convert`. */
  expectSameGuest(name: string, format: string, reading?: Reading): Promise<void>;
  /** Neither qemu nor our reader opens it. */
  expectRefused(name: string, format: string): Promise<void>;
  remove(): void;
}

interface Reading {
  readonly base?: ByteSource | null;
  /** Bytes that are read at a time; a number that respects no boundary where none is given. */
  readonly piece?: number;
}

export function makeBench(reader: DiskReader): Bench {
  const dir = mkdtempSync(join(tmpdir(), 'vm-import-disk-'));
  const bench: Bench = {
    dir,
    tool: (name, ...argv) => runTool(name, argv, dir),
    qemuImg: (...argv) => bench.tool('qemu-img', ...argv),
    qemuIo: (name, ...commands) => void bench.tool('qemu-io', ...commands.flatMap((command) => ['-c', command]), name),
    info: (name) => JSON.parse(bench.qemuImg('info', '--output=json', name)),
    sizeInQemu: (name, format) =>
      JSON.parse(bench.qemuImg('info', '--output=json', '-f', format, name))['virtual-size'],
    async read(name, use) {
      const file = await openFile(join(dir, name));
      try {
        const source = withHead(file, PROBE_LENGTH);
        return await use(await reader.read(source, { disk: 'disk0' }), source);
      } finally {
        await file.close();
      }
    },
    async expectSameFormat(name, format) {
      const said = bench.info(name);
      expect(said.format).toBe(format);
      await bench.read(name, (image) => {
        expect({ format: image.format, size: image.virtualSize }).toEqual({ format, size: said['virtual-size'] });
      });
    },
    async expectSameGuest(name, format, { base = null, piece = 777_777 } = {}) {
      bench.qemuImg('convert', '-f', format, '-O', 'raw', name, `${name}.raw`);
      const expected = readFileSync(join(dir, `${name}.raw`));
      await bench.read(name, async (image) => {
        expect(image.guest(base)?.size).toBe(expected.length);
        expect((await guestBytes(image, piece, base)).equals(expected)).toBe(true);
      });
    },
    async expectRefused(name, format) {
      // map, unlike info, opens the image for reading its data
      expect(() => bench.qemuImg('map', '-f', format, name)).toThrow(/Could not open/);
      const finding = await findingOf(bench.read(name, () => null));
      expect(finding).toMatchObject({ severity: 'error', exit: 3 });
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
  return bench;
}

/** A title as the name of a file. */
export function fileName(title: string, extension: string): string {
  return `${title.replaceAll(/\W+/g, '-')}.${extension}`;
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
