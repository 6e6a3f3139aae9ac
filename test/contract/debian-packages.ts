import { mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from './tools.ts';

/** Kept between runs, like what libvirt learns of the emulators. */
const CACHE = join(tmpdir(), 'vm-import-debian-packages');

/** The package that a meta-package stands for today. */
function meant(name: string): string {
  const depends = runTool('apt-cache', ['depends', '--important', name], CACHE);
  return /^ +Depends: (linux-image-\S+)$/m.exec(depends)?.[1] ?? name;
}

/**
 * The files of packages, which are unpacked and not installed: a kernel that is installed becomes part of the host, and
 * a static busybox takes the place of another one.
 */
export function debianPackages(names: readonly string[], into: string): void {
  mkdirSync(CACHE, { recursive: true });
  const fetched = () => readdirSync(CACHE).filter((file) => file.endsWith('.deb'));
  for (const name of names.map(meant)) {
    const ours = (file: string) => file.startsWith(`${name}_`);
    if (!fetched().some(ours)) runTool('apt-get', ['download', '-q', name], CACHE);
    const file = fetched().findLast(ours);
    if (file === undefined) throw new Error(`${name} was not downloaded`);
    runTool('dpkg-deb', ['-x', file, into], CACHE);
  }
}
