import { spawnSync } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { blankFile } from './sparse-files.ts';
import { runTool } from './tools.ts';

export const SECTOR = 512;
const MIB = 1024 * 1024;

/** First byte of the only partition; as much is left free behind it. */
export const PARTITION = MIB;
const DISK_SIZE = 64 * MIB;

/** Size of the disks in sectors. */
export const DISK_SECTORS = DISK_SIZE / SECTOR;

/** The EFI system partition of a disk; start and size in sectors. */
export const ESP = {
  guid: '4f5a1e0c-9d3b-4c57-8a61-0d2e6b7f9a13',
  start: PARTITION / SECTOR,
  size: (DISK_SIZE - 2 * PARTITION) / SECTOR,
} as const;

const PLACE = `start=${ESP.start}, size=${ESP.size}`;

/** Tables as sfdisk takes them. */
const TABLES = {
  mbr: `label: dos\n${PLACE}, type=c, bootable\n`,
  gpt: `label: gpt\n${PLACE}, type=uefi, uuid=${ESP.guid}\n`,
} as const;

/** A disk with a FAT partition, and files of the host in it by their paths there. */
export function fatDisk(disk: string, table: keyof typeof TABLES, files: ReadonlyMap<string, string>): void {
  const directory = dirname(disk);
  blankFile(disk, DISK_SIZE);
  const { status, stderr } = spawnSync('sfdisk', ['--quiet', disk], { input: TABLES[table], encoding: 'utf8' });
  if (status !== 0) throw new Error(`sfdisk: ${stderr}`);
  const mtool = (name: string, ...argv: readonly string[]) =>
    void runTool(name, ['-i', `${basename(disk)}@@${PARTITION}`, ...argv], directory);
  mtool('mformat', '-T', String(ESP.size), '::');
  const made = new Set<string>();
  for (const [path, source] of files) {
    const parts = path.split('/').slice(0, -1);
    for (const [depth] of parts.entries()) {
      const parent = parts.slice(0, depth + 1).join('/');
      if (!made.has(parent)) mtool('mmd', `::${parent}`);
      made.add(parent);
    }
    mtool('mcopy', join(directory, source), `::${path}`);
  }
}
